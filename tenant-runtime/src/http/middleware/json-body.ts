import express, { type Request, type RequestHandler } from "express";
import { AppError } from "../../errors.ts";
import type { Route } from "../route.ts";

const types = ["application/json", "application/merge-patch+json"];
const parse = express.json({ limit: 256 * 1024, type: types });

/** Reads the body where the route has one; a body of another type is refused rather than ignored. */
export function jsonBody({ body }: Route): RequestHandler {
  if (body === undefined) return (_request, _response, next) => next();
  return (request, response, next) => {
    if (hasBody(request) && !request.is(types)) {
      const found = request.headers["content-type"] ?? "none";
      const message = `write application/json, not ${found}`;
      throw new AppError("UNSUPPORTED_MEDIA_TYPE", { details: [{ field: "header.Content-Type", message }] });
    }
    parse(request, response, next);
  };
}

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
