import { rm } from "node:fs/promises";
import { join } from "node:path";
import { imageReference } from "../images/image-reference.ts";
import { type CacheEntry, entriesOf } from "./entries-of.ts";
import { superseded } from "./superseded.ts";

export interface PruneOptions {
  /** The harness's folder in the user's cache. */
  readonly cache: string;
  /** Folders of programs that are running. */
  readonly inUse: readonly string[];
  readonly now: Date;
  /** Removes a base image from the image store. */
  readonly removeBase: (reference: string) => Promise<void>;
}

const day = 24 * 60 * 60 * 1_000;
/** An image is built again in seconds, and a day may bring dozens. */
const keepImages = day;
/** Programs take minutes to compile, and base images to extract. */
const keepPrograms = 14 * day;
/** No build takes this long, so the unfinished entry is abandoned. */
const keepUnfinished = day;

/**
 * Removes entries that were not used for a while: archives of images, folders of programs, base images, and remains of
 * interrupted builds. The last two versions of an image or a program stay, and everything in use.
 * @returns the removed paths
 */
export async function pruneCache({ cache, inUse, now, removeBase }: PruneOptions): Promise<string[]> {
  const before = (age: number) => new Date(now.getTime() - age);
  const images = await entriesOf(join(cache, "images"));
  const programs = await entriesOf(join(cache, "binaries"));
  const old = [
    ...superseded(images, before(keepImages)),
    ...superseded(programs, before(keepPrograms)).filter(({ path }) => !inUse.includes(path)),
    ...[...images, ...programs].filter(isUnfinished).filter(({ usedAt }) => usedAt < before(keepUnfinished)),
  ];
  for (const { path } of old) await rm(path, { recursive: true, force: true });
  const bases = await entriesOf(join(cache, "bases"));
  // By age and not by name, because several bases are in use at once, each with its own packages.
  const oldBases = bases.filter(({ usedAt }) => usedAt < before(keepPrograms));
  for (const { path, version } of oldBases) {
    if (version !== undefined) await removeBase(imageReference(version.name, version.key));
    await rm(path);
  }
  return [...old, ...oldBases].map(({ path }) => path);
}

/** Whether an entry is the remains of a build. A stale lock does not count: the next run detects it by itself. */
function isUnfinished({ path, version }: CacheEntry): boolean {
  return version === undefined && !path.endsWith(".lock");
}
