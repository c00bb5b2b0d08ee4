import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { AppError, type PlatformErrorCode } from "../../../platform/base/errors.ts";

// A name or an address, and a port (RFC 3986, 3.2.2).
const hostAndPort = /^(\[[0-9a-f:.]+\]|[a-z0-9._~%!$&'()*+,;=-]+)(:\d*)?$/i;

/**
 * Refuses a version other than HTTP/1, a request without one valid Host (RFC 9112, 3.2) or with two tokens, and
 * unsupported features: an Expect (RFC 9110, 10.1.1) or a transfer coding (RFC 9112, 6.1).
 */
export const hostAndExpect: RequestHandler = (request, _response, next) => {
  const { httpVersion, headers } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") throw unknownVersion();
  requireHost(request);
  refuseRepeated(request);
  if (httpVersion === "1.1" && headers.expect !== undefined && !/^100-continue$/i.test(headers.expect)) {
    throw refusal("EXPECTATION_FAILED", "Expect", "write 100-continue, or leave it out");
  }
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && !/^chunked$/i.test(coding.trim())) {
    throw refusal("NOT_IMPLEMENTED", "Transfer-Encoding", "write chunked alone, or leave it out", closing);
  }
  next();
};

/** Throws INVALID_REQUEST unless the request has one Host. HTTP/1.0 may have none. */
export function requireHost({ httpVersion, headers, rawHeaders }: IncomingMessage): void {
  const { host } = headers;
  const named = timesOf("Host", rawHeaders);
  if (host === undefined && httpVersion !== "1.1") return;
  // The absolute form of an address names the host too, beside the header.
  const missing = named === 0 && httpVersion === "1.1";
  if (missing || host === undefined || !hostAndPort.test(host))
    throw refusal("INVALID_REQUEST", "Host", "write the host that the address names");
  if (named > 1) throw refusal("INVALID_REQUEST", "Host", "write the host once");
}

/** Throws INVALID_REQUEST for a header that has one value and is there twice: which of them counts is a guess. */
export function refuseRepeated({ rawHeaders }: IncomingMessage): void {
  for (const name of ["Authorization", "Content-Type"])
    if (timesOf(name, rawHeaders) > 1) throw refusal("INVALID_REQUEST", name, "write it once");
}

function timesOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((sent, index) => index % 2 === 0 && sent.toLowerCase() === name.toLowerCase())
    .length;
}

// The connection is closed, because the end of the request is unknown.
const closing = { Connection: "close" };

function unknownVersion(): AppError {
  const details = [{ field: "request", message: "speak HTTP/1.1" }];
  return new AppError("HTTP_VERSION_NOT_SUPPORTED", { details, headers: closing });
}

function refusal(code: PlatformErrorCode, field: string, message: string, headers = {}): AppError {
  return new AppError(code, { details: [{ in: "header", field, message }], headers });
}
