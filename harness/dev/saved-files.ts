import { setTimeout as delay } from "node:timers/promises";
import { watchFolders } from "./watch-folders.ts";

const source = /\.(ts|sql|json)$/;
const apart = /\.test\.ts$|(^|\/)(test|testing|bench|node_modules|dist)\//;

/** Whether a file, by its path from the root of the checkout, is a source of the runtime. */
export function isSource(file: string): boolean {
  return source.test(file) && !apart.test(file);
}

/** Whether a folder, by its path from the root of the checkout, may have sources of the runtime in it. */
function isWatched(folder: string): boolean {
  return !apart.test(`${folder}/`);
}

/**
 * Yields the path, from `root`, of a source file below one of the folders that was saved since the call. Files that
 * are saved together, or while the consumer works, count as one. Ends when the signal is aborted.
 */
export function savedFiles(
  root: string,
  folders: readonly string[],
  signal: AbortSignal,
): AsyncIterable<string> {
  let saved: string | undefined;
  let news = Promise.withResolvers<void>();
  const note = (file: string) => {
    if (!isSource(file)) return;
    saved = file;
    news.resolve();
  };
  const stop = watchFolders(root, folders, isWatched, note);
  signal.addEventListener("abort", () => {
    stop();
    news.resolve();
  });
  return (async function* () {
    for (;;) {
      await news.promise;
      // An editor writes a file in several steps.
      await delay(100);
      if (signal.aborted || saved === undefined) return;
      const file = saved;
      [saved, news] = [undefined, Promise.withResolvers<void>()];
      yield file;
    }
  })();
}
