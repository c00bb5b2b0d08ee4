import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { Express } from "express";
import type { ServerTls } from "../../platform/files/tls.ts";
import type { Watched } from "../../platform/files/watched-file.ts";
import { normalizeTarget } from "../message/request-target.ts";
import type { RecordRequest } from "../middleware/record/request-record.ts";
import { bodyBounds, boundBodies } from "./body-deadline.ts";
import { continueWhenRead } from "./continue.ts";
import { Exchanges } from "./exchanges.ts";
import { dropRests } from "./linger.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";

const handshakeTimeoutMs = 10_000;
const headersTimeoutMs = 10_000;
const longestHeadBytes = 16 * 1024;
// The interval of checks for connections whose headers are late.
const lookForLateMs = 5_000;
// Longer than gateways keep idle connections, so that the gateway closes them first.
const keepAliveTimeoutMs = 75_000;

/** The server, and the requests of each of its connections. */
export interface ApiServer {
  readonly server: Server;
  readonly exchanges: Exchanges;
}

/**
 * An HTTPS server whose certificate follows its files: new handshakes use the new one. Every readable request goes to the
 * app. An unreadable one gets an error of the same shape.
 */
export function createApiServer(app: Express, tls: Watched<ServerTls>, record: RecordRequest): ApiServer {
  const timeouts = { handshakeTimeout: handshakeTimeoutMs, connectionsCheckingInterval: lookForLateMs };
  const parsing = {
    maxHeaderSize: longestHeadBytes,
    requireHostHeader: false,
    // Another protocol is ignored, and the request is answered as usual (RFC 9110, 7.8).
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => /^websocket$/i.test(headers.upgrade ?? ""),
  };
  const server = createServer({ ...tls.current(), ...timeouts, ...parsing, minVersion: "TLSv1.2" }, app);
  server.headersTimeout = headersTimeoutMs;
  // `boundBodies` ends slow requests, because long bodies need more time.
  server.requestTimeout = 0;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.prependListener("request", normalizeTarget);
  server.prependListener("upgrade", normalizeTarget);
  continueWhenRead(server);
  server.on("checkExpectation", (request, response) => void server.emit("request", request, response));
  const exchanges = new Exchanges(server);
  dropRests(server);
  boundBodies(server, bodyBounds);
  refuseUnreadable(server, exchanges, record);
  followCertificate(server, tls);
  return { server, exchanges };
}

/** Gives every new handshake the current certificate. */
export function followCertificate(server: Server, tls: Watched<ServerTls>): void {
  const stop = tls.onChange((next) => server.setSecureContext({ ...next, minVersion: "TLSv1.2" }));
  server.once("close", stop);
}
