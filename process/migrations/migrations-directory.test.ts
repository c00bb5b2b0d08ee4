import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMigrations } from "./migrations-directory.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "dotmac-migrations-"));
});
afterEach(() => rm(root, { recursive: true }));

async function read(...paths: string[]) {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), "SELECT 1;");
  }
  const folders = [...new Set(paths.map((path) => join(root, dirname(path))))];
  return readMigrations(...folders);
}

describe("migrations of several folders", () => {
  it("apply in the order of their numbers, across folders", async () => {
    const migrations = await read("b/0001_one.sql", "a/0002_two.sql", "b/0003_three.sql");
    expect(migrations.map(({ version, name }) => [version, name])).toEqual([
      [1, "one"],
      [2, "two"],
      [3, "three"],
    ]);
  });

  it.each([
    ["a gap", ["a/0001_one.sql", "b/0003_three.sql"], /b\/0003_three\.sql: expected number 2, found 3/],
    [
      "a number twice",
      ["a/0001_one.sql", "a/0002_two.sql", "b/0002_zwei.sql"],
      /b\/0002_zwei\.sql: expected number 3, found 2; .*next free number \(.*a\/0002_two\.sql has it already\)/,
    ],
    ["a name without a number", ["a/one.sql"], /a\/one\.sql: expected a name like 0001_what_it_does\.sql/],
  ])("are refused for %s", async (_what, paths, message) => {
    await expect(read(...paths)).rejects.toThrow(message);
  });

  it("are refused when there are none", async () => {
    await mkdir(join(root, "a"));
    await expect(readMigrations(join(root, "a"))).rejects.toThrow("expected 0001_….sql");
  });
});
