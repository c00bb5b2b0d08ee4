import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { contentHash } from "../machine/content-hash.ts";
import { directories } from "../machine/directories.ts";
import { withLock } from "../machine/lock.ts";
import { noteUse } from "../machine/note-use.ts";
import { type Progress, silent } from "../machine/progress.ts";
import { buildFromDockerfile, dockerfileOf } from "./build-from-dockerfile.ts";
import { buildah } from "./buildah.ts";
import { imageReference } from "./image-reference.ts";
import type { BuiltImage, ImageSpec } from "./image-spec.ts";

/**
 * Builds an image from its Dockerfile, unless one of the same inputs was built before.
 * @throws an Error with the builder's words when the Dockerfile fails.
 */
export async function buildImage(spec: ImageSpec, progress: Progress = silent): Promise<BuiltImage> {
  const image = builtImage(spec);
  if (await noteUse(image.archive)) return image;
  return withLock(`${image.archive}.lock`, progress, async () => {
    if (existsSync(image.archive)) return image;
    progress(`building ${spec.name}`);
    await build(spec, image);
    return image;
  });
}

/** What building it gives, or gave. */
export function builtImage(spec: ImageSpec): BuiltImage {
  const key = imageKey(spec);
  return {
    reference: imageReference(spec.name, key),
    archive: join(directories().cache, "images", `${spec.name}-${key}.tar`),
  };
}

/** A hash of everything that decides what the image holds. */
export function imageKey(spec: ImageSpec): string {
  const extra = Object.entries(spec.extra ?? {}).map(([path, source]) => [path, sourceKey(source)]);
  const files = [...new Set([...(spec.files ?? ["."]), dockerfileOf(spec)])];
  return contentHash(spec.context, files, extra, dockerfileOf(spec), spec.base?.reference, spec.args);
}

/** A path in our cache names its content already; reading it again would only cost time. */
function sourceKey(source: string): string {
  const inCache = relative(directories().cache, source);
  return inCache.startsWith("..") ? contentHash(source, ["."]) : inCache;
}

/** Builds into the archive beside its final place, and moves it in when it is whole. */
async function build(spec: ImageSpec, image: BuiltImage): Promise<void> {
  await buildFromDockerfile(spec, image.reference);
  const unfinished = `${image.archive}.unfinished`;
  await rm(unfinished, { force: true });
  await buildah("push", "--quiet", image.reference, `oci-archive:${unfinished}:${image.reference}`);
  await buildah("rmi", image.reference);
  await rename(unfinished, image.archive);
}
