import type { SessionEnd } from "./records/session.ts";
import type { SessionSettings } from "./records/session-settings.ts";

/** The reasons that may end a session without a stop record. */
export interface OpenSession {
  readonly beganAt: number;
  readonly lastNewsAt: number;
  /** The begins of later sessions of its id. */
  readonly successors: readonly number[];
  /** The instants at which its NAS restarted. */
  readonly restarts: readonly number[];
}

/**
 * The end of a session without a stop: by the earliest known reason, so that later knowledge never changes the end.
 * Records after a restart show that the session outlived it.
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
