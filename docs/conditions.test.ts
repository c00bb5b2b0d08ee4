import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, trackedFiles } from "./imports/sources.ts";

const page = readFileSync(join(checkout, "docs/reference/conditions.md"), "utf8");
const documented = new Set(
  page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, word = ""]) => word)),
);
/** Reasons in the text of a table's last column. */
const mentioned = new Set([...page.matchAll(/`([A-Z]\w+)`/g)].map(([, word = ""]) => word));
const sources = operatorSources();

/** Where the operator writes a reason or the type of a condition. */
const reasons = [
  /\b(?:waiting|stalled|stalledFor|refused|RetryableError|TerminalError)\(\s*"([A-Z]\w+)"/g,
  /\b(?:reason|unavailable|loginRefused)\s*[:=]\s*"([A-Z]\w+)"/g,
  /\bset\("\w+", "True", "([A-Z]\w+)"/g,
];
const conditions = [
  /\bcondition: "([A-Z]\w+)"/g,
  /\b\w*[cC]ondition = "([A-Z]\w+)"/g,
  /\bset\("([A-Z]\w+)"/g,
];
/** Reasons of failures that the status replaces by another one. */
const replaced = ["UnexpectedError"];

describe("the page of conditions", () => {
  it.each([
    ["reason", reasons],
    ["condition", conditions],
  ])("names every %s of the operator", (_, patterns) => {
    const found = patterns.flatMap((pattern) => [...sources.matchAll(pattern)].map(([, word = ""]) => word));
    expect(found.length).toBeGreaterThan(10);
    expect([...new Set(found)].filter((word) => !mentioned.has(word) && !replaced.includes(word))).toEqual(
      [],
    );
  });

  it("names only words that the operator writes", () => {
    expect(documented.size).toBeGreaterThan(60);
    expect([...documented].filter((word) => !sources.includes(`"${word}"`))).toEqual([]);
  });
});

/** All sources of the operator without tests, joined. */
function operatorSources(): string {
  return trackedFiles()
    .filter((file) => /^operator\/src\/.*\.ts$/.test(file))
    .filter((file) => !/\.test\.ts$|\/testing\/|\.generated\.ts$/.test(file))
    .map((file) => readFileSync(join(checkout, file), "utf8"))
    .join("\n");
}
