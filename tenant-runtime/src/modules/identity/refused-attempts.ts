import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import type { Entity } from "../../module/entity.ts";
import type { Recorder } from "../../module/record.ts";
import type { Database } from "../../platform/database/database.ts";
import { session, user } from "./models.ts";

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

/**
 * Writes refused attempts into the audit trail, within bounds: of each user, and of all unknown emails together, the
 * first ten in an hour have a row each, and the others one row for each ten minutes, with their number. Nobody waits for
 * these rows, so that the answer takes as long whether or not one is written.
 */
export interface RefusedAttempts {
  note(attempt: RefusedAttempt): void;
  /** Writes the numbers that wait for their row, and resolves once every row is written or has failed. */
  close(): Promise<void>;
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

export function createRefusedAttempts(world: {
  readonly database: Database;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Between two summaries, in milliseconds. */
  readonly summaryMs?: number;
}): RefusedAttempts {
  const { database, recorder, clock, log, summaryMs = summaryMinutes * 60_000 } = world;
  const tallies = new Map<string, Tally>();

  /** Those with a number that is not yet in the trail. */
  const unsummarized = new Set<Tally>();
  const writing = new Set<Promise<void>>();

  const write = (attempt: RefusedAttempt, requestId: string | undefined, details: Record<string, number>) => {
    const { entity, verb } = kinds[attempt.kind];
    const row = { verb, id: attempt.subject, actor: { id: attempt.actor, requestId }, details };
    // Not marked: the row of a refused command is not the change that its Idempotency-Key stands for.
    const written = database
      .transaction((transaction) => recorder.note<string, string>(transaction, entity, row))
      .catch((error: Error) =>
        log.warn("A refused attempt is missing in the audit trail.", {
          action: `${entity.type}.${verb}`,
          reason: error.message,
        }),
      )
      .finally(() => writing.delete(written));
    writing.add(written);
  };

  const summarize = (tally: Tally) => {
    const { key, attempt, more } = tally;
    write(attempt, undefined, { attempts: more });
    if (tallies.get(key) === tally && clock.monotonic() - tally.since > hourMs) tallies.delete(key);
    clearTimeout(tally.summary);
    unsummarized.delete(tally);
    tally.more = 0;
    tally.summary = undefined;
  };

  const tallyOf = (key: string, attempt: RefusedAttempt): Tally => {
    const now = clock.monotonic();
    const kept = tallies.get(key);
    if (kept !== undefined && now - kept.since <= hourMs) return kept;
    const fresh = { key, attempt, since: now, rows: 0, more: 0, summary: undefined };
    tallies.set(key, fresh);
    return fresh;
  };

  return {
    note(attempt) {
      const key = `${attempt.kind} ${attempt.subject}`;
      const tally = tallyOf(key, attempt);
      if (tally.rows < rowsPerHour) {
        tally.rows += 1;
        return write(attempt, attempt.requestId, {});
      }
      tally.more += 1;
      unsummarized.add(tally);
      tally.summary ??= setTimeout(() => summarize(tally), summaryMs).unref();
    },
    async close() {
      for (const tally of unsummarized) summarize(tally);
      await Promise.all(writing);
    },
  };
}
