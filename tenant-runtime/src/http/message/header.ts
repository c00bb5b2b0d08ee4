import type { IncomingMessage } from "node:http";
import { AppError } from "../../platform/base/errors.ts";

/** The longest value of each header that the server reads, in characters. Other headers cannot be read. */
const longest = {
  authorization: 4_096,
  "content-type": 256,
  host: 300,
  "idempotency-key": 128,
  "if-match": 1_024,
  "if-none-match": 1_024,
  origin: 300,
  "sec-websocket-protocol": 4_096,
} as const;

type HeaderName = keyof typeof longest;

/** The value of a request's header. Checks its length before any other use. Throws INVALID_REQUEST. */
export function header({ headers }: Pick<IncomingMessage, "headers">, name: HeaderName): string | undefined {
  const value = headers[name];
  const sent = Array.isArray(value) ? value.join(", ") : value;
  if (sent === undefined || sent.length <= longest[name]) return sent;
  const message = `write at most ${longest[name]} characters`;
  throw new AppError("INVALID_REQUEST", { details: [{ in: "header", field: spelled(name), message }] });
}

function spelled(name: HeaderName): string {
  return name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase()).replace("Websocket", "WebSocket");
}
