import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Milliseconds, TimerClock } from "../../../process/clock.ts";
import type { Logger } from "../../../process/log.ts";
import type { Rate } from "../../../process/token-bucket.ts";
import { pause } from "../base/pause.ts";
import { limitConnections } from "./connection-limit.ts";
import { type Dialled, type DialOptions, dial, type Findings } from "./dial.ts";
import type { EgressMetrics } from "./metrics.ts";
import { refusalHeaders, refuseTunnel } from "./request/answer.ts";
import { Refusal } from "./request/refusal.ts";
import { describeTarget } from "./request/target.ts";
import type { ServerCertificate } from "./server-certificate.ts";
import { Tunnel } from "./tunnels/tunnel.ts";

export interface ProxyOptions extends DialOptions {
  readonly certificate: ServerCertificate;
  readonly idleTimeout: Milliseconds;
  readonly halfClosedTimeout: Milliseconds;
  readonly connectionsPerAddress: number;
  readonly newConnectionsPerAddress: Rate;
  /** Whether the tenants are loaded. */
  readonly isReady: () => boolean;
  readonly metrics: EgressMetrics;
  readonly log: Logger;
  readonly clock: TimerClock;
}

/** An HTTP proxy over TLS that serves CONNECT (RFC 9110, 9.3.6), and OPTIONS, which reports whether it is ready. */
export class ProxyServer {
  readonly #options: ProxyOptions;
  readonly #server: Server;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server = createServer({
      ...options.certificate,
      // One direction of a tunnel may end before the other.
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      minVersion: "TLSv1.2",
      handshakeTimeout: 10_000,
      headersTimeout: 10_000,
      requestTimeout: 10_000,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 5_000,
    });
    limitConnections(this.#server, {
      most: options.connectionsPerAddress,
      rate: options.newConnectionsPerAddress,
      clock: options.clock,
      dropped: () => options.metrics.dropped(),
    });
    this.#server.on(
      "connect",
      (request, socket, head) => void this.#connect(request, socket as Socket, head),
    );
    this.#server.on("request", (request, response) => void this.#answer(request, response));
  }

  /** Returns the port. @param port 0 takes any free one */
  async listen(port: number): Promise<number> {
    this.#server.listen(port);
    await once(this.#server, "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Uses another certificate for new connections. */
  useCertificate(certificate: ServerCertificate): void {
    this.#server.setSecureContext(certificate);
  }

  /** Accepts no more requests, lets open tunnels end by themselves for `limit`, then cuts them. */
  async stop(limit: Milliseconds): Promise<void> {
    const { tunnels, clock } = this.#options;
    this.#server.close();
    this.#server.closeIdleConnections();
    const empty = new AbortController();
    const emptied = tunnels.whenEmpty().then(() => empty.abort());
    await pause(clock, limit, empty.signal);
    tunnels.cutAll("stopping");
    if (tunnels.open > 0) await emptied;
    this.#server.closeAllConnections();
  }

  async #connect(request: IncomingMessage, client: Socket, head: Buffer): Promise<void> {
    const { clock, metrics } = this.#options;
    // From here on Node does not manage the socket, including its errors.
    client.on("error", () => {});
    const started = clock.monotonic();
    const found: Findings = {};
    const dialled = await this.#dial(request, found);
    if (dialled instanceof Refusal) {
      this.#note(dialled, { ...found, from: client.remoteAddress });
      return refuseTunnel(client, dialled);
    }
    metrics.opened((clock.monotonic() - started) / 1000);
    await this.#passBytes(client, head, dialled);
  }

  async #dial(request: IncomingMessage, found: Findings): Promise<Dialled | Refusal> {
    if (!this.#options.isReady()) return notReady;
    const authorization = request.headers["proxy-authorization"];
    try {
      const from = addressOf(request);
      return await dial({ url: request.url ?? "", authorization, from }, this.#options, found);
    } catch (error) {
      // An unexpected error must not end the process and all its tunnels.
      this.#options.log.error("a request failed", { error });
      return internal;
    }
  }

  async #passBytes(client: Socket, head: Buffer, { outside, place }: Dialled): Promise<void> {
    const { tunnels, idleTimeout, halfClosedTimeout, clock, metrics, log } = this.#options;
    const { tenant, target } = place;
    const tunnel = new Tunnel({ client, outside, head, idleTimeout, halfClosedTimeout, clock });
    place.tunnel = tunnel;
    if (client.destroyed) tunnel.cut("broken");
    else client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    const address = outside.remoteAddress;
    const report = await tunnel.ended;
    tunnels.give(place);
    metrics.ended(report);
    log.info("tunnel ended", { tenant, ...target, address, ...report });
  }

  /** Answers every method except CONNECT. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = request.method === "OPTIONS" ? await this.#wouldRefuse(request) : methodNotAllowed;
    if (refusal === undefined) {
      response.writeHead(204, { allow: "CONNECT, OPTIONS" }).end();
      return;
    }
    this.#note(refusal, { from: request.socket.remoteAddress });
    response.writeHead(refusal.status, refusalHeaders(refusal)).end(`${refusal.message}\n`);
  }

  async #wouldRefuse(request: IncomingMessage): Promise<Refusal | undefined> {
    if (!this.#options.isReady()) return notReady;
    const authorization = request.headers["proxy-authorization"];
    const caller = await this.#options.authenticate(authorization, addressOf(request));
    return caller instanceof Refusal ? caller : undefined;
  }

  #note(
    { reason, message }: Refusal,
    { tenant, target, from }: Findings & { from: string | undefined },
  ): void {
    this.#options.metrics.refused(reason);
    // A flood of these must not displace others' lines in the log. The lines of the earlier refusals show the
    // cause.
    if (reason === "refused-too-often") return;
    const where = target && { target: describeTarget(target) };
    this.#options.log.info("refused", { reason, ...(tenant && { tenant }), from, ...where, why: message });
  }
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? "";
}

const methodNotAllowed = new Refusal(
  "method-not-allowed",
  "this proxy serves only CONNECT: open a tunnel for http:// addresses too",
);
const internal = new Refusal("internal", "the proxy failed: read its log");
const notReady = new Refusal("not-ready", "the proxy has not loaded the tenants yet: try again shortly");
