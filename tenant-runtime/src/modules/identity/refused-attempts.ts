import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import type { Entity } from "../../module/entity.ts";
import type { Recorder } from "../../module/record.ts";
import type { Database } from "../../platform/database/database.ts";
import { session, user } from "./store/models.ts";

const kinds = {
  login: declared(session, "refused"),
  passwordChange: declared(user, "password_change_refused"),
};

/** An audit action of this entity; its type shows that the entity declares it. */
function declared<Action extends string>(entity: Entity<string, Action>, verb: NoInfer<Action>) {
  return { entity, verb };
}

/** A password that was not the right one. */
export interface RefusedAttempt {
  readonly kind: keyof typeof kinds;
  readonly actor: string;
  /** The user whose password it was not, or `unknown`. */
  readonly subject: string;
  readonly requestId: string;
}

interface Tally {
  readonly key: string;
  readonly attempt: RefusedAttempt;
  /** Milliseconds of the monotonic clock. */
  readonly since: number;
  rows: number;
  /** Not yet in the trail. */
  more: number;
  summary: NodeJS.Timeout | undefined;
}

const hourMs = 3_600_000;
const rowsPerHour = 10;
const summaryMinutes = 10;

/** The parts of the runtime that write refused attempts. */
export interface RefusedAttemptsWorld {
  readonly database: Database;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Between two summaries, in milliseconds. Default 10 minutes. */
  readonly summaryMs?: number;
}

/**
 * Writes refused attempts into the audit trail, within bounds: of each user, and of all unknown emails together, the
 * first ten in an hour have a row each, and the others one row for each ten minutes, with their number. No request waits for
 * these rows, so that the answer takes as long whether or not one is written.
 */
export class RefusedAttempts {
  readonly #world: RefusedAttemptsWorld;
  readonly #tallies = new Map<string, Tally>();
  /** Those with a number that is not yet in the trail. */
  readonly #unsummarized = new Set<Tally>();
  readonly #writing = new Set<Promise<void>>();

  constructor(world: RefusedAttemptsWorld) {
    this.#world = world;
  }

  /** Counts the attempt, and writes its row now or with others. */
  note(attempt: RefusedAttempt): void {
    const tally = this.#tallyOf(attempt);
    if (tally.rows < rowsPerHour) {
      tally.rows += 1;
      this.#write(attempt, attempt.requestId, {});
      return;
    }
    const { summaryMs = summaryMinutes * 60_000 } = this.#world;
    tally.more += 1;
    this.#unsummarized.add(tally);
    tally.summary ??= setTimeout(() => this.#summarize(tally), summaryMs).unref();
  }

  /** Writes the numbers that wait for their row, and resolves once every row is written or has failed. */
  async close(): Promise<void> {
    for (const tally of this.#unsummarized) this.#summarize(tally);
    await Promise.all(this.#writing);
  }

  #write(attempt: RefusedAttempt, requestId: string | undefined, details: Record<string, number>): void {
    const { database, recorder, log } = this.#world;
    const { entity, verb } = kinds[attempt.kind];
    const row = { verb, id: attempt.subject, actor: { id: attempt.actor, requestId }, details };
    // Not marked: the row of a refused command is not the change that its Idempotency-Key stands for.
    const written = database
      .transaction((transaction) => recorder.note<string, string>(transaction, entity, row))
      .catch((error: Error) =>
        log.warn("a refused attempt is missing in the audit trail", {
          action: `${entity.type}.${verb}`,
          reason: error.message,
        }),
      )
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
  }

  #summarize(tally: Tally): void {
    const { key, attempt, more } = tally;
    this.#write(attempt, undefined, { attempts: more });
    if (this.#tallies.get(key) === tally && this.#isOver(tally)) this.#tallies.delete(key);
    clearTimeout(tally.summary);
    this.#unsummarized.delete(tally);
    tally.more = 0;
    tally.summary = undefined;
  }

  #tallyOf(attempt: RefusedAttempt): Tally {
    const key = `${attempt.kind} ${attempt.subject}`;
    const kept = this.#tallies.get(key);
    if (kept !== undefined && !this.#isOver(kept)) return kept;
    const since = this.#world.clock.monotonic();
    const fresh = { key, attempt, since, rows: 0, more: 0, summary: undefined };
    this.#tallies.set(key, fresh);
    return fresh;
  }

  #isOver({ since }: Tally): boolean {
    return this.#world.clock.monotonic() - since > hourMs;
  }
}
