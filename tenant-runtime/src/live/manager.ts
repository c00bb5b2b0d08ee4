import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../../process/clock.ts";
import type { Log } from "../../../process/log.ts";
import { TokenBucket } from "../../../process/token-bucket.ts";
import { Turns } from "../../../process/turns.ts";
import { header } from "../http/message/header.ts";
import { rateLimitHeaders } from "../http/message/rate-limit-headers.ts";
import { bearerToken } from "../http/middleware/authenticate.ts";
import { requestIdOf } from "../http/middleware/request-id.ts";
import type { Authenticate, Permits } from "../platform/access/authentication.ts";
import type { Principal } from "../platform/access/principal.ts";
import { AppError } from "../platform/base/errors.ts";
import type { EventLog } from "../platform/events/event-log.ts";
import type { Topics } from "../platform/events/topics.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { type WebSocketBounds, webSocketBounds } from "./bounds.ts";
import { Connection } from "./connection.ts";
import type { EventFeed } from "./event-feed.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { SessionChecks } from "./session-checks.ts";
import { takingTurns } from "./taking-turns.ts";

export interface WebSocketManagerOptions {
  readonly feed: EventFeed;
  readonly eventLog: EventLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly permits: Permits;
  readonly topics: Topics;
  readonly limiter: Limiter;
  readonly metrics: Metrics;
  readonly bounds?: Partial<WebSocketBounds>;
}

export const webSocketPath = "/api/v1/ws";

const subprotocol = "dotmac.v1";
const closeGraceMs = 2_000;

/** RFC 6455, 7.4.2, and the registry: the server restarts, come back to another. */
const serviceRestart = 1012;
/** Of the range for applications: the session that opened the socket has ended. */
const sessionEnded = 4401;

interface Admitted {
  readonly token: string;
  readonly principal: Principal;
}

interface Open {
  readonly connection: Connection;
  readonly token: string;
  readonly userId: string;
}

/**
 * The tenant's WebSocket connections. A client shows its access token in the Authorization header or, from
 * a browser, as the subprotocol `bearer.<token>` beside `dotmac.v1`; never in the address, which is logged.
 */
export class WebSocketManager {
  readonly #options: WebSocketManagerOptions;
  readonly #bounds: WebSocketBounds;
  readonly #server: WebSocketServer;
  readonly #replayLog: EventLog;
  readonly #checks: SessionChecks;
  readonly #open = new Map<WebSocket, Open>();
  readonly #beat: NodeJS.Timeout;
  #opening = 0;
  #closing = false;

  constructor(options: WebSocketManagerOptions) {
    this.#options = options;
    this.#bounds = { ...webSocketBounds, ...options.bounds };
    const { messageBytes, replayReadsAtOnce, socketsPerPod, sessionChecksAtOnce, beatMs } = this.#bounds;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: messageBytes,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    // A socket asks for one page at a time, so the line is never longer than there are sockets.
    const turns = new Turns({
      atOnce: replayReadsAtOnce,
      line: {
        most: socketsPerPod,
        refusal: () => new AppError("RATE_LIMITED", { headers: { "Retry-After": "1" } }),
      },
    });
    this.#replayLog = takingTurns(options.eventLog, turns);
    this.#checks = new SessionChecks(options.authenticate, sessionChecksAtOnce);
    // Behind what the sockets have sent already: an answer that waits to be read is an answer.
    this.#beat = setInterval(() => setImmediate(() => void this.#checkAll()), beatMs).unref();
  }

  /** Takes the upgrade requests of a server. */
  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => void this.#upgrade(request, socket, head));
  }

  get size(): number {
    return this.#open.size;
  }

  /** Tells every client to come back elsewhere and waits until they are gone, or for two seconds. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#beat);
    const gone = [...this.#open].map(([socket, { connection }]) => {
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
      const admitted = await this.#admitInTime(request);
      // No await from here to the open socket: it is counted before the next one is.
      this.#ensureRoom(admitted.principal);
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        this.#follow(opened, admitted, requestId);
      });
    } catch (error) {
      refuseUpgrade(
        socket,
        error instanceof AppError ? error : new AppError("INTERNAL", { cause: error }),
        requestId,
      );
    }
  }

  async #admitInTime(request: IncomingMessage): Promise<Admitted> {
    const { openingAtOnce, openingMs } = this.#bounds;
    if (this.#opening >= openingAtOnce) throw new AppError("TIMED_OUT", { headers: { "Retry-After": "1" } });
    this.#opening += 1;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new AppError("TIMED_OUT")), openingMs);
    const admitted = this.#admit(request).finally(() => {
      this.#opening -= 1;
      clearTimeout(timer);
    });
    return Promise.race([admitted, late]);
  }

  async #admit(request: IncomingMessage): Promise<Admitted> {
    if (request.url?.split("?", 1)[0] !== webSocketPath) throw new AppError("ROUTE_NOT_FOUND");
    if (this.#closing) throw new AppError("TIMED_OUT");
    const { authenticate, limiter } = this.#options;
    const token = offeredToken(request) ?? bearerToken(header(request, "authorization"));
    const principal = await authenticate(token);
    const decision = await limiter.take("api", { userId: principal.userId, clientAddress: "" });
    if (!decision.allowed) throw new AppError("RATE_LIMITED", { headers: rateLimitHeaders(decision) });
    if (principal.mustChangePassword) throw new AppError("PASSWORD_CHANGE_REQUIRED");
    return { token, principal };
  }

  #ensureRoom({ userId }: Principal): void {
    const { socketsPerUser, socketsPerPod, beatMs } = this.#bounds;
    const own = [...this.#open.values()].filter((open) => open.userId === userId).length;
    const message =
      own >= socketsPerUser
        ? `close one of your ${socketsPerUser} open sockets first`
        : `all ${socketsPerPod} sockets of this replica are in use: close some, or try again later`;
    if (own < socketsPerUser && this.size < socketsPerPod) return;
    // Until the next beat has found those that are gone.
    const headers = { "Retry-After": String(Math.ceil(beatMs / 1_000)) };
    throw new AppError("RATE_LIMITED", { details: [{ field: "user", message }], headers });
  }

  #follow(socket: WebSocket, { token, principal }: Admitted, requestId: string) {
    const { feed, log, permits, topics, clock, metrics } = this.#options;
    const refuseTopic = (topic: string) => whyNot(topic, principal, { permits, topics });
    const { messagesPerSecond: perSecond, messageBurst: burst } = this.#bounds;
    const messages = new TokenBucket({ perSecond, burst }, clock.monotonic());
    const maySend = () => messages.take(clock.monotonic());
    const eventLog = this.#replayLog;
    const connection = new Connection({ socket, requestId, feed, eventLog, log, refuseTopic, maySend });
    this.#open.set(socket, { connection, token, userId: principal.userId });
    metrics.webSockets.set(this.size);
    socket.once("close", () => {
      this.#open.delete(socket);
      metrics.webSockets.set(this.size);
    });
  }

  /** A socket lives no longer than what opened it: the token is shown again with every beat. */
  async #checkAll(): Promise<void> {
    // All at the same moment: each has the whole time to the next beat to answer.
    for (const { connection } of this.#open.values()) connection.beat();
    await this.#checks.run([...this.#open.values()].map(({ token }) => token));
    for (const { connection, token } of this.#open.values()) {
      if (this.#checks.hasEnded(token)) connection.close(sessionEnded, "session ended");
    }
  }

  #terminateAll(): void {
    for (const socket of this.#open.keys()) socket.terminate();
  }
}

/** Why someone may not follow a topic; undefined when they may. */
function whyNot(
  topic: string,
  principal: Principal,
  { permits, topics }: Pick<WebSocketManagerOptions, "permits" | "topics">,
): string | undefined {
  const permission = topics.permissionFor(topic);
  if (permission === undefined) return `no such topic: write one of ${topics.names.join(", ")}`;
  return permits(principal, permission) ? undefined : `needs the permission ${permission}`;
}

function offeredToken(request: IncomingMessage): string | undefined {
  const offered = header(request, "sec-websocket-protocol")?.split(",") ?? [];
  return offered
    .map((text) => text.trim())
    .find((text) => text.startsWith("bearer."))
    ?.slice("bearer.".length);
}
