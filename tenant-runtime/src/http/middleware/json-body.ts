import express, { type Request, type RequestHandler } from "express";
import { AppError } from "../../platform/base/errors.ts";
import { header } from "../message/header.ts";
import { wrongShape } from "../message/json-shape.ts";
import type { Route } from "../route/route.ts";

const types = ["application/json", "application/merge-patch+json"];
const parse = express.json({ limit: 256 * 1024, type: types });

/** Reads the body where the route has one; a body of another type is refused rather than ignored. */
export function jsonBody({ body }: Route): RequestHandler {
  if (body === undefined) return (_request, _response, next) => next();
  return (request, response, next) => {
    const found = header(request, "content-type") ?? "none";
    if (hasBody(request) && !request.is(types)) {
      const message = `write application/json, not ${found}`;
      throw new AppError("UNSUPPORTED_MEDIA_TYPE", {
        details: [{ in: "header", field: "Content-Type", message }],
      });
    }
    // Called later, so what it threw would reach nobody.
    parse(request, response, (error?: unknown) => next(error ?? wrongShape(request.body)));
  };
}

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
