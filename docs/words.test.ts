import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, trackedFiles } from "./imports/sources.ts";

/** Files that cannot change any more, because their checksums are kept with the data of running platforms. */
const frozen = [
  "operator/sql/0001_platform.sql",
  "operator/sql/0003_bounds.sql",
  "tenant-runtime/migrations/0004_event_relay.sql",
];
const types = /\.(ts|mjs|sh|yaml|json|tpl|sql|conf|ini|hcl|lua|go)$|(?:Dockerfile|Makefile|\.ci\/run)$/;
const generated = /\.generated\.ts$|package-lock\.json$/;
const words = "[Ww](?:hat|hatever|ho|hoever|hom|hose)";
/** The begin of each kind of prose in a source, and its first word. */
const places = [
  // A comment, or a further line of a block comment. A small letter continues a sentence there.
  /^\s*(?:\/\/|\/?\*+|#|--|;|\{\{-? ?\/\*)\s*(?=W)WORD\b/,
  // A comment behind a value of YAML or a target of the Makefile.
  /^[^"'`\n]*\s##?\s+(?=W)WORD\b/,
  // A text of JSON, YAML or TypeScript.
  /\b(?:description|summary|title|message)"?(?::| =)\s*(?:["'`]|[>|]-?\s+)?(?=W)WORD\b/,
  // A description of zod, which may stand in the middle of a sentence.
  /\.describe\(\s*["'`]WORD\b/,
];
const riddle = new RegExp(places.map(({ source }) => source.replace("WORD", words)).join("|"), "gm");

/** The title of a test or of a group of tests, also behind a table or a condition. */
const title =
  /(?:^\s*(?:it|test|describe)(?:\.\w+)*|\))\(\s*(?:"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`)/gm;
/** A word that replaces a noun, at any place. */
const vague = /\b(?:whoever|whosoever|whom(?:ever)?|whatever|whatsoever|nobody|everybody)\b/i;
/** "who" or "what" as an object, behind a word that is no noun. */
const objects =
  /\b(?:by|of|to|from|for|with|than|as|on|in|lets|tells|asks|refuses|but|and|or) (?:who\b|what (?:is|are|was|were|has|have|had)\b)/i;
/** A title that begins with such a word, and is no question. */
const titleBegin = /^(?:who|what|whoever|whatever|nobody|everybody)\b(?!.*\?$)/i;
/** A sentence of a page, a cell or an item that begins with such a word, and is no question. */
const sentenceBegin =
  /(?:^\s*(?:[-*>]|\d+\.)?\s*(?:\*\*)?|[.!?:] \s*(?:\*\*)?)(?:Who|What|Whoever|Whatever|Nobody|Everybody)\b(?![^.!]*\?)|\|\s*(?:who|what)\b/;

describe("plain words", () => {
  it("begin each comment, description and message, so that a noun replaces what and who", () => {
    const files = sources();
    expect(files).toEqual(expect.arrayContaining(frozen));
    expect(files.filter((file) => !frozen.includes(file)).flatMap(riddles)).toEqual([]);
  });

  it("make each title of a test a sentence with a noun", () => {
    const files = sources().filter((file) => file.endsWith(".ts"));
    const found = files.flatMap((file) => titlesOf(read(file)).map((text) => ({ file, text })));
    expect(found.length).toBeGreaterThan(1_000);
    expect(found.filter(({ text }) => isVagueTitle(text))).toEqual([]);
  });

  it("make each sentence of a page a sentence with a noun", () => {
    const pages = trackedFiles().filter((file) => file.endsWith(".md"));
    expect(pages).toEqual(expect.arrayContaining(["README.md", "docs/vocabulary.md"]));
    expect(pages.flatMap((file) => vagueLines(read(file)).map((line) => `${file}:${line}`))).toEqual([]);
  });

  it.each([
    "whoever has the password",
    "what a tenant says",
    "nobody opens it",
    "is scaled by who has the right",
    "gets a token of whoever asks",
    "keeps the size of what is stored",
    "is refused whatever it says",
  ])("are not in the title: %s", (text) => {
    expect(isVagueTitle(text)).toBe(true);
  });

  it.each([
    "a user who may edit a Tenant",
    "is refused, and the error says what to write",
    "what does it cost?",
    "whose Job fails stalls",
  ])("may be in the title: %s", (text) => {
    expect(isVagueTitle(text)).toBe(false);
  });

  it("are read from titles behind a name, a table and a condition", () => {
    const text = [
      'it("one", () => {});',
      "describe.each(cases)(`two $kind`, () => {});",
      'it.each([\n  ["x"],\n])(\n  "three %s",\n  () => {},\n);',
      '  it.runIf(outside)("four", () => {});',
      'if (/x/.test("five")) call("six");',
    ].join("\n");
    expect(titlesOf(text)).toEqual(["one", "two $kind", "three %s", "four"]);
  });

  it.each([
    "It ends. What remains is kept.",
    "- Whoever asks next waits.",
    "| who may | role |",
    "1. **What one source may do.**",
    "It answers whom it knows.",
    "It is open to who has\nthe right, and it waits for who\nasks.",
  ])("are not in the page: %s", (text) => {
    expect(vagueLines(text)).not.toEqual([]);
  });

  it.each([
    "# What does not hold",
    "What keeps a tenant from all others?",
    "```\nwho # whoever\n```",
    "The value `everybody` and a user who asks.",
    "An error says what to write instead.",
  ])("may be in the page: %s", (text) => {
    expect(vagueLines(text)).toEqual([]);
  });

  it.each([
    "/** What a NAS is told. */",
    " * Whoever asks next.",
    "  // Whose data they are.",
    "# Who may write.",
    "{{/* Whatever remains. */}}",
    "-- Whom it concerns.",
    "  description: What a pod may use.",
    "  description: >-\n    What a pod may use.",
    '  "description": "Who signs.",',
    '  "message": "What all need.",',
    "  labels: [] # Whoever may edit.",
    "lint: node_modules ## What is checked",
    'z.string().describe("what was measured")',
    'z.string().describe(\n  "Whom to ask")',
    'const description = "What became of each";',
    '  summary: "Who is logged in",',
  ])("are not: %s", (text) => {
    expect(riddlesOf(text)).toHaveLength(1);
  });

  it.each([
    "/** The attributes sent to a NAS. */",
    "const what = 1;",
    "// Whether it is so.",
    " * Whole seconds.",
    'z.string().describe("whether it is so")',
    '  "description": "The user who signs.",',
    "  labels: [] # The user whose data they are.",
    'const title = "Whole";',
  ])("may be: %s", (text) => {
    expect(riddlesOf(text)).toEqual([]);
  });
});

/** The tracked and new files that have comments or descriptions. */
function sources(): string[] {
  return trackedFiles().filter(
    (file) => types.test(file) && !generated.test(file) && file !== "docs/words.test.ts",
  );
}

function read(file: string): string {
  return readFileSync(join(checkout, file), "utf8");
}

/** The places of a file where a text begins with a forbidden word, each as `file:line`. */
function riddles(file: string): string[] {
  return riddlesOf(read(file)).map((place) => `${file}:${place}`);
}

function riddlesOf(text: string): string[] {
  return [...text.matchAll(riddle)].map(
    ({ index, 0: found }) => `${text.slice(0, index).split("\n").length} ${found.trim()}`,
  );
}

function titlesOf(text: string): string[] {
  return [...text.matchAll(title)].map(([, double, single, template]) => double ?? single ?? template ?? "");
}

function isVagueTitle(text: string): boolean {
  return [titleBegin, vague, objects].some((rule) => rule.test(text));
}

/** The lines of a page with a forbidden word, each with its number. Code and headings are not read. */
function vagueLines(page: string): string[] {
  const prose = page
    .replaceAll(/^```.*?^```/gms, (block) => block.replaceAll(/[^\n]/g, ""))
    .replaceAll(/`[^`\n]*`/g, "code")
    .replaceAll(/\]\([^)\n]*\)/g, "]")
    .replaceAll(/^#.*$/gm, "");
  const lines = prose.split("\n");
  return lines.flatMap((line, index) => {
    const sentence = `${line} ${lines[index + 1]?.trim() ?? ""}`;
    const isVague =
      vague.test(line) ||
      sentenceBegin.test(line) ||
      (objects.test(sentence) && !objects.test(sentence.slice(line.length)));
    return isVague ? [`${index + 1} ${line.trim()}`] : [];
  });
}
