import { AppError } from "./errors.ts";

/** The error for one field of the body. `message` says what to write instead. */
export function invalidField(field: string, message: string, cause?: unknown): AppError {
  return new AppError("VALIDATION_ERROR", { details: [{ in: "body", field, message }], cause });
}
