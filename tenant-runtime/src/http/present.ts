import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Request, Response } from "express";
import type { Clock } from "../../../process/clock.ts";
import { requireVersion } from "../platform/base/expected-version.ts";
import { envelope } from "./message/envelope.ts";
import { header } from "./message/header.ts";
import { expectedVersion, hasVersion } from "./middleware/head/if-match.ts";
import type { RawReply, Reply } from "./route/route.ts";

// A client that reads nothing for this long is considered gone.
const readerPatienceMs = 60_000;

/** Sends a handler's answer, either in the envelope with its ETag or unchanged. Its headers replace the common ones. */
export async function present(response: Response, reply: Reply | RawReply, clock: Clock): Promise<void> {
  response.status(reply.status);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  if ("content" in reply) return presentRaw(response, reply);
  if (reply.version !== undefined) {
    if (isRead(response.req)) requireVersion(expectedVersion(response.req), reply.version);
    response.set("ETag", `"${reply.version}"`);
    if (isKnown(response.req, reply.status, reply.version)) return void response.status(304).end();
  }
  if (reply.body === undefined) return void response.end();
  response.json(envelope(reply.body, clock.now(), response.req.originalUrl));
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

function isKnown(request: Request, status: number, version: string): boolean {
  if (status !== 200 || !isRead(request)) return false;
  return hasVersion(header(request, "if-none-match"), version);
}

async function presentRaw(response: Response, { contentType, content }: RawReply): Promise<void> {
  response.type(contentType);
  if (typeof content === "string" || Buffer.isBuffer(content)) return void response.send(content);
  response.setTimeout(readerPatienceMs, () => response.destroy());
  try {
    // A complete response ends with an empty chunk (RFC 9112, 7.1), an interrupted one does not.
    await pipeline(Readable.from(content, { highWaterMark: 1 }), response);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}
