import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteUse } from "../machine/note-use.ts";
import { pruneCache } from "./prune-cache.ts";
import { forgotten, parseImages } from "./prune-loaded-images.ts";

const now = new Date("2026-11-24T12:00:00Z");
const key = (digit: number) => String(digit).repeat(16);

let cache: string;
let removedBases: string[];
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "dotmac-cache-"));
  removedBases = [];
});
afterEach(() => rm(cache, { recursive: true }));

/** Creates a file, or a folder with one, last used this many hours ago. */
async function put(path: string, hoursAgo: number): Promise<void> {
  const target = join(cache, path);
  await mkdir(path.startsWith("binaries/") ? target : join(target, ".."), { recursive: true });
  await writeFile(path.startsWith("binaries/") ? join(target, "program") : target, "");
  const then = new Date(now.getTime() - hoursAgo * 3_600_000);
  await utimes(target, then, then);
}

async function prune(...inUse: string[]): Promise<string[]> {
  const gone = await pruneCache({
    cache,
    inUse: inUse.map((path) => join(cache, path)),
    now,
    removeBase: async (reference) => void removedBases.push(reference),
  });
  return gone.map((path) => path.slice(cache.length + 1)).sort();
}

describe("the cache", () => {
  it("removes images that were not used for a day, except the last two of each name", async () => {
    for (const [version, hours] of [1, 30, 40, 50].entries())
      await put(`images/operator-${key(version)}.tar`, hours);
    for (const version of [0, 1]) await put(`images/redis-${key(version)}.tar`, 1_000);
    for (const version of [0, 1, 2]) await put(`images/vault-${key(version)}.tar`, 23);
    expect(await prune()).toEqual([`images/operator-${key(2)}.tar`, `images/operator-${key(3)}.tar`]);
    expect(await readdir(join(cache, "images"))).toHaveLength(7);
    expect(await prune()).toEqual([]);
  });

  it("removes programs that were not used for two weeks, except the last two and those of a cluster", async () => {
    for (const [version, hours] of [1, 350, 360, 370, 380].entries())
      await put(`binaries/kubernetes-${key(version)}`, hours);
    await put(`binaries/vault-${key(0)}`, 1_000);
    expect(await prune(`binaries/kubernetes-${key(3)}`)).toEqual([
      `binaries/kubernetes-${key(2)}`,
      `binaries/kubernetes-${key(4)}`,
    ]);
    expect((await readdir(join(cache, "binaries"))).sort()).toEqual([
      `kubernetes-${key(0)}`,
      `kubernetes-${key(1)}`,
      `kubernetes-${key(3)}`,
      `vault-${key(0)}`,
    ]);
  });

  it("removes base images that were not used for two weeks, from the builder's store too", async () => {
    await put(`bases/debian-${key(0)}`, 335);
    await put(`bases/debian-${key(1)}`, 337);
    expect(await prune()).toEqual([`bases/debian-${key(1)}`]);
    expect(removedBases).toEqual([`localhost/dotmac/debian:${key(1)}`]);
  });

  it("removes leftovers of interrupted builds, but not of running ones", async () => {
    const left = [`images/operator-${key(1)}.tar.unfinished`, `binaries/vault-${key(1)}.building-x1`];
    for (const path of left) await put(path, 25);
    await put("images/context-redis-abc", 1);
    await put(`images/operator-${key(2)}.tar.lock`, 25);
    expect(await prune()).toEqual(left.sort());
  });

  it("may be missing", async () => {
    expect(await prune()).toEqual([]);
  });

  it("keeps files that were used recently, even if they are old", async () => {
    const archive = `images/operator-${key(3)}.tar`;
    for (const version of [0, 1, 2, 3]) await put(`images/operator-${key(version)}.tar`, 100 + version);
    expect(await noteUse(join(cache, archive))).toBe(true);
    expect(await prune()).toEqual([1, 2].map((version) => `images/operator-${key(version)}.tar`));
    expect(await noteUse(join(cache, `images/operator-${key(1)}.tar`))).toBe(false);
  });
});

describe("an image in containerd", () => {
  const list = [
    "REF TYPE DIGEST SIZE PLATFORMS LABELS",
    `localhost/dotmac/operator:${key(1)} application/x sha256:aa 58.5 MiB linux/amd64 -`,
    `localhost/dotmac/operator:${key(2)} application/x sha256:bb 58.5 MiB linux/amd64 -`,
    `localhost/dotmac/operator:${key(3)} application/x sha256:cc 58.5 MiB linux/amd64 -`,
    `localhost/dotmac/operator:${key(4)} application/x sha256:cc 58.5 MiB linux/amd64 -`,
    "registry.example/other:1 application/x sha256:dd 58.5 MiB linux/amd64 -",
    "sha256:config-a application/x sha256:aa 58.5 MiB linux/amd64 -",
    "sha256:config-c application/x sha256:cc 58.5 MiB linux/amd64 -",
    "",
  ].join("\n");

  it("is removed with all its names, unless one of them is kept or belongs to another program", () => {
    const kept = new Set([2, 4].map((version) => `localhost/dotmac/operator:${key(version)}`));
    expect(forgotten(parseImages(list), kept)).toEqual([
      `localhost/dotmac/operator:${key(1)}`,
      "sha256:config-a",
      `localhost/dotmac/operator:${key(3)}`,
    ]);
  });
});
