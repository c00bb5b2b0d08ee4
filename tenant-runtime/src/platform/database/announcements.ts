import type { Announcement } from "./database.ts";

/** Hands on what committed transactions have announced, to those who listen for it in this process. */
export class Announcements {
  readonly #listeners = new Map<Announcement, Set<() => void>>();

  /** Calls the listener after every commit that announced this; the answer stops that. */
  listen(what: Announcement, listener: () => void): () => void {
    const listeners = this.#listeners.get(what) ?? new Set();
    this.#listeners.set(what, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  tell(what: Announcement): void {
    for (const listener of this.#listeners.get(what) ?? []) listener();
  }
}
