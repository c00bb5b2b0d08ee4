import { RetryableError, TerminalError } from "../../controller/errors.ts";

/** What a failure of Redis means for the reconcile that met it. */
export function redisError(error: unknown, server: string): Error {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/^(NOPERM|ERR)\b/.test(text)) {
    return new TerminalError("RedisRefused", `Redis at ${server} refused: ${text}.`, { cause: error });
  }
  if (/^(NOAUTH|WRONGPASS)\b/.test(text)) {
    return new RetryableError(
      "RedisLoginRefused",
      `Redis at ${server} refused the operator's login: ${text}.`,
    );
  }
  return new RetryableError("RedisUnavailable", `Redis at ${server} cannot be reached: ${text}.`, {
    cause: error,
  });
}
