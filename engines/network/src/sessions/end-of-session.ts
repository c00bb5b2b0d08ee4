import type { SessionEnd } from "./records/session.ts";
import type { SessionSettings } from "./records/session-settings.ts";
import { firstThat } from "./strands/last-that.ts";

/** The reasons that may end a session without a stop record. */
export interface OpenSession {
  readonly beganAt: number;
  readonly lastNewsAt: number;
  /** The begins of all sessions of its id, sorted. */
  readonly begins: readonly number[];
  /** The instants at which its NAS restarted, sorted. */
  readonly restarts: readonly number[];
}

/**
 * The end of a session without a stop: by the earliest known reason, so that later knowledge never changes the end.
 * Records after a restart show that the session outlived it.
 */
export function endOfSession(
  { beganAt, lastNewsAt, begins, restarts }: OpenSession,
  { interimSeconds, missedInterims }: SessionSettings,
  asOf: number,
): SessionEnd | undefined {
  const isLater = (at: number) => at >= lastNewsAt && at > beganAt;
  const restart = firstThat(restarts, isLater) ?? never;
  const successor = firstThat(begins, isLater) ?? never;
  const patience = interimSeconds === undefined ? never : interimSeconds * missedInterims;
  const staleAt = lastNewsAt + patience;
  const known = Math.min(restart, successor, staleAt);
  if (known > asOf) return undefined;
  if (known === restart) return { at: restart, by: "nas-restart" };
  return { at: lastNewsAt, by: known === successor ? "replaced" : "stale" };
}

const never = Number.POSITIVE_INFINITY;
