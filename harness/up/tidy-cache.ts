import { pruneCache } from "../cache/prune-cache.ts";
import { pruneLoadedImages } from "../cache/prune-loaded-images.ts";
import { readState } from "../cluster/native/state/state.ts";
import { removeFromStore } from "../images/buildah.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import { directories } from "../machine/directories.ts";
import type { Progress } from "../machine/progress.ts";

/** Removes remains of older versions of this and other checkouts from the cache and the native cluster. */
export async function tidyCache(cluster: RunningCluster, progress: Progress): Promise<void> {
  const binaries = readState()?.binaries;
  const files = await pruneCache({
    cache: directories().cache,
    inUse: binaries === undefined ? [] : [binaries],
    now: new Date(),
    removeBase: removeFromStore,
  });
  const images = cluster.provider === "native" ? await pruneLoadedImages(cluster) : [];
  const count = files.length + images.length;
  if (count > 0) progress(`removed ${count}, unused for long`);
}
