import { RetryableError, TerminalError } from "../../controller/errors.ts";

/**
 * What a failure of Redis means for the reconcile that met it, by the first word of its answer (Redis serialization
 * protocol, "Simple errors").
 */
export function redisError(error: unknown, server: string): Error {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  const text = error instanceof Error ? error.message.replace(/\.$/, "") : String(error);
  if (!isAnswer(error)) {
    const message = `Redis at ${server} cannot be reached: ${text}.`;
    return new RetryableError("RedisUnavailable", message, { cause: error });
  }
  if (passes.test(text)) {
    const message = `Redis at ${server} cannot do it now: ${text}.`;
    return new RetryableError("RedisBusy", message, { cause: error });
  }
  const { reason, advice } = whatToDo.find(({ answer }) => answer.test(text)) ?? { reason: "RedisRefused" };
  const message = [`Redis at ${server} refused: ${text}.`, advice].filter(Boolean).join(" ");
  return new TerminalError(reason, message, { cause: error });
}

/** What passes by itself, or with what someone does about the server: it starts, is full, follows another, cannot write. */
const passes =
  /^(LOADING|BUSY|MASTERDOWN|READONLY|OOM|MISCONF|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|ERR .* trying to save the ACLs)\b/;

const whatToDo = [
  {
    answer: /^(WRONGPASS|NOAUTH)\b/,
    reason: "RedisLoginRefused",
    advice:
      "The Secret that platform.redis.secret names has to hold a user and its password; when that has changed, restart " +
      "the operator.",
  },
  {
    answer: /^NOPERM\b/,
    reason: "RedisRefused",
    advice: "Give the operator's user the rights `~* &* +@all`.",
  },
];

function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}
