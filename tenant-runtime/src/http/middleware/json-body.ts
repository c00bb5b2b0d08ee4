import { isUtf8 } from "node:buffer";
import express, { type Request, type RequestHandler } from "express";
import { AppError, type PlatformErrorCode } from "../../platform/base/errors.ts";
import { header } from "../message/header.ts";
import { wrongShape } from "../message/json-shape.ts";
import type { Route } from "../route/route.ts";

const types = ["application/json", "application/merge-patch+json"];
const parse = express.json({ limit: 256 * 1024, type: types, verify: requireUtf8 });

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
    parse(request, response, (error?: unknown) =>
      next(error === undefined ? wrongShape(request.body) : bodyFault(error)),
    );
  };
}

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** What the body parser, or what it reads from, fails with. */
interface ParserError extends Error {
  readonly type?: string;
  readonly status?: number;
}

/** The parser replaces bytes that are no UTF-8 by U+FFFD, so they are refused before it sees them. */
function requireUtf8(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding !== "utf-8") throw Object.assign(new Error(), { type: "charset.unsupported" });
  if (!isUtf8(body)) throw Object.assign(new Error(), { type: "body.not.utf8" });
}

/** The answer to a body that cannot be read; what is no fault of the client stays what it is. */
function bodyFault(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { type, status = 500, message } = thrown as ParserError;
  if (status < 400 || status >= 500) return thrown;
  const [code, whatToWrite] = whatIsWrong(type, message);
  return new AppError(code, {
    details: [{ in: "body", field: "body", message: whatToWrite }],
    cause: thrown,
  });
}

/** By the `type` that the parser documents; what cannot be decompressed has none. */
function whatIsWrong(
  type: string | undefined,
  message: string,
): [code: PlatformErrorCode, whatToWrite: string] {
  switch (type) {
    case "entity.parse.failed":
      return ["MALFORMED_JSON", `write one JSON object: ${message}`];
    case "body.not.utf8":
      return ["MALFORMED_JSON", "write the body in UTF-8: it holds bytes that are none"];
    case "entity.too.large":
      return ["BODY_TOO_LARGE", "send less than 256 KiB at once"];
    case "encoding.unsupported":
    case "charset.unsupported":
      return ["UNSUPPORTED_MEDIA_TYPE", "write UTF-8, compressed with gzip, br or zstd or not at all"];
    case "request.size.invalid":
    case "request.aborted":
      return ["INVALID_REQUEST", "send as many bytes as Content-Length says"];
    default:
      return ["INVALID_REQUEST", "compress the body as Content-Encoding says, or not at all"];
  }
}
