import type { Request } from "express";
import { AppError } from "../../../platform/base/errors.ts";
import { header } from "../../message/header.ts";
import type { Route } from "../../route/route.ts";

/**
 * Throws UNSUPPORTED_MEDIA_TYPE unless the body has this type, in UTF-8 and not compressed, and BODY_TOO_LARGE when it says that
 * it is longer.
 */
export function requireStream(stream: NonNullable<Route["stream"]>, request: Request): void {
  requireType(stream.type, request);
  const { longestBytes } = stream;
  if (Number(request.headers["content-length"] ?? 0) <= longestBytes) return;
  const message = `send at most ${longestBytes / 1024 / 1024} MiB at once`;
  throw new AppError("BODY_TOO_LARGE", { details: [{ in: "body", field: "body", message }] });
}

function requireType(type: string, request: Request): void {
  const found = header(request, "content-type");
  const charset = /;\s*charset="?([^";\s]+)/i.exec(found ?? "")?.[1] ?? "utf-8";
  if (request.is(type) === type && /^utf-?8$/i.test(charset)) {
    if ((request.headers["content-encoding"] ?? "identity") === "identity") return;
    throw refusal("Content-Encoding", "leave it out: send the body as it is", {
      "Accept-Encoding": "identity",
    });
  }
  throw refusal("Content-Type", `write ${type}; charset=utf-8, not ${found ?? "none"}`);
}

function refusal(field: string, message: string, headers = {}): AppError {
  return new AppError("UNSUPPORTED_MEDIA_TYPE", { details: [{ in: "header", field, message }], headers });
}
