import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { AppError } from "../errors.ts";
import type { Authenticate, Permits } from "../http/authentication.ts";
import { header } from "../http/header.ts";
import { bearerToken } from "../http/middleware/authenticate.ts";
import { requestIdOf } from "../http/middleware/request-id.ts";
import type { Principal } from "../http/route.ts";
import type { EventLog } from "../platform/event-log.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import { Connection } from "./connection.ts";
import type { EventFeed } from "./event-feed.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";

export interface WebSocketManagerOptions {
  readonly feed: EventFeed;
  readonly eventLog: EventLog;
  readonly log: Log;
  readonly authenticate: Authenticate;
  readonly permits: Permits;
  readonly metrics: Metrics;
}

export const webSocketPath = "/api/v1/ws";

const subprotocol = "dotmac.v1";
const beatMs = 30_000;
const largestMessageBytes = 16 * 1024;
const closeGraceMs = 2_000;

/** RFC 6455, 7.4.2, and the registry: the server restarts, come back to another. */
const serviceRestart = 1012;
/** Of the range for applications: the session that opened the socket has ended. */
const sessionEnded = 4401;

/**
 * The tenant's WebSocket connections. A client shows its access token in the Authorization header or, from
 * a browser, as the subprotocol `bearer.<token>` beside `dotmac.v1`; never in the address, which is logged.
 */
export class WebSocketManager {
  readonly #options: WebSocketManagerOptions;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessageBytes,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  });
  readonly #connections = new Map<WebSocket, { connection: Connection; token: string }>();
  readonly #beat: NodeJS.Timeout;
  #closing = false;

  constructor(options: WebSocketManagerOptions) {
    this.#options = options;
    this.#beat = setInterval(() => void this.#checkAll(), beatMs).unref();
  }

  /** Takes the upgrade requests of a server. */
  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Tells every client to come back elsewhere and waits until they are gone, or for two seconds. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#beat);
    const gone = [...this.#connections].map(([socket, { connection }]) => {
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      connection.close(serviceRestart, "restarting");
      return closed;
    });
    const timer = setTimeout(() => this.#terminateAll(), closeGraceMs);
    await Promise.all(gone);
    clearTimeout(timer);
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const requestId = requestIdOf(request);
    socket.on("error", () => socket.destroy());
    try {
      const { token, principal } = await this.#admit(request);
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        this.#open(opened, { token, principal, requestId });
      });
    } catch (error) {
      refuseUpgrade(
        socket,
        error instanceof AppError ? error : new AppError("INTERNAL", { cause: error }),
        requestId,
      );
    }
  }

  async #admit(request: IncomingMessage): Promise<{ token: string; principal: Principal }> {
    if (request.url?.split("?", 1)[0] !== webSocketPath) throw new AppError("ROUTE_NOT_FOUND");
    if (this.#closing) throw new AppError("TIMED_OUT");
    const token = offeredToken(request) ?? bearerToken(header(request, "authorization"));
    const principal = await this.#options.authenticate(token);
    if (principal.mustChangePassword) throw new AppError("PASSWORD_CHANGE_REQUIRED");
    return { token, principal };
  }

  #open(
    socket: WebSocket,
    { token, principal, requestId }: { token: string; principal: Principal; requestId: string },
  ) {
    const { feed, eventLog, log, permits } = this.#options;
    const mayFollow = (topic: string) => permits(principal, `${topic}:read`);
    const connection = new Connection({ socket, requestId, feed, eventLog, log, mayFollow });
    this.#connections.set(socket, { connection, token });
    this.#options.metrics.webSockets.set(this.size);
    socket.once("close", () => {
      this.#connections.delete(socket);
      this.#options.metrics.webSockets.set(this.size);
    });
  }

  /** A socket lives no longer than what opened it: the token is shown again with every beat. */
  async #checkAll(): Promise<void> {
    for (const { connection, token } of [...this.#connections.values()]) {
      connection.beat();
      await this.#options.authenticate(token, { safe: true }).catch((error: unknown) => {
        if (error instanceof AppError && error.status === 401)
          connection.close(sessionEnded, "session ended");
      });
    }
  }

  #terminateAll(): void {
    for (const socket of this.#connections.keys()) socket.terminate();
  }
}

function offeredToken(request: IncomingMessage): string | undefined {
  const offered = header(request, "sec-websocket-protocol")?.split(",") ?? [];
  return offered
    .map((text) => text.trim())
    .find((text) => text.startsWith("bearer."))
    ?.slice("bearer.".length);
}
