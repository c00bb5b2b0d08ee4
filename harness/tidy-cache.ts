import { pruneCache } from "./cluster/cache/prune-cache.ts";
import { pruneLoadedImages } from "./cluster/cache/prune-loaded-images.ts";
import { directories } from "./cluster/directories.ts";
import { removeFromStore } from "./cluster/images/buildah.ts";
import { readState } from "./cluster/native/state.ts";
import type { Progress } from "./cluster/progress.ts";
import type { RunningCluster } from "./cluster/provider.ts";

/** Removes what older versions of this and other checkouts left in the cache and in the native cluster. */
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
