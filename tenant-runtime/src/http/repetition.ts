import type { Request, Response } from "express";
import { AppError } from "../platform/base/errors.ts";
import type { Idempotency } from "../platform/database/idempotency.ts";
import { header } from "./message/header.ts";
import { requestState } from "./route/request-state.ts";
import type { Route } from "./route/route.ts";

/** The Idempotency-Key of a signed-in user's POST, if it has one. Throws INVALID_REQUEST. */
export function keyOf({ method }: Route, request: Request, response: Response): string | undefined {
  return method === "post" && requestState(response).principal !== undefined
    ? idempotencyKey(request)
    : undefined;
}

/** Whether a request under this key has made its change before. */
export async function isRepetition(
  route: Route,
  idempotency: Idempotency,
  request: Request,
  response: Response,
): Promise<boolean> {
  const key = keyOf(route, request, response);
  const userId = requestState(response).principal?.userId;
  return key !== undefined && userId !== undefined && (await idempotency.hasCommitted({ userId, key }));
}

function idempotencyKey(request: Request): string | undefined {
  const key = header(request, "idempotency-key");
  if (key === undefined || /^[\x21-\x7e]{1,128}$/.test(key)) return key;
  const message = "write 1 to 128 visible ASCII characters, such as a new UUID for each request";
  throw new AppError("INVALID_REQUEST", { details: [{ in: "header", field: "Idempotency-Key", message }] });
}
