import { execa } from "execa";
import { expect, it } from "vitest";
import { checkout } from "../machine/directories.ts";
import { readLock } from "./packages/production-packages.ts";
import { billedImages, bundledPackages, normalBill } from "./sbom.ts";

const lock = await readLock();

it("the SBOM of an image is always the same", () => {
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

it("the SBOM names the npm packages of the image's own bundle", () => {
  const purls = bundledPackages(lock, "tenant-runtime").map(({ purl }) => purl);
  expect(purls).toContain("pkg:npm/express@5.3.0");
  expect(purls).not.toContain("pkg:npm/%40kubernetes/client-node@2.0.1");
  for (const image of ["operator", "front"])
    expect(bundledPackages(lock, image).map(({ purl }) => purl)).toContain(
      "pkg:npm/%40kubernetes/client-node@2.0.1",
    );
  expect(bundledPackages(lock, "redis")).toEqual([]);
});

it("every image with a Dockerfile has an SBOM, except those with a reason", async () => {
  const { stdout } = await execa("git", ["ls-files", "*Dockerfile"], { cwd: checkout });
  // Vault has its own Dockerfile. The gateway is one of the static programs.
  const images = [...stdout.split("\n").map(imageOf), "gateway"];
  expect([...billedImages, ...Object.keys(withoutBill)].toSorted()).toEqual(images.toSorted());
});

/** `operator/front.Dockerfile` → front, `operator/Dockerfile` → operator */
function imageOf(dockerfile: string): string {
  const [, folder = "", prefix] = /([^/]+)\/(?:([^/]+)\.)?Dockerfile$/.exec(dockerfile) ?? [];
  return prefix ?? folder;
}

const withoutBill = {
  debian:
    "the base of images that a container engine builds; those built here have bills, of the same packages",
  go: "for the gateway and Vault where a container engine compiles them; those compiled here have bills",
  "kind-node": "for the proof of the provider kind on a machine without a registry; it is not delivered",
  node: "the base of the operator's, the runtime's and the fronts': it is part of their bills",
  static:
    "for programs of the development cluster, one each, which make scan reads; the gateway's has a bill",
};
