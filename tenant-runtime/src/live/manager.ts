import type { IncomingMessage } from "node:http";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../../../process/clock.ts";
import type { Log } from "../../../process/log.ts";
import { TokenBucket } from "../../../process/token-bucket.ts";
import { Turns } from "../../../process/turns.ts";
import { clientAddressOf } from "../http/message/client-address.ts";
import { header } from "../http/message/header.ts";
import { rateLimitHeaders } from "../http/message/rate-limit-headers.ts";
import { webSocketPath, webSocketRoute } from "../http/message/web-socket-address.ts";
import { bearerToken } from "../http/middleware/access/authenticate.ts";
import { type AllowsOrigin, requireAllowedOrigin } from "../http/middleware/access/cross-origin.ts";
import { countRefused } from "../http/middleware/access/limit.ts";
import { logFailure } from "../http/middleware/record/error-handler.ts";
import { requestIdOf } from "../http/middleware/record/request-id.ts";
import type { RecordRequest } from "../http/middleware/record/request-record.ts";
import type { Exchanges } from "../http/server/exchanges.ts";
import type { Authenticate, Permits } from "../platform/access/authentication.ts";
import type { Principal } from "../platform/access/principal.ts";
import { AppError } from "../platform/base/errors.ts";
import type { EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";
import type { Topics } from "../platform/events/topics.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { type WebSocketBounds, webSocketBounds } from "./bounds.ts";
import { Connection, type TopicRefusal } from "./connection.ts";
import type { EventFeed } from "./event-feed.ts";
import { refuseUpgrade } from "./refuse-upgrade.ts";
import { requireHandshake, unreadableHandshake } from "./require-handshake.ts";
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
  readonly record: RecordRequest;
  readonly allowsOrigin: AllowsOrigin;
  readonly bounds?: Partial<WebSocketBounds>;
}

const subprotocol = "dotmac.v1";
const closeGraceMs = 2_000;

/** RFC 6455, 7.4.2, and the registry: the server restarts, reconnect to another one. */
const serviceRestart = 1012;
/** From the range for applications: the session that opened the socket has ended. */
const sessionEnded = 4401;

/** An upgrade request that has no answer yet. */
interface Handshake {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly route: string;
  readonly began: number;
}

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
 * The tenant's WebSocket connections. A client sends its access token in the Authorization header or, from a
 * browser, as the subprotocol `bearer.<token>` beside `dotmac.v1`. The address never contains it, because addresses
 * are logged.
 */
export class WebSocketManager {
  readonly #options: WebSocketManagerOptions;
  readonly #bounds: WebSocketBounds;
  readonly #server: WebSocketServer;
  readonly #replayLog: EventLog;
  readonly #checks: SessionChecks;
  readonly #handshakes = new WeakMap<IncomingMessage, Handshake>();
  readonly #open = new Map<WebSocket, Open>();
  readonly #beat: NodeJS.Timeout;
  readonly #look: NodeJS.Timeout;
  #opening = 0;
  #closing = false;

  constructor(options: WebSocketManagerOptions) {
    this.#options = options;
    this.#bounds = { ...webSocketBounds, ...options.bounds };
    const { messageBytes, replayReadsAtOnce, socketsPerPod, sessionChecksAtOnce, beatMs, sessionLookMs } =
      this.#bounds;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: messageBytes,
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    this.#server.on("wsClientError", (error, socket, request) =>
      this.#refuse(this.#handshakeOf(request), socket, unreadableHandshake(error)),
    );
    // A socket reads one page at a time, so the queue is never longer than the number of sockets.
    const turns = new Turns({
      atOnce: replayReadsAtOnce,
      line: {
        most: socketsPerPod,
        refusal: () => new AppError("RATE_LIMITED", { headers: { "Retry-After": "1" } }),
      },
    });
    this.#replayLog = takingTurns(options.eventLog, turns);
    this.#checks = new SessionChecks(options.authenticate, sessionChecksAtOnce);
    // Runs after the messages that sockets have already sent: an unread pong counts as an answer.
    this.#beat = setInterval(() => setImmediate(() => this.#beatAll()), beatMs).unref();
    this.#look = setInterval(() => void this.#checkAll(), sessionLookMs).unref();
  }

  /** Handles the upgrade requests of a server. `exchanges` has the server's other requests. */
  attach(server: Server, exchanges: Exchanges): void {
    server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      // The client may have sent earlier requests on this connection that are not answered yet.
      void exchanges.answered(socket).then(() => this.#upgrade(request, socket, head));
    });
  }

  get size(): number {
    return this.#open.size;
  }

  /** Asks every client to reconnect elsewhere and waits until they are gone, for at most two seconds. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#beat);
    clearInterval(this.#look);
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
    const handshake = this.#handshakeOf(request);
    try {
      const admitted = await this.#admitInTime(request);
      // No await between here and the open socket, so that it is counted before the next one.
      this.#ensureRoom(admitted.principal);
      this.#server.handleUpgrade(request, socket, head, (opened) => {
        this.#record(handshake, 101, { userId: admitted.principal.userId });
        this.#follow(opened, admitted, handshake.requestId);
      });
    } catch (error) {
      const refusal = error instanceof AppError ? error : new AppError("INTERNAL", { cause: error });
      this.#refuse(handshake, socket, refusal);
    }
  }

  /** Returns the same object for each call, so that the record of a refusal has the time of its beginning. */
  #handshakeOf(request: IncomingMessage): Handshake {
    const known = this.#handshakes.get(request);
    if (known !== undefined) return known;
    const route = isAtWebSocketPath(request) ? webSocketRoute : "unknown";
    const began = this.#options.clock.monotonic();
    const handshake = { request, requestId: requestIdOf(request), route, began };
    this.#handshakes.set(request, handshake);
    return handshake;
  }

  #refuse(handshake: Handshake, socket: Duplex, error: AppError): void {
    logFailure(this.#options.log, error, handshake);
    this.#record(handshake, error.status, { code: error.code });
    refuseUpgrade(socket, error, handshake.requestId);
  }

  #record(
    { request, requestId, route, began }: Handshake,
    status: number,
    result: { readonly code?: string; readonly userId?: string },
  ): void {
    const { clock, record } = this.#options;
    const ms = clock.monotonic() - began;
    record({ requestId, method: request.method ?? "unknown", route, status, ms, ...result });
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
    if (!isAtWebSocketPath(request)) throw new AppError("ROUTE_NOT_FOUND");
    requireHandshake(request);
    if (this.#closing) throw new AppError("TIMED_OUT");
    const { authenticate, limiter, allowsOrigin } = this.#options;
    requireAllowedOrigin(request, allowsOrigin);
    const { token, principal } = await countRefused(limiter, clientAddressOf(request), async () => {
      const token = offeredToken(request) ?? bearerToken(header(request, "authorization"));
      return { token, principal: await authenticate(token) };
    });
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
    // The closed sockets count until the next beat.
    const headers = { "Retry-After": String(Math.ceil(beatMs / 1_000)) };
    throw new AppError("RATE_LIMITED", { details: [{ field: "user", message }], headers });
  }

  #follow(socket: WebSocket, { token, principal }: Admitted, requestId: string) {
    const { feed, log, permits, topics, clock, metrics } = this.#options;
    const refuseTopic = (topic: string) => whyNot(topic, principal, { permits, topics });
    const mayHear = (event: SequencedEvent) => mayRead(event, principal, { permits, topics });
    const { messagesPerSecond: perSecond, messageBurst: burst } = this.#bounds;
    const messages = new TokenBucket({ perSecond, burst }, clock.monotonic());
    const maySend = () => messages.take(clock.monotonic());
    const eventLog = this.#replayLog;
    const connection = new Connection({
      socket,
      requestId,
      feed,
      eventLog,
      log,
      refuseTopic,
      mayHear,
      maySend,
    });
    this.#open.set(socket, { connection, token, userId: principal.userId });
    metrics.webSockets.set(this.size);
    socket.once("close", () => {
      this.#open.delete(socket);
      metrics.webSockets.set(this.size);
    });
  }

  /** Closes the sockets of this user whose session has ended. */
  async checkUser(userId: string): Promise<void> {
    const own = [...this.#open.values()].filter((open) => open.userId === userId);
    this.#closeEnded(await this.#checks.endedOf(own.map(({ token }) => token)));
  }

  /** Closes sockets whose session has ended without a notice. */
  async #checkAll(): Promise<void> {
    this.#closeEnded(await this.#checks.round([...this.#open.values()].map(({ token }) => token)));
  }

  #closeEnded(ended: ReadonlySet<string>): void {
    for (const { connection, token } of this.#open.values()) {
      if (ended.has(token)) connection.close(sessionEnded, "session ended");
    }
  }

  /** Sends all pings at the same moment, so that each socket has the whole interval to answer. */
  #beatAll(): void {
    for (const { connection } of this.#open.values()) connection.beat();
  }

  #terminateAll(): void {
    for (const socket of this.#open.keys()) socket.terminate();
  }
}

/** The reason why a user may not follow a topic; undefined if the user may. */
function whyNot(
  topic: string,
  principal: Principal,
  { permits, topics }: Pick<WebSocketManagerOptions, "permits" | "topics">,
): TopicRefusal | undefined {
  const permission = topics.permissionFor(topic);
  if (permission === undefined) {
    const message = `no such topic: write one of ${topics.names.join(", ")}`;
    return { code: "VALIDATION_ERROR", message };
  }
  if (topics.isOwned(topic) || permits(principal, permission)) return undefined;
  return { code: "FORBIDDEN", message: `needs the permission ${permission}` };
}

/** Whether this user may read an event of a topic that the user may follow. */
function mayRead(
  { topic, event }: SequencedEvent,
  principal: Principal,
  { permits, topics }: Pick<WebSocketManagerOptions, "permits" | "topics">,
): boolean {
  if (!topics.isOwned(topic) || event.data.createdBy === principal.userId) return true;
  const permission = topics.permissionFor(topic);
  return permission !== undefined && permits(principal, permission);
}

function isAtWebSocketPath({ url }: IncomingMessage): boolean {
  return url?.split("?", 1)[0] === webSocketPath;
}

function offeredToken(request: IncomingMessage): string | undefined {
  const offered = header(request, "sec-websocket-protocol")?.split(",") ?? [];
  return offered
    .map((text) => text.trim())
    .find((text) => text.startsWith("bearer."))
    ?.slice("bearer.".length);
}
