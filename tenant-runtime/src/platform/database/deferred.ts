import type { Announcement, Transaction } from "./database.ts";

type Work = Parameters<Transaction["afterCommit"]>[0];

/** The announcements and the work that a transaction, or one part of it, leaves for after the commit. */
export class Deferred {
  readonly #announced = new Set<Announcement>();
  readonly #each: Work[] = [];
  readonly #once = new Map<string, Work>();

  /** The methods of a transaction that defer to here. */
  readonly methods: Pick<Transaction, "announce" | "afterCommit" | "afterCommitOnce"> = {
    announce: (what) => void this.#announced.add(what),
    afterCommit: (work) => void this.#each.push(work),
    afterCommitOnce: (name, work) => void this.#once.set(name, work),
  };

  /** Hands everything to the transaction of which this is a part. */
  passTo(whole: Transaction): void {
    for (const what of this.#announced) whole.announce(what);
    for (const work of this.#each) whole.afterCommit(work);
    for (const [name, work] of this.#once) whole.afterCommitOnce(name, work);
  }

  /** Announces and runs everything. Call it after the commit. */
  async run(tell: (what: Announcement) => void): Promise<void> {
    for (const what of this.#announced) tell(what);
    await Promise.all([...this.#each, ...this.#once.values()].map(async (work) => work()));
  }
}
