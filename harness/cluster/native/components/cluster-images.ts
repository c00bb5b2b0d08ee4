import { fileURLToPath } from "node:url";
import { cachedBinary } from "../../../binaries/cached-binary.ts";
import { buildImage } from "../../../images/build-image.ts";
import type { BuiltImage } from "../../../images/image-spec.ts";
import type { ClusterProgram } from "../../../kubernetes/provider.ts";
import type { Progress } from "../../../machine/progress.ts";

/** The images that every pod needs. */
export interface ClusterImages {
  readonly pause: BuiltImage;
  readonly coredns: BuiltImage;
  readonly networkPolicies: BuiltImage;
}

/** Builds the images of the cluster itself. */
export async function clusterImages(progress: Progress): Promise<ClusterImages> {
  return {
    pause: await staticImage("pause", progress),
    coredns: await staticImage("coredns", progress),
    networkPolicies: await staticImage("kube-network-policies", progress),
  };
}

/** An image that contains only one static executable from the cache, which is its entry point. */
async function staticImage(name: string, progress: Progress): Promise<BuiltImage> {
  return buildImage(
    {
      name,
      context: fileURLToPath(new URL("../../../images/static", import.meta.url)),
      extra: { program: await cachedBinary(name, progress) },
    },
    progress,
  );
}

/** The image of a Go program that runs in the cluster. */
export async function programImage(name: ClusterProgram, progress: Progress): Promise<BuiltImage> {
  if (name === "gateway") return staticImage(name, progress);
  const context = fileURLToPath(new URL(`../../../images/${name}`, import.meta.url));
  return buildImage({ name, context, extra: { [name]: await cachedBinary(name, progress) } }, progress);
}
