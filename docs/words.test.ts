import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..");
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

describe("plain words", () => {
  it("begin each comment, description and message, which say the noun in place of what or who", () => {
    const files = sources();
    expect(files).toEqual(expect.arrayContaining(frozen));
    expect(files.filter((file) => !frozen.includes(file)).flatMap(riddles)).toEqual([]);
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
  const options = { cwd: checkout, encoding: "utf8" } as const;
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], options)
    .trim()
    .split("\n")
    .filter((file) => types.test(file) && !generated.test(file) && file !== "docs/words.test.ts");
}

/** The places of a file where a text begins with a forbidden word, each as `file:line`. */
function riddles(file: string): string[] {
  return riddlesOf(readFileSync(join(checkout, file), "utf8")).map((place) => `${file}:${place}`);
}

function riddlesOf(text: string): string[] {
  return [...text.matchAll(riddle)].map(
    ({ index, 0: found }) => `${text.slice(0, index).split("\n").length} ${found.trim()}`,
  );
}
