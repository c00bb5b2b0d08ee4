import { describe, expect, it } from "vitest";
import { z } from "zod";
import { command } from "../command.ts";
import { answerOf, runCommand } from "../run-command.ts";
import { list, record } from "../schemas/record.ts";
import { inputBounds } from "./bounds.ts";
import { readOctets } from "./read-octets.ts";
import { textOf } from "./text-of.ts";

const echo = command({
  name: "echo",
  summary: "its input",
  example: { words: ["a"] },
  input: record({ words: list(z.string()) }),
  output: z.unknown(),
  run: (input) => input,
});

const refusal = (text: string) => {
  const answer = runCommand(echo, text);
  return answer.kind === "refused" ? answer.faults.map(({ path, message }) => `${path}: ${message}`) : [];
};

const octetsOf = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));

const refusalOf = (octets: Uint8Array) => {
  const answer = answerOf(() => runCommand(echo, textOf(octets)));
  return answer.kind === "refused" ? answer.faults[0]?.message : undefined;
};

describe("the text of an input", () => {
  it("may contain escapes and brackets in its texts", () => {
    const text = '{"words": ["caf\\u00e9", "\\ud83d\\ude00", "a\\"}]{[", ""], "words2": 1}';
    expect(refusal(text)).toEqual([expect.stringMatching(/^: expected no other fields; found \["words2"\]/)]);
    expect(runCommand(echo, '{"words": ["a\\"}]{[\\\\", "é"]}')).toEqual({
      kind: "done",
      output: { words: ['a"}]{[\\', "é"] },
    });
  });

  it.each<[string, number]>([
    ["lists", 20_000],
    ["lists", 4490],
    ["lists", inputBounds.depth + 1],
    ["objects", 2000],
  ])("that nests %s %i deep is refused", (kind, depth) => {
    const [open, close] = kind === "lists" ? ["[", "]"] : ['{"words":', "}"];
    const text = `${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(refusal(text)).toEqual([
      expect.stringMatching(
        /^: expected at most 100 objects and lists within each other; found more at char/,
      ),
    ]);
  });

  it("may nest up to the bound, and have brackets in its texts", () => {
    const { depth } = inputBounds;
    expect(refusal(`${"[".repeat(depth)}${"]".repeat(depth)}`)[0]).toMatch(/expected an object with/);
    expect(refusal(JSON.stringify({ words: ["[".repeat(500)] }))).toEqual([]);
  });

  it("with unfinished brackets or texts is refused as no JSON", () => {
    for (const text of ["", "[[", '{"words": "', '{"words": ["\\', "]".repeat(500)]) {
      expect(refusal(text)).toEqual([expect.stringMatching(/^: expected one JSON object/)]);
    }
  });

  it.each([
    ['{"words": [], "words": ["a"]}', "words", 14],
    ['{"words": [], "\\u0077ords": ["a"]}', "words", 14],
    ['{"words": [{"a": "a", "b": {"a": 1}, "a" : 2}]}', "a", 37],
  ])("%s is refused: a field is there twice", (text, name, at) => {
    expect(refusal(text)).toEqual([
      expect.stringContaining(`found "${name}" twice in one object, the second time at character ${at}`),
    ]);
  });

  it("may repeat a text that is not a field, and a field in different objects", () => {
    expect(refusal('{"words": ["words", "words", "words"]}')).toEqual([]);
    expect(refusal('{"words": [{"a": 1}, {"a": 1}]}')[0]).toMatch(/^words\[0\]: /);
  });

  it("with half of a surrogate pair is refused, in values and in names", () => {
    expect(refusal('{"words": ["a", "\\ud800"]}')).toEqual([
      expect.stringMatching(/^words\[1\]: expected a text; found "\\ud800", which has half of a surrogate/),
    ]);
    expect(refusal('{"words": [{"\\udc00": 1}]}')).toEqual([
      expect.stringMatching(/^words\[0\]: expected a/),
    ]);
  });

  it("shows invisible characters as escapes", () => {
    expect(refusal('{"words": 5, \u200b}')[0]).toContain('found "{\\"words\\": 5, \\u200b}" (');
    expect(refusal('{"words": "a\\u200bb"}')[0]).toContain('found "a\\u200bb"');
  });
});

describe("the octets of an input", () => {
  const text = '{"words": ["café €😀"]}';

  it("are UTF-8", () => {
    expect(runCommand(echo, textOf(octetsOf(text)))).toMatchObject({ output: { words: ["café €😀"] } });
  });

  it("that begin with a byte order mark are refused with that reason", () => {
    expect(refusalOf(octetsOf([0xef, 0xbb, 0xbf], text))).toMatch(/found a byte order mark \(U\+FEFF\)/);
    expect(refusalOf(Buffer.from(`\ufeff${text}`, "utf16le"))).toMatch(
      /found a byte order mark of UTF-16: .* iconv -f UTF-16 -t UTF-8$/,
    );
  });

  it.each<[string, Uint8Array, string]>([
    ["Latin-1", Buffer.from('{"words": ["café"]}', "latin1"), "the octet e9 (hexadecimal) at place 15"],
    ["a cut character", octetsOf("€").subarray(0, 2), "the octet e2 (hexadecimal) at place 0"],
    ["a surrogate", octetsOf('"', [0xed, 0xa0, 0x80], '"'), "the octet ed (hexadecimal) at place 1"],
    ["too long a form", octetsOf('"', [0xc0, 0xaf], '"'), "the octet c0 (hexadecimal) at place 1"],
  ])("that are not UTF-8 are refused: %s", (_, octets, found) => {
    expect(refusalOf(octets)).toContain(`expected text in UTF-8; found ${found}`);
    expect(refusalOf(octets)).toContain("iconv -f LATIN1 -t UTF-8");
  });

  it("that cannot be read are refused", () => {
    const answer = answerOf(() => runCommand(echo, textOf(readOctets(-1))));
    expect(answer).toMatchObject({
      kind: "refused",
      faults: [{ message: expect.stringMatching(/found that it cannot be read \(ERR_OUT_OF_RANGE\)/) }],
    });
  });
});
