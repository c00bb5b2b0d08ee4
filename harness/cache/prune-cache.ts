import { rm } from "node:fs/promises";
import { join } from "node:path";
import { imageReference } from "../images/image-reference.ts";
import { type CacheEntry, entriesOf } from "./entries-of.ts";
import { superseded } from "./superseded.ts";

export interface PruneOptions {
  /** The harness's folder in the user's cache. */
  readonly cache: string;
  /** Folders of programs that something runs from. */
  readonly inUse: readonly string[];
  readonly now: Date;
  /** Removes a base image from where images are built. */
  readonly removeBase: (reference: string) => Promise<void>;
}

const day = 24 * 60 * 60 * 1_000;
/** An image is built again in seconds, and there may be dozens a day. */
const keepImages = day;
/** Programs take minutes to compile, and base images to extract. */
const keepPrograms = 14 * day;
/** No build takes so long: what this was to become will not be. */
const keepUnfinished = day;

/**
 * Removes what nobody has asked for in a while: archives of images, folders of programs, base images, and what
 * interrupted builds left. The last two versions of an image or a program stay, and what is in use.
 * @returns the paths that are gone
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
  // Not by name: several are in use at once, each with packages of its own.
  const oldBases = bases.filter(({ usedAt }) => usedAt < before(keepPrograms));
  for (const { path, version } of oldBases) {
    if (version !== undefined) await removeBase(imageReference(version.name, version.key));
    await rm(path);
  }
  return [...old, ...oldBases].map(({ path }) => path);
}

/** A lock of a run that was killed is nobody's, but the next run knows that by itself. */
function isUnfinished({ path, version }: CacheEntry): boolean {
  return version === undefined && !path.endsWith(".lock");
}
