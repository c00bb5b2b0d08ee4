import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { type Progress, silent } from "../machine/progress.ts";
import { buildFromDockerfile } from "./build-from-dockerfile.ts";
import { imageKey } from "./build-image.ts";
import { isInStore } from "./buildah.ts";
import { debianBase } from "./debian-base.ts";
import { imageReference } from "./image-reference.ts";
import type { BaseImage, ImageSpec } from "./image-spec.ts";

const require = createRequire(import.meta.url);

/** Debian's C libraries and npm's Node.js, with the layout of the distroless images and without a shell. */
export async function nodeBase(progress: Progress = silent): Promise<BaseImage> {
  const spec: ImageSpec = { name: "node", ...nodeContext(), base: await debianBase([], progress) };
  const base = { reference: imageReference("node", imageKey(spec)) };
  if (await isInStore(base)) return base;
  progress("building the Node base image");
  await buildFromDockerfile(spec, base.reference);
  return base;
}

/** The files added to Debian's libraries. */
export function nodeContext(): Pick<ImageSpec, "context" | "extra"> {
  return {
    context: fileURLToPath(new URL("node", import.meta.url)),
    extra: { node: require.resolve("node/bin/node") },
  };
}
