import type { IncomingMessage } from "node:http";

/** The client's address. Only the gateway reaches this port, and it appends the address to X-Forwarded-For as the last one. */
export function clientAddressOf({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").at(-1)?.trim();
  return forwarded || (socket.remoteAddress ?? "");
}
