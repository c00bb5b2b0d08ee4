import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import express, { type Request, type RequestHandler } from "express";
import { AppError, type PlatformErrorCode } from "../../../platform/base/errors.ts";
import { header } from "../../message/header.ts";
import { wrongShape } from "../../message/json-shape.ts";
import { repeatedKey } from "../../message/repeated-key.ts";
import type { Route } from "../../route/route.ts";

const types = ["application/json", "application/merge-patch+json"];
const longestBytes = 256 * 1024;
const parse = express.json({ limit: longestBytes, type: types, verify: keepUtf8, strict: false });
const tooMuch = "send less than 256 KiB at once";
/** The bytes of the bodies that are being read. */
const bytesOf = new WeakMap<IncomingMessage, Buffer>();

/** Reads the body if the route has one. A body of another type is refused, not ignored. */
export function jsonBody({ access, body }: Route): RequestHandler {
  if (body === undefined) return (_request, _response, next) => next();
  return (request, response, next) => {
    // Of a public command noForeignPage has checked it, before the rate limit.
    if (access !== "public") requireJson(request);
    requireShort(request);
    // The parser calls this later, when no handler would catch a thrown error.
    parse(request, response, (error?: unknown) =>
      next(error === undefined ? jsonFault(request) : bodyFault(error)),
    );
  };
}

/** Throws UNSUPPORTED_MEDIA_TYPE for a body of another type. */
export function requireJson(request: Request): void {
  const sent = header(request, "content-type");
  if (!hasBody(request) || request.is(types)) return;
  const message = `write application/json, not ${sent ?? "none"}`;
  throw new AppError("UNSUPPORTED_MEDIA_TYPE", {
    details: [{ in: "header", field: "Content-Type", message }],
    // RFC 5789, 2.2
    headers: request.method === "PATCH" ? { "Accept-Patch": types.toReversed().join(", ") } : {},
  });
}

/** Refuses a body by its length before it is read. Throws BODY_TOO_LARGE. */
function requireShort({ headers }: Request): void {
  const compressed = (headers["content-encoding"] ?? "identity") !== "identity";
  if (!compressed && Number(headers["content-length"] ?? 0) > longestBytes) throw tooLarge();
}

function tooLarge(): AppError {
  return new AppError("BODY_TOO_LARGE", { details: [{ in: "body", field: "body", message: tooMuch }] });
}

/** The error for JSON that must not reach a schema. */
function jsonFault(request: Request): AppError | undefined {
  const bytes = bytesOf.get(request);
  bytesOf.delete(request);
  return wrongShape(request.body) ?? (bytes && repeatedKey(bytes.toString(), "body"));
}

function hasBody({ headers }: Request): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** An error of the body parser or of the stream that it reads. */
interface ParserError extends Error {
  readonly type?: string;
  readonly status?: number;
}

/** Keeps the bytes, and refuses bytes that are not UTF-8, because the parser would replace them by U+FFFD. */
function keepUtf8(request: IncomingMessage, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding !== "utf-8") throw Object.assign(new Error(), { type: "charset.unsupported" });
  if (!isUtf8(body)) throw Object.assign(new Error(), { type: "body.not.utf8" });
  bytesOf.set(request, body);
}

/** The error for a body that cannot be read. An error that is not the client's fault is returned unchanged. */
function bodyFault(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return thrown;
  const { type, status = 500, message } = thrown as ParserError;
  if (status < 400 || status >= 500) return thrown;
  const [code, whatToWrite] = whatIsWrong(type, message);
  return new AppError(code, {
    details: [{ in: "body", field: "body", message: whatToWrite }],
    // RFC 9110, 15.5.16
    headers:
      type === "encoding.unsupported" ? { "Accept-Encoding": "gzip, deflate, br, zstd, identity" } : {},
    cause: thrown,
  });
}

/** Classifies a fault by the parser's documented `type`. A body that cannot be decompressed has none. */
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
      return ["BODY_TOO_LARGE", tooMuch];
    case "charset.unsupported":
      return ["UNSUPPORTED_MEDIA_TYPE", "write UTF-8, and charset=utf-8 in Content-Type or no charset"];
    case "encoding.unsupported":
      return ["UNSUPPORTED_MEDIA_TYPE", "write the body compressed with gzip, br or zstd or not at all"];
    case "request.size.invalid":
    case "request.aborted":
      return ["INVALID_REQUEST", "send as many bytes as Content-Length says"];
    default:
      return ["INVALID_REQUEST", "compress the body as Content-Encoding says, or not at all"];
  }
}
