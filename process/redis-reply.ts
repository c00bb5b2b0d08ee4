/**
 * What it means that Redis did not do what it was asked:
 * - `unreachable`: it gave no answer (no connection, a time-out).
 * - `passing`: it refused, and will not once the server has recovered or someone has done something about it: it
 *   starts, is full, cannot write, follows another, runs a script, has too many clients.
 * - `login`: it does not know this login, or not with this password: while credentials are rotated.
 * - `permission`: this login may not do that: its rights were taken, or the command was never granted.
 * - `fault`: the request itself is wrong, and stays wrong.
 */
export type RedisFailure = "unreachable" | "passing" | "login" | "permission" | "fault";

/**
 * Classifies what a command threw. The first word of an error reply is its kind (Redis serialization protocol, "Simple
 * errors"); where that is only ERR the text decides. A transaction whose commands were refused when they were queued
 * fails with EXECABORT, whose `previousErrors` (ioredis) tell why.
 */
export function redisFailure(error: unknown): RedisFailure {
  if (programmingErrors.some((kind) => error instanceof kind)) return "fault";
  if (!isReply(error)) return "unreachable";
  const previous = (error as { previousErrors?: readonly unknown[] }).previousErrors ?? [];
  return previous.length > 0 ? worst(previous.map(redisFailure)) : kindOf(error.message);
}

/** The words of redis 7.4, src/server.c and its callers, and of 6.2's MASTERDOWN and UNKILLABLE. */
const passing =
  /^(LOADING|BUSY|OOM|MISCONF|READONLY|NOREPLICAS|MASTERDOWN|NOMASTERLINK|CLUSTERDOWN|TRYAGAIN|INPROG|IOERR|UNKILLABLE|UNBLOCKED|DENIED)\b/;

const programmingErrors = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Refusals that have no word of their own. */
const passingText = [/^ERR max number of clients\b/, /^ERR .*\btrying to save the ACLs\b/];

function kindOf(text: string): RedisFailure {
  if (passing.test(text) || passingText.some((pattern) => pattern.test(text))) return "passing";
  if (/^(NOAUTH|WRONGPASS)\b/.test(text)) return "login";
  return /^NOPERM\b/.test(text) ? "permission" : "fault";
}

function worst(failures: readonly RedisFailure[]): RedisFailure {
  const order: readonly RedisFailure[] = ["fault", "permission", "login", "passing"];
  return order.find((failure) => failures.includes(failure)) ?? "unreachable";
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}
