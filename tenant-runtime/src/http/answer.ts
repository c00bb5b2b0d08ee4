import { createHash } from "node:crypto";
import type { Request, RequestHandler } from "express";
import type { Clock } from "../../../process/clock.ts";
import { AppError } from "../platform/base/errors.ts";
import { type Idempotency, type Mark, noMark } from "../platform/database/idempotency.ts";
import { header } from "./message/header.ts";
import { present } from "./present.ts";
import { requestContext } from "./request-context.ts";
import { requestState } from "./route/request-state.ts";
import type { RawReply, Reply, Route } from "./route/route.ts";

/** Calls the route's handler and sends what it replies; a POST under an Idempotency-Key runs at most once. */
export function answer(route: Route, idempotency: Idempotency, clock: Clock): RequestHandler {
  return async (request, response) => {
    const { input, principal } = requestState(response);
    const handle = (mark: Mark) => route.handle(requestContext(request, response, mark), input);
    const key = route.method === "post" && principal !== undefined ? idempotencyKey(request) : undefined;
    if (key === undefined || principal === undefined) return present(response, await handle(noMark), clock);
    const attempt = { userId: principal.userId, key, fingerprint: fingerprint(route, request) };
    const keep = route.secretAnswer !== true;
    const { answer: reply, replayed } = await idempotency.once<Reply | RawReply>(attempt, handle, { keep });
    if (replayed) response.set("Idempotency-Replayed", "true");
    present(response, reply, clock);
  };
}

function idempotencyKey(request: Request): string | undefined {
  const key = header(request, "idempotency-key");
  if (key === undefined || /^[\x21-\x7e]{1,128}$/.test(key)) return key;
  const message = "write 1 to 128 visible ASCII characters, such as a new UUID for each request";
  throw new AppError("INVALID_REQUEST", { details: [{ in: "header", field: "Idempotency-Key", message }] });
}

function fingerprint({ operationId }: Route, { originalUrl, body }: Request): string {
  return createHash("sha256")
    .update(JSON.stringify([operationId, originalUrl, body]))
    .digest("base64url");
}
