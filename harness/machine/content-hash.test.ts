import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { contentHash } from "./content-hash.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dotmac-hash-"));
  mkdirSync(join(root, "cmd"));
  writeFileSync(join(root, "go.mod"), "module x\n");
  writeFileSync(join(root, "cmd/main.go"), "package main\n");
});
afterEach(() => rmSync(root, { recursive: true }));

const hash = (...facts: unknown[]) => contentHash(root, ["."], ...facts);

it("is independent of the order of the files", () => {
  expect(contentHash(root, ["cmd", "go.mod"])).toBe(contentHash(root, ["go.mod", "cmd"]));
});

it.each<[string, () => void]>([
  ["content changes", () => writeFileSync(join(root, "cmd/main.go"), "package other\n")],
  ["file is added", () => writeFileSync(join(root, "cmd/more.go"), "package main\n")],
  ["file becomes executable", () => chmodSync(join(root, "go.mod"), 0o755)],
])("changes when a %s", (_, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});

it("changes with an additional value, such as a build flag", () => {
  expect(hash(["-tags", "seccomp"])).not.toBe(hash(["-tags", ""]));
});
