import { type RedisFailure, redisFailure } from "../../../../process/redis-reply.ts";
import { RetryableError, TerminalError } from "../../base/errors.ts";

/** Converts a failure of Redis to the error that the reconcile throws. */
export function redisError(error: unknown, server: string): Error {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  const text = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
  const failure = redisFailure(error);
  if (failure === "unreachable") {
    const message = `Redis at ${server} cannot be reached: ${text}.`;
    return new RetryableError(unavailable, message, { cause: error });
  }
  if (failure === "transient") {
    const message = `Redis at ${server} cannot do it now: ${text}.`;
    return new RetryableError("RedisBusy", message, { cause: error });
  }
  const { reason, advice } = whatToDo[failure];
  const message = [`Redis at ${server} refused: ${text}.`, advice].filter(Boolean).join(" ");
  return new TerminalError(reason, message, { cause: error });
}

/** Whether the next command would fail in the same way, for any tenant. */
export function concernsServer(error: unknown): boolean {
  return error instanceof RetryableError
    ? error.reason === unavailable
    : error instanceof TerminalError && error.reason === loginRefused;
}

const unavailable = "RedisUnavailable";
const loginRefused = "RedisLoginRefused";

type Refusal = Exclude<RedisFailure, "unreachable" | "transient">;

const whatToDo: Readonly<Record<Refusal, { readonly reason: string; readonly advice?: string }>> = {
  login: {
    reason: loginRefused,
    advice:
      "The Secret that platform.redis.secret names must hold a user and its password. After a change of it, restart " +
      "the operator.",
  },
  permission: { reason: "RedisRefused", advice: "Give the operator's user the rights `~* &* +@all`." },
  fault: { reason: "RedisRefused" },
};
