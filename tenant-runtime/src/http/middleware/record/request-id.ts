import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";

const longest = 128;
const acceptable = /^[A-Za-z0-9._-]+$/;

/** Creates the request's state with the caller's X-Request-Id or a new one, and returns the id in the response. */
export const requestId: RequestHandler = (request, response, next) => {
  const id = requestIdOf(request);
  Object.assign(response.locals, {
    requestId: id,
    route: "unknown",
    principal: undefined,
    errorCode: undefined,
    input: { params: {}, query: {}, body: undefined },
  });
  response.setHeader("X-Request-Id", id);
  next();
};

/** The caller's id if it is safe to log, otherwise a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers["x-request-id"];
  const fits = typeof sent === "string" && sent.length <= longest && acceptable.test(sent);
  return fits ? sent : randomUUID();
}
