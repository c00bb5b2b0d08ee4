import { expect, it } from "vitest";
import { readLock } from "./production-packages.ts";
import { bundledPackages, normalBill } from "./sbom.ts";

const lock = await readLock();

it("a bill of the same image is the same, whenever it was written", () => {
  const library = (name: string) => ({ type: "library", name, version: "1" });
  const bill = (timestamp: string, ...names: string[]) =>
    JSON.stringify({
      bomFormat: "CycloneDX",
      serialNumber: `urn:uuid:${timestamp}`,
      metadata: { timestamp, component: { name: "operator" } },
      components: [...names.map(library), { type: "file", name: "/etc/passwd" }],
    });
  const one = normalBill(bill("2026-01-01", "libc6", "tzdata"), [library("zod")]);
  const other = normalBill(bill("2026-02-02", "tzdata", "libc6"), [library("zod")]);
  expect(one).toEqual(other);
  expect(one.packages).toBe(3);
  expect(JSON.parse(one.text)).toMatchObject({ bomFormat: "CycloneDX", metadata: { component: {} } });
});

it("a bill names the npm packages of the image's own bundle", () => {
  const purls = bundledPackages(lock, "tenant-runtime").map(({ purl }) => purl);
  expect(purls).toContain("pkg:npm/express@5.3.0");
  expect(purls).not.toContain("pkg:npm/%40kubernetes/client-node@2.0.1");
  expect(bundledPackages(lock, "operator").map(({ purl }) => purl)).toContain(
    "pkg:npm/%40kubernetes/client-node@2.0.1",
  );
  expect(bundledPackages(lock, "redis")).toEqual([]);
});
