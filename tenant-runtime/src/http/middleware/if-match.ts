import type { RequestHandler } from "express";
import { AppError } from "../../platform/base/errors.ts";
import type { ExpectedVersion } from "../../platform/base/expected-version.ts";
import { header } from "../message/header.ts";
import type { Route } from "../route/route.ts";

/** Asks for If-Match where a change must name the version it changes. */
export function ifMatch({ conditional }: Route): RequestHandler {
  return (request, _response, next) => {
    const sent = header(request, "if-match");
    if (conditional === true && sent === undefined) {
      const message = 'write the ETag of the version you read, such as "3", or * for any';
      throw new AppError("PRECONDITION_REQUIRED", {
        details: [{ in: "header", field: "If-Match", message }],
      });
    }
    parseIfMatch(sent);
    next();
  };
}

const strongTag = /^"([\x21\x23-\x7e\x80-\xff]*)"$/;
const weakTag = /^W\/"[\x21\x23-\x7e\x80-\xff]*"$/;

/** RFC 9110, 13.1.1: strong comparison, so that a weak tag equals nothing. Throws INVALID_REQUEST. */
export function parseIfMatch(sent: string | undefined): ExpectedVersion | undefined {
  if (sent === undefined) return undefined;
  if (sent.trim() === "*") return "any";
  return sent.split(",").flatMap((text) => {
    const tag = text.trim();
    const version = strongTag.exec(tag)?.[1];
    if (version !== undefined) return [version];
    if (weakTag.test(tag)) return [];
    const message = 'write the ETag with its quotes, such as "3", or *';
    throw new AppError("INVALID_REQUEST", { details: [{ in: "header", field: "If-Match", message }] });
  });
}
