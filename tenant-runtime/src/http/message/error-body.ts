import type { AppError } from "../../platform/base/errors.ts";

/** An error in the API's form. */
export function errorBody(error: AppError, requestId: string) {
  const { code, message, details } = error;
  return { error: { code, message, details, request_id: requestId } };
}
