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
const types = /\.(ts|mjs|sh|yaml|tpl|sql|conf|ini|hcl|lua|go)$|(?:Dockerfile|Makefile|\.ci\/run)$/;
const generated = /\.generated\.ts$/;
/** The begin of a comment or description, or a further line of a block comment, and its first word. */
const firstWord =
  /^\s*(?:\/\/|\/?\*+|#|--|;|\{\{-? ?\/\*|description:)\s*(What|Whatever|Who|Whoever|Whom|Whose)\b/;

describe("plain words", () => {
  it("begin each comment and description, which say the noun in place of what or who", () => {
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
  ])("are not: %s", (line) => {
    expect(line).toMatch(firstWord);
  });

  it.each([
    "/** The attributes sent to a NAS. */",
    "const what = 1;",
    "// Whether it is so.",
    " * Whole seconds.",
  ])("may be: %s", (line) => {
    expect(line).not.toMatch(firstWord);
  });
});

/** The tracked and new files that have comments. */
function sources(): string[] {
  const options = { cwd: checkout, encoding: "utf8" } as const;
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], options)
    .trim()
    .split("\n")
    .filter((file) => types.test(file) && !generated.test(file) && file !== "docs/words.test.ts");
}

/** The lines of a file that begin a comment with a forbidden word, each as `file:line`. */
function riddles(file: string): string[] {
  return readFileSync(join(checkout, file), "utf8")
    .split("\n")
    .flatMap((line, index) => (firstWord.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : []));
}
