import { expect, it } from "vitest";
import { missingPackages, neededPackages } from "./machine/debian-packages.ts";
import { leftovers } from "./machine/footprint.ts";
import { mountPoints } from "./machine/mounts.ts";
import { isShimOf } from "./machine/shims.ts";

it("installs no package that is present, with /usr merged or not", () => {
  expect(missingPackages(() => true)).toEqual([]);
  expect(missingPackages((path) => path.startsWith("/sbin/") || path.startsWith("/bin/"))).not.toContain(
    "iproute2",
  );
});

it("installs every package on a bare machine", () => {
  expect(missingPackages(() => false)).toEqual(Object.keys(neededPackages));
});

it("reads mount points with spaces in their names", () => {
  const line = String.raw`36 35 98:0 / /mnt/a\040b rw,noatime shared:1 - ext4 /dev/root rw`;
  expect(mountPoints(`${line}\n`)).toEqual(["/mnt/a b"]);
});

it("distinguishes its own shims from those of another containerd", () => {
  const shim = (socket: string) => ["/x/containerd-shim-runc-v2", "-namespace", "k8s.io", "-address", socket];
  expect(isShimOf(shim("/ours.sock"), "/ours.sock")).toBe(true);
  expect(isShimOf(shim("/run/containerd/containerd.sock"), "/ours.sock")).toBe(false);
  expect(isShimOf(["/usr/bin/vim", "-address", "/ours.sock"], "/ours.sock")).toBe(false);
});

it("reports new objects with their kind, and no older ones", () => {
  const before = { mounts: ["/"], interfaces: ["lo"] };
  const after = { mounts: ["/", "/run/netns"], interfaces: ["lo", "veth1"] };
  expect(leftovers(before, after)).toEqual(["mounts: /run/netns", "interfaces: veth1"]);
  expect(leftovers(after, before)).toEqual([]);
});
