import { DatabaseError } from "pg";
import { RetryableError, TerminalError } from "../../base/errors.ts";

/** Another replica leads now. Transactions of this replica must not commit. */
export class FencedError extends RetryableError {
  constructor(mine: number, current: number) {
    super(
      "NotLeader",
      `Expected to lead with epoch ${mine}, found epoch ${current} in public.operator_epoch: ` +
        "another replica leads now. This one must stop and stand for election again.",
    );
  }
}

const unavailable = "DatabaseUnavailable";
const loginRefused = "DatabaseLoginRefused";
const ofServer: readonly string[] = [unavailable, loginRefused];

/** Converts a failure of PostgreSQL to the error that the reconcile throws. */
export function databaseError(error: unknown, server: string): Error {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  if (error instanceof DatabaseError) return refusal(error, server);
  return new RetryableError(unavailable, `PostgreSQL at ${server} cannot be reached: ${text(error)}.`, {
    cause: error,
  });
}

/** Whether the next statement would fail in the same way, for any tenant. */
export function concernsServer(error: unknown): boolean {
  return error instanceof FencedError || (error instanceof RetryableError && ofServer.includes(error.reason));
}

/** The SQLSTATE of a server whose table of locks, or of a process whose memory, is full. */
export const outOfMemory = "53200";

/** Whether PostgreSQL refused with this SQLSTATE. */
export function hasSqlState(error: unknown, state: string): boolean {
  return error instanceof Error && error.cause instanceof DatabaseError && error.cause.code === state;
}

/** By SQLSTATE class (PostgreSQL documentation, appendix A). */
function refusal(error: DatabaseError, server: string): Error {
  const state = error.code ?? "";
  const message = `PostgreSQL at ${server} refused: ${error.message} (SQLSTATE ${state}).`;
  if (state.startsWith("28")) return new RetryableError(loginRefused, message, { cause: error });
  if (state.startsWith("42") || state.startsWith("22") || state.startsWith("2B")) {
    return new TerminalError("DatabaseRefused", message, { cause: error });
  }
  return new RetryableError("DatabaseBusy", message, { cause: error });
}

function text(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(text).join("; ");
  return error instanceof Error ? error.message : String(error);
}
