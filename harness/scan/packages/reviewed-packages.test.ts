import { describe, expect, it } from "vitest";
import { productionPackages, readLock } from "./production-packages.ts";
import { packageFaults, readReviewedPackages } from "./reviewed-packages.ts";

const lock = await readLock();
const installed = productionPackages(lock);
const reviewed = await readReviewedPackages();

describe("the reviewed packages", () => {
  it("are those that may get into an image", () => {
    expect(packageFaults(installed, reviewed)).toEqual([]);
    expect(installed.size).toBeGreaterThan(100);
  });

  it.each<[string, (packages: Map<string, string>) => void, RegExp]>([
    ["a new package", (packages) => packages.set("left-pad@1.3.0", "MIT"), /^left-pad@1.3.0 has no line/],
    [
      "a changed licence",
      (packages) => packages.set("ws@8.23.0", "SSPL-1.0"),
      /^ws@8.23.0 is under SSPL-1.0/,
    ],
    [
      "a package that is gone",
      (packages) => packages.delete("ws@8.23.0"),
      /^ws@8.23.0 is no longer in an image/,
    ],
  ])("cause a complaint about %s", (_what, change, words) => {
    const packages = new Map(installed);
    change(packages);
    expect(packageFaults(packages, reviewed)).toEqual([expect.stringMatching(words)]);
  });

  it("cause a complaint about a version with a known advisory and about a licence that is not allowed", () => {
    const line = { licence: "SSPL-1.0", looked: "2026-01-01", advisories: { "CVE-2024-37890": "8.17.1" } };
    expect(packageFaults(new Map([["ws@8.9.0", "SSPL-1.0"]]), { "ws@8.9.0": line })).toEqual([
      "ws@8.9.0: the licence SSPL-1.0 is not in the list of allowed licences.",
      "ws@8.9.0 has CVE-2024-37890, which 8.17.1 fixes. Update it.",
    ]);
  });
});

describe("the tree of production packages", () => {
  it("contains the versions that Node.js would load, and no packages for development only", () => {
    const none = { dependencies: {}, optionalDependencies: {} };
    const packages = {
      "": { ...none, dependencies: { vitest: "1" } },
      app: { ...none, dependencies: { a: "1", b: "1" } },
      "node_modules/a": { ...none, version: "1.0.0", license: "MIT", dependencies: { c: "2" } },
      "node_modules/a/node_modules/c": { ...none, version: "2.0.0", license: "ISC" },
      "node_modules/b": { ...none, version: "1.1.0", optionalDependencies: { c: "1" } },
      "node_modules/c": { ...none, version: "1.0.0", license: [{ type: "MIT" }, { type: "X" }] },
      "node_modules/vitest": { ...none, version: "1.0.0", license: "MIT" },
    };
    expect([...productionPackages(packages, ["app"])]).toEqual([
      ["a@1.0.0", "MIT"],
      ["b@1.1.0", "none stated"],
      ["c@1.0.0", "MIT OR X"],
      ["c@2.0.0", "ISC"],
    ]);
  });
});
