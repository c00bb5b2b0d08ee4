import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { AppError } from "../../../platform/base/errors.ts";
import type { ExpectedVersion } from "../../../platform/base/expected-version.ts";
import { header } from "../../message/header.ts";
import type { Route } from "../../route/route.ts";

/** Requires If-Match on routes where a change must name the version it changes. */
export function ifMatch({ conditional }: Route): RequestHandler {
  return (request, _response, next) => {
    const sent = header(request, "if-match");
    if (conditional === true && sent === undefined) {
      const message = 'write the ETag of the version you read, such as "3", or * for any';
      throw new AppError("PRECONDITION_REQUIRED", {
        details: [{ in: "header", field: "If-Match", message }],
      });
    }
    expectedVersion(request);
    next();
  };
}

/**
 * The versions that a request accepts, by If-Match and, for a change, If-None-Match (RFC 9110, 13.1). Throws INVALID_REQUEST.
 */
export function expectedVersion(request: IncomingMessage): ExpectedVersion | undefined {
  const expected = parseIfMatch(header(request, "if-match"));
  const refused = header(request, "if-none-match");
  if (refused === undefined || !changing.has(request.method ?? "")) return expected;
  if (refused.trim() === "*") return "none";
  if (typeof expected === "object") return expected.filter((version) => !hasVersion(refused, version));
  const message =
    "write * for a resource that must not exist, or the ETag of the version to change in If-Match";
  throw new AppError("INVALID_REQUEST", { details: [{ in: "header", field: "If-None-Match", message }] });
}

/** The methods that change what is there. */
const changing = new Set(["PUT", "PATCH", "DELETE"]);

const strongTag = /^"([\x21\x23-\x7e\x80-\xff]*)"$/;
const weakTag = /^W\/"[\x21\x23-\x7e\x80-\xff]*"$/;

/** Parses If-Match with strong comparison (RFC 9110, 13.1.1): a weak tag equals nothing. Throws INVALID_REQUEST. */
export function parseIfMatch(sent: string | undefined): ExpectedVersion | undefined {
  if (sent === undefined) return undefined;
  if (sent.trim() === "*") return "any";
  return sent.split(",").flatMap((text) => {
    const tag = text.trim();
    const version = strongTag.exec(tag)?.[1];
    if (version !== undefined) return [version];
    if (weakTag.test(tag)) return [];
    throw notATag("If-Match");
  });
}

/** Whether a reader already has this version, by weak comparison (RFC 9110, 13.1.2). Throws INVALID_REQUEST. */
export function hasVersion(ifNoneMatch: string | undefined, version: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  const tags = ifNoneMatch.split(",").map((text) => text.trim().replace(/^W\//, ""));
  if (!tags.every((tag) => strongTag.test(tag))) throw notATag("If-None-Match");
  return tags.includes(`"${version}"`);
}

function notATag(field: string): AppError {
  const message = 'write the ETag with its quotes, such as "3", or *';
  return new AppError("INVALID_REQUEST", { details: [{ in: "header", field, message }] });
}
