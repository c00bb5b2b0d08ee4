import { type FSWatcher, watch } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Log } from "../../../../process/log.ts";

/** A value read from files that change while the process runs. */
export interface Watched<Value> {
  current(): Value;
  /** Calls the listener after every change. The returned function stops this. */
  onChange(listener: (value: Value) => void): () => void;
}

export interface WatchOptions<Value> {
  readonly directory: string;
  /** The name in the log. */
  readonly name: string;
  /** Reads and checks the files; throws when they cannot be used. */
  readonly read: () => Value;
  readonly log: Log;
}

// The kernel's notification is fast. The poll is the fallback if there is none (all pods of a node with this user
// share few inotify instances) or if a file was temporarily invalid.
const pollIntervalMs = 10_000;

/**
 * Reads now, then again at every change in the directory. A mounted Secret is replaced by renaming a link beside
 * the files, so the directory is watched, not the file. A new state that cannot be read is logged, and the last
 * valid one is kept.
 */
export function watchDirectory<Value>(options: WatchOptions<Value>): Watched<Value> & { close(): void } {
  let value = options.read();
  let lastFault = "";
  const listeners = new Set<(value: Value) => void>();

  const refresh = () => {
    const next = attempt(options.read);
    if (next.fault !== undefined) return report(next.fault);
    lastFault = "";
    if (isDeepStrictEqual(next.value, value)) return;
    value = next.value;
    options.log.info("a followed file has changed", { file: options.name });
    for (const listener of listeners) listener(value);
  };
  const report = (fault: string) => {
    if (fault === lastFault) return;
    lastFault = fault;
    options.log.warn("a followed file cannot be used; the last good one stays", {
      file: options.name,
      fault,
    });
  };

  const watcher = watchIfPossible(options.directory, refresh);
  const poll = setInterval(refresh, pollIntervalMs).unref();
  return {
    current: () => value,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      watcher?.close();
      clearInterval(poll);
      listeners.clear();
    },
  };
}

function watchIfPossible(directory: string, changed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(directory, { persistent: false }, changed);
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

type Attempt<Value> = { value: Value; fault?: undefined } | { fault: string };

function attempt<Value>(read: () => Value): Attempt<Value> {
  try {
    return { value: read() };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}
