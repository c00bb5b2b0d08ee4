import { join } from "node:path";
import { binaryDirectory } from "../binaries/binary-directory.ts";
import { ctr } from "../cluster/native/components/containers.ts";
import { imageReference, imageRepository } from "../images/image-reference.ts";
import { clusterKubectl } from "../kubernetes/kubectl.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import { directories } from "../machine/directories.ts";
import { entriesOf } from "./entries-of.ts";

/** A name of an image in containerd. The kubelet's plugin adds another name, `sha256:…`. */
export interface LoadedImage {
  readonly reference: string;
  /** Equal for all names of one image. */
  readonly digest: string;
}

const ours = new RegExp(`${imageRepository}/[a-z-]+:[0-9a-f]{16}`, "g");
const whatNamesImages = "pods,deployments,statefulsets,daemonsets,jobs,cronjobs,configmaps,tenants.dotmac.io";

/**
 * Removes images from the native cluster's containerd whose archives are no longer in the cache, except the images that
 * the cluster names: in a pod, in a pod template, or as a setting for future tenants.
 * @returns the removed names
 */
export async function pruneLoadedImages(cluster: RunningCluster): Promise<string[]> {
  const binaries = binaryDirectory("kubernetes");
  const archives = await entriesOf(join(directories().cache, "images"));
  const named = await clusterKubectl(cluster)(["get", whatNamesImages, "--all-namespaces", "--output=json"]);
  const kept = new Set([
    ...archives.flatMap(({ version }) => (version ? [imageReference(version.name, version.key)] : [])),
    ...(named.match(ours) ?? []),
  ]);
  const old = forgotten(parseImages(await ctr(binaries, "images", "list")), kept);
  if (old.length > 0) await ctr(binaries, "images", "remove", "--sync", ...old);
  return old;
}

/** Names of the harness's images without any kept name. While one name remains, the layers remain too. */
export function forgotten(images: readonly LoadedImage[], kept: ReadonlySet<string>): string[] {
  const byDigest = Map.groupBy(images, ({ digest }) => digest);
  return [...byDigest.values()].flatMap((names) => {
    const references = names.map(({ reference }) => reference);
    const proper = references.filter((reference) => !reference.startsWith("sha256:"));
    const isOld = (reference: string) => reference.startsWith(`${imageRepository}/`) && !kept.has(reference);
    if (proper.length > 0 && proper.every(isOld)) return references;
    return proper.filter(isOld);
  });
}

/** Parses the output of `ctr images list`: a header, then name, type and digest first on each line. */
export function parseImages(list: string): LoadedImage[] {
  return list
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [reference, , digest] = line.split(/\s+/);
      return reference && digest ? [{ reference, digest }] : [];
    });
}
