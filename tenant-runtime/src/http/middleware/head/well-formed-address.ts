import type { RequestHandler } from "express";
import { AppError } from "../../../platform/base/errors.ts";

/**
 * Refuses an address with characters other than printable ASCII, or with a query whose percent-encoding is not
 * UTF-8, because the query's parser would replace it by U+FFFD. The router refuses such a path itself.
 */
export const wellFormedAddress: RequestHandler = (request, _response, next) => {
  const { originalUrl } = request;
  if (!/^[\x21-\x7e]*$/.test(originalUrl)) throw wrongAddress("path");
  const query = originalUrl.indexOf("?");
  if (query >= 0 && !isDecodable(originalUrl.slice(query))) throw wrongAddress("query");
  next();
};

/** The error for an address that cannot be decoded. */
export function wrongAddress(field: "path" | "query", cause?: unknown): AppError {
  const message = "write the address percent-encoded as in RFC 3986, in UTF-8";
  return new AppError("INVALID_REQUEST", { details: [{ in: field, field, message }], cause });
}

function isDecodable(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
