import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { FileFault } from "./file-fault.ts";
import { readJsonFile } from "./json-file.ts";
import { readText } from "./read-text.ts";
import { parseYamlFile } from "./yaml-file.ts";

const directory = mkdtempSync(join(tmpdir(), "files-"));
afterAll(() => rmSync(directory, { recursive: true }));

const schema = z.strictObject({ port: z.int(), hosts: z.array(z.string()).default([]) });

function written(text: string): string {
  const path = join(directory, "file");
  writeFileSync(path, text);
  return path;
}

describe.each([
  ["JSON", (text: string) => readJsonFile(written(text), schema), "{"],
  ["YAML", (text: string) => parseYamlFile(schema, text, join(directory, "file")), "a: ["],
])("a file of %s", (notation, read, broken) => {
  it("is returned in the form of its schema", () => {
    expect(read('{"port": 1}')).toEqual({ port: 1, hosts: [] });
  });

  it("is refused with every fault in one line", () => {
    const text = '{"port": "x", "hosts": ["a", 2], "prot": 3}';
    expect(() => read(text)).toThrow(FileFault);
    expect(() => read(text)).toThrow(
      `${directory}/file: port: write a number, not text; hosts[1]: write text, not a number; ` +
        "prot: leave it out: there is no such field",
    );
  });

  it("is refused when it is in another notation", () => {
    expect(() => read(broken)).toThrow(`${directory}/file: is not ${notation}`);
  });
});

it("a file that cannot be read is named, and the error says what to do", () => {
  expect(() => readText(join(directory, "absent"), "write it by hand")).toThrow(
    `${directory}/absent: there is no such file: write it by hand`,
  );
  expect(() => readText(directory)).toThrow(`${directory}: cannot be read (EISDIR)`);
});
