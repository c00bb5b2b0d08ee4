import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Refusal } from "./refusal.ts";

/** Milliseconds for a client to read its refusal, even while it still sends. */
const lingerMs = 5_000;

/** The header fields of a refusal; its body is the message. */
export function refusalHeaders({ reason, status, message }: Refusal): Readonly<Record<string, string>> {
  return {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(message) + 1),
    connection: "close",
    "dotmac-egress-refusal": reason,
    ...(status === 407 ? { "proxy-authenticate": 'Bearer realm="egress"' } : {}),
    ...(status === 405 ? { allow: "CONNECT, OPTIONS" } : {}),
    ...(status === 429 || status === 503 ? { "retry-after": "5" } : {}),
  };
}

/** Answers on the raw socket of a CONNECT request and closes it. */
export function refuseTunnel(socket: Socket, refusal: Refusal): void {
  const fields = Object.entries(refusalHeaders(refusal)).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${fields.join("")}`;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(timer));
  socket.resume().end(`${head}\r\n${refusal.message}\n`);
}
