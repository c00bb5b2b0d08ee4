/**
 * The reason why Redis did not execute a command:
 * - `unreachable`: there was no answer (no connection, a timeout).
 * - `transient`: the server refused because of its state, and accepts the command later: it is loading, is full,
 *   cannot write, is a replica, runs a script, or has too many clients.
 * - `login`: the user or the password is unknown, for example while credentials are rotated.
 * - `permission`: the user may not run this command.
 * - `fault`: the command is wrong, and repeating it does not help.
 */
export type RedisFailure = "unreachable" | "transient" | "login" | "permission" | "fault";

/**
 * Classifies the error of a command. The first word of an error reply is its kind (Redis serialization protocol,
 * "Simple errors"). If it is only ERR, the text decides. A transaction whose commands were refused when queued fails
 * with EXECABORT, and its `previousErrors` (ioredis) hold the reasons.
 */
export function redisFailure(error: unknown): RedisFailure {
  if (programmingErrors.some((kind) => error instanceof kind)) return "fault";
  if (!isReply(error)) return "unreachable";
  const previous = (error as { previousErrors?: readonly unknown[] }).previousErrors ?? [];
  return previous.length > 0 ? worst(previous.map(redisFailure)) : kindOf(error.message);
}

/** Kinds of error in redis 7.4, src/server.c and its callers, and of 6.2's MASTERDOWN and UNKILLABLE. */
const transientKind =
  /^(LOADING|BUSY|OOM|MISCONF|READONLY|NOREPLICAS|MASTERDOWN|NOMASTERLINK|CLUSTERDOWN|TRYAGAIN|INPROG|IOERR|UNKILLABLE|UNBLOCKED|DENIED)\b/;

const programmingErrors = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Transient errors of the kind ERR, recognised by their text. */
const transientText = [/^ERR max number of clients\b/, /^ERR .*\btrying to save the ACLs\b/];

function kindOf(text: string): RedisFailure {
  if (transientKind.test(text) || transientText.some((pattern) => pattern.test(text))) return "transient";
  if (/^(NOAUTH|WRONGPASS)\b/.test(text)) return "login";
  return /^NOPERM\b/.test(text) ? "permission" : "fault";
}

function worst(failures: readonly RedisFailure[]): RedisFailure {
  const order: readonly RedisFailure[] = ["fault", "permission", "login", "transient"];
  return order.find((failure) => failures.includes(failure)) ?? "unreachable";
}

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}
