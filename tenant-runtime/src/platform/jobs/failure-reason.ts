import { AppError } from "../base/errors.ts";
import { Interrupted, TooSlow } from "./attempt.ts";

const longest = 200;

/**
 * The reason of a failed attempt, for people: a code or the name of an error. Its message may hold a personal value
 * and is left out.
 */
export function failureReason(error: unknown): string {
  if (error instanceof AppError) return error.code;
  if (error instanceof TooSlow || error instanceof Interrupted) return `${error.name}: ${error.message}`;
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as { code?: unknown };
  const isSqlState = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
  return (isSqlState ? `PostgreSQL ${code}` : error.name).slice(0, longest);
}
