import { AppError, type PlatformErrorCode } from "../../platform/base/errors.ts";

/** The error for bytes that are not a table. `message` says what to write instead. */
export function malformed(message: string, cause?: unknown): AppError {
  return refusal("MALFORMED_CSV", message, cause);
}

/** The error for a table that is too large. */
export function tooLarge(message: string): AppError {
  return refusal("BODY_TOO_LARGE", message);
}

function refusal(code: PlatformErrorCode, message: string, cause?: unknown): AppError {
  const details = [{ in: "body", field: "body", message }] as const;
  return new AppError(code, { details, cause });
}
