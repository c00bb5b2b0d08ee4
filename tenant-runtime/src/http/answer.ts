import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../../../process/clock.ts";
import { AppError } from "../platform/base/errors.ts";
import { type Idempotency, type Mark, noMark } from "../platform/database/idempotency.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import { takeLimits } from "./middleware/access/limit.ts";
import { requireStream } from "./middleware/body/stream-body.ts";
import { present } from "./present.ts";
import { isRepetition, keyOf } from "./repetition.ts";
import { requestContext } from "./request-context.ts";
import { requestState } from "./route/request-state.ts";
import type { RawReply, Received, Reply, Route } from "./route/route.ts";
import { allowSlowBody } from "./server/body-deadline.ts";

interface AnswerOptions {
  readonly idempotency: Idempotency;
  readonly limiter: Limiter;
  readonly clock: Clock;
}

interface Accepting {
  readonly received: Received | undefined;
  /** Counts a request that is neither refused nor repeated. */
  accept(): Promise<void>;
}

/**
 * Calls the route's handler and sends its reply. A POST with an Idempotency-Key runs at most once. A streamed body
 * is received first.
 */
export function answer(route: Route, { idempotency, limiter, clock }: AnswerOptions): RequestHandler {
  return async (request, response) => {
    const received = await receive(route, idempotency, request, response);
    try {
      const accept = () => takeLimits(route.limitsOfAccepted ?? [], limiter, request, response);
      const { reply, replayed } = await replyTo(route, idempotency, request, response, { received, accept });
      if (replayed) response.set("Idempotency-Replayed", "true");
      await present(response, reply, clock);
    } finally {
      // A body that cannot be removed now is removed later.
      await received?.discard().catch(() => {});
    }
  };
}

async function replyTo(
  route: Route,
  idempotency: Idempotency,
  request: Request,
  response: Response,
  { received, accept }: Accepting,
): Promise<{ readonly reply: Reply | RawReply; readonly replayed: boolean }> {
  const { input, principal } = requestState(response);
  const body = received === undefined ? input.body : received.body;
  const handle = async (mark: Mark) => {
    if (body === repeated) throw new AppError("IDEMPOTENCY_KEY_IN_USE", { headers: { "Retry-After": "1" } });
    await accept();
    return route.handle(requestContext(request, response, mark), { ...input, body });
  };
  const key = keyOf(route, request, response);
  if (key === undefined || principal === undefined) return { reply: await handle(noMark), replayed: false };
  const content = received === undefined ? request.body : received.digest;
  const attempt = { userId: principal.userId, key, fingerprint: fingerprint(route, request, content) };
  const keep = route.secretAnswer !== true;
  const { answer: reply, replayed } = await idempotency.once<Reply | RawReply>(attempt, handle, { keep });
  return { reply, replayed };
}

/** The result for a body of which only the digest was read. */
const repeated = Symbol("repeated");

async function receive(
  route: Route,
  idempotency: Idempotency,
  request: Request,
  response: Response,
): Promise<Received | undefined> {
  const { stream } = route;
  if (stream === undefined) return undefined;
  requireStream(stream, request);
  allowSlowBody(request);
  const known = await isRepetition(route, idempotency, request, response);
  const bytes = request.iterator({ destroyOnReturn: false });
  if (known) return { body: repeated, digest: await stream.digest(bytes), discard: async () => {} };
  return stream.receive(requestContext(request, response, noMark), bytes);
}

function fingerprint({ operationId }: Route, { originalUrl }: Request, content: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([operationId, originalUrl, content]))
    .digest("base64url");
}
