import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, trackedFiles } from "./imports/sources.ts";

const security = readFileSync(join(checkout, "SECURITY.md"), "utf8");
const quoted = [...security.matchAll(/`([^`\s]+)`/g)].map(([, text = ""]) => text);
const folders = new Set(trackedFiles().map((file) => file.split("/", 1)[0]));
/** Files and folders of this repository, by how they begin. */
const named = quoted.filter((text) => text.includes("/") && folders.has(text.split("/", 1)[0]));
const attacks = trackedFiles().filter((file) => file.endsWith(".attack.test.ts"));

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
