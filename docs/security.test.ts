import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const checkout = join(import.meta.dirname, "..");
const security = readFileSync(join(checkout, "SECURITY.md"), "utf8");
const quoted = [...security.matchAll(/`([^`\s]+)`/g)].map(([, text = ""]) => text);
const folders = new Set(tracked().map((file) => file.split("/", 1)[0]));
/** Files and folders of this repository, by how they begin. */
const named = quoted.filter((text) => text.includes("/") && folders.has(text.split("/", 1)[0]));
const attacks = tracked().filter((file) => file.endsWith(".attack.test.ts"));

describe("SECURITY.md", () => {
  it("names only files and folders that exist", () => {
    const files = named.filter((path) => !path.includes("*"));
    expect(files).not.toEqual([]);
    expect(files.filter((path) => !existsSync(join(checkout, path)))).toEqual([]);
  });

  it("names every attack test", () => {
    expect(attacks).not.toEqual([]);
    expect(attacks.filter((file) => !named.includes(file))).toEqual([]);
  });
});

function tracked(): string[] {
  const options = { cwd: checkout, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], options)
    .trim()
    .split("\n");
}
