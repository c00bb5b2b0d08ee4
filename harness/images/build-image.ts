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
 * Builds an image from its Dockerfile, unless one of the same inputs exists.
 * @throws an Error with the builder's output when the Dockerfile fails.
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

/** The result of building the image, now or earlier. */
function builtImage(spec: ImageSpec): BuiltImage {
  const key = imageKey(spec);
  return {
    reference: imageReference(spec.name, key),
    archive: join(directories().cache, "images", `${spec.name}-${key}.tar`),
  };
}

/** A hash of all inputs of the image. */
export function imageKey(spec: ImageSpec): string {
  const extra = Object.entries(spec.extra ?? {}).map(([path, source]) => [path, sourceKey(source)]);
  const files = [...new Set([...(spec.files ?? ["."]), dockerfileOf(spec)])];
  return contentHash(spec.context, files, extra, dockerfileOf(spec), spec.base?.reference, spec.args);
}

/** A path in the harness's cache contains the hash of its content, so the content is not read. */
function sourceKey(source: string): string {
  const inCache = relative(directories().cache, source);
  return inCache.startsWith("..") ? contentHash(source, ["."]) : inCache;
}

/** Builds into a temporary archive and moves it to its final place when it is complete. */
async function build(spec: ImageSpec, image: BuiltImage): Promise<void> {
  await buildFromDockerfile(spec, image.reference);
  const unfinished = `${image.archive}.unfinished`;
  await rm(unfinished, { force: true });
  await buildah("push", "--quiet", image.reference, `oci-archive:${unfinished}:${image.reference}`);
  await buildah("rmi", image.reference);
  await rename(unfinished, image.archive);
}
