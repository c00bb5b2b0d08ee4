import type { Announcement } from "./database.ts";

/** Passes the announcements of committed transactions to the listeners of this process. */
export class Announcements {
  readonly #listeners = new Map<Announcement, Set<() => void>>();

  /** Calls the listener after every commit that made this announcement. The returned function stops this. */
  listen(what: Announcement, listener: () => void): () => void {
    const listeners = this.#listeners.get(what) ?? new Set();
    this.#listeners.set(what, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  tell(what: Announcement): void {
    for (const listener of this.#listeners.get(what) ?? []) listener();
  }
}
