import { cp, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkout } from "./directories.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dotmac-npm-"));
  for (const file of ["Makefile", "harness/bootstrap.sh"]) await cp(join(checkout, file), join(folder, file));
  await writeLock("1.0.0");
  await makeInstalled();
});
afterEach(() => rm(folder, { recursive: true }));

/** A project whose only dependency is in its own folder, so that its installation needs no registry. */
async function writeLock(version: string): Promise<void> {
  const project = { name: "fixture", version, dependencies: { own: "file:own" } };
  const own = { name: "own", version: "1.0.0" };
  const packages = { "": project, own, "node_modules/own": { resolved: "own", link: true } };
  await mkdir(join(folder, "own"), { recursive: true });
  await writeFile(join(folder, "own/package.json"), JSON.stringify(own));
  await writeFile(join(folder, "package.json"), JSON.stringify(project));
  const lock = { ...project, lockfileVersion: 3, requires: true, packages };
  await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
  await makeNewer();
}

/** Files that are written one right after the other may have the same time, and make compares times. */
async function makeNewer(): Promise<void> {
  const later = new Date(Date.now() + 60_000);
  await utimes(join(folder, "package-lock.json"), later, later);
}

function makeInstalled(): Promise<unknown> {
  return execa("make", ["node_modules/.installed"], { cwd: folder });
}

/** Adds a package that npm did not install. */
async function addForeignPackage(): Promise<void> {
  await mkdir(join(folder, "node_modules/foreign"));
  await writeFile(join(folder, "node_modules/foreign/package.json"), '{"name":"foreign","version":"1.0.0"}');
}

const installed = () => readdir(join(folder, "node_modules"));

describe("make's npm packages", () => {
  it("are replaced when package-lock.json changes", async () => {
    await addForeignPackage();
    await writeLock("1.0.1");
    await makeInstalled();
    expect(await installed()).not.toContain("foreign");
  });

  it("are not installed again when package-lock.json is only newer", async () => {
    await addForeignPackage();
    await makeNewer();
    await makeInstalled();
    expect(await installed()).toContain("foreign");
  });

  it("are installed again after an installation that failed", async () => {
    await writeLock("1.0.1");
    // Missing from the lock file, and in a folder: npm would ask the registry for any other.
    await mkdir(join(folder, "other"));
    await writeFile(join(folder, "other/package.json"), '{"name":"other","version":"1.0.0"}');
    await writeFile(
      join(folder, "package.json"),
      '{"name":"fixture","version":"1.0.1","dependencies":{"own":"file:own","other":"file:other"}}',
    );
    await expect(makeInstalled()).rejects.toThrow("package.json and package-lock.json");
    await writeLock("1.0.1");
    await addForeignPackage();
    await makeInstalled();
    expect(await installed()).not.toContain("foreign");
  });
});
