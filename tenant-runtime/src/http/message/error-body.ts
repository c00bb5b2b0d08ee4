import type { AppError } from "../../platform/base/errors.ts";

/** An error as the API shows it. */
export function errorBody(error: AppError, requestId: string) {
  const { code, message, details } = error;
  return { error: { code, message, details, request_id: requestId } };
}
