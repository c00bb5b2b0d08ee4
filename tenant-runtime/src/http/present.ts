import type { Response } from "express";
import type { Clock } from "../../../process/clock.ts";
import { envelope } from "./message/envelope.ts";
import type { RawReply, Reply } from "./route/route.ts";

/** Sends a handler's answer: in the envelope with its ETag, or as it is. Its headers replace those that all answers have. */
export function present(response: Response, reply: Reply | RawReply, clock: Clock): void {
  response.status(reply.status);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    response.setHeader(name, typeof value === "string" ? value : [...value]);
  }
  if ("content" in reply) return void response.type(reply.contentType).send(reply.content);
  if (reply.version !== undefined) response.set("ETag", `"${reply.version}"`);
  if (reply.body === undefined) return void response.end();
  response.json(envelope(reply.body, clock.now(), response.req.originalUrl));
}
