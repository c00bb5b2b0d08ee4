import type { SessionEnd } from "./records/session.ts";
import type { SessionSettings } from "./records/session-settings.ts";

/** What may end a session that nobody stopped. */
export interface OpenSession {
  readonly beganAt: number;
  readonly lastNewsAt: number;
  /** When later sessions of its id began. */
  readonly successors: readonly number[];
  /** When its NAS restarted. */
  readonly restarts: readonly number[];
}

/**
 * How a session without a stop ended: by whichever was known first, so that what is known later never
 * changes the end. News after a restart show that the session outlived it.
 */
export function endOfSession(
  { beganAt, lastNewsAt, successors, restarts }: OpenSession,
  { interimSeconds, missedInterims }: SessionSettings,
  asOf: number,
): SessionEnd | undefined {
  const restart = earliest(restarts.filter((at) => at >= lastNewsAt && at > beganAt));
  const successor = earliest(successors.filter((at) => at >= lastNewsAt && at > beganAt));
  const patience = interimSeconds === undefined ? never : interimSeconds * missedInterims;
  const staleAt = lastNewsAt + patience;
  const known = Math.min(restart, successor, staleAt);
  if (known > asOf) return undefined;
  if (known === restart) return { at: restart, by: "nas-restart" };
  return { at: lastNewsAt, by: known === successor ? "replaced" : "stale" };
}

const never = Number.POSITIVE_INFINITY;

function earliest(instants: readonly number[]): number {
  return instants.reduce((first, at) => Math.min(first, at), never);
}
