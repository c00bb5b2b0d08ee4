import { createServer, type Server } from "node:https";
import type { Express } from "express";
import type { ServerTls } from "../../platform/files/tls.ts";
import type { Watched } from "../../platform/files/watched-file.ts";

const handshakeTimeoutMs = 10_000;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
// How often connections are looked at that are late with their headers or their request.
const lookForLateMs = 5_000;
// Longer than gateways keep their idle connections, so that it is they who close them.
const keepAliveTimeoutMs = 75_000;

/** An HTTPS server whose certificate follows its files: new handshakes use the new one. */
export function createApiServer(app: Express, tls: Watched<ServerTls>): Server {
  const timeouts = { handshakeTimeout: handshakeTimeoutMs, connectionsCheckingInterval: lookForLateMs };
  const server = createServer({ ...tls.current(), ...timeouts, minVersion: "TLSv1.2" }, app);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  followCertificate(server, tls);
  return server;
}

/** Gives every new handshake the certificate of the moment. */
export function followCertificate(server: Server, tls: Watched<ServerTls>): void {
  const stop = tls.onChange((next) => server.setSecureContext({ ...next, minVersion: "TLSv1.2" }));
  server.once("close", stop);
}
