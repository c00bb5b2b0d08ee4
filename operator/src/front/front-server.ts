import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Milliseconds, TimerClock } from "../../../process/clock.ts";
import { connectWithin } from "../base/connect-within.ts";
import { Tunnel } from "../egress/tunnels/tunnel.ts";
import type { FrontRefusal } from "./front-refusal.ts";
import type { FrontMetrics } from "./metrics.ts";
import { proxyHeader } from "./proxy-header.ts";
import type { RefusalLog } from "./refusal-log.ts";
import type { Place, Sources } from "./sources.ts";

export interface FrontServerOptions {
  /** The server behind the front. */
  readonly server: { readonly host: string; readonly port: number };
  /** Whether the server expects a PROXY protocol header with the source address. */
  readonly proxyProtocol: boolean;
  /** Time for a client to send its first byte. Only then does the front connect to the server. */
  readonly firstByteTimeout: Milliseconds;
  readonly connectTimeout: Milliseconds;
  /** Limit of the time without a byte in either direction. */
  readonly idleTimeout: Milliseconds;
  readonly halfClosedTimeout: Milliseconds;
  readonly sources: Sources;
  readonly metrics: FrontMetrics;
  readonly refusals: RefusalLog;
  readonly clock: TimerClock;
}

/**
 * Passes TCP connections to one server and enforces the bounds of each source address. It does not inspect the bytes.
 */
export class FrontServer {
  readonly #options: FrontServerOptions;
  readonly #servers: Server[] = [];
  readonly #clients = new Set<Socket>();

  constructor(options: FrontServerOptions) {
    this.#options = options;
  }

  /** Returns the port. @param port 0 takes any free one, which needs a single address */
  async listen(port: number, addresses: readonly string[]): Promise<number> {
    for (const address of addresses) {
      const server = createServer({
        allowHalfOpen: true,
        pauseOnConnect: true,
        noDelay: true,
        keepAlive: true,
      });
      server.on("connection", (client) => this.#accept(client));
      await once(server.listen({ port, host: address, backlog: 511 }), "listening");
      this.#servers.push(server);
    }
    const [first] = this.#servers.map((server) => server.address() as AddressInfo);
    return first?.port ?? port;
  }

  async stop(): Promise<void> {
    const closed = this.#servers.map((server) => once(server.close(), "close"));
    for (const client of this.#clients) client.destroy();
    await Promise.all(closed);
  }

  #accept(client: Socket): void {
    // A socket that closed before accept has no remote address.
    const { remoteAddress: from } = client;
    client.on("error", () => {});
    if (from === undefined) {
      client.destroy();
      return;
    }
    const admitted = this.#options.sources.admit(from, () => this.#refuse(client, "evicted", from));
    if (typeof admitted === "string") this.#refuse(client, admitted, from);
    else this.#serve(client, from, admitted);
  }

  #serve(client: Socket, from: string, place: Place): void {
    this.#clients.add(client);
    client.once("close", () => {
      this.#clients.delete(client);
      place.release();
    });
    this.#awaitFirstByte(client, from, place);
  }

  #awaitFirstByte(client: Socket, from: string, place: Place): void {
    client.setTimeout(this.#options.firstByteTimeout, () => this.#refuse(client, "no-first-byte", from));
    client.once("readable", () => {
      client.setTimeout(0);
      client.removeAllListeners("timeout");
      const head: Buffer | null = client.read();
      if (head === null) client.destroy();
      else void this.#pass(client, from, head, place);
    });
  }

  async #pass(client: Socket, from: string, head: Buffer, place: Place): Promise<void> {
    const { server, connectTimeout, clock, idleTimeout, halfClosedTimeout, metrics } = this.#options;
    const outside = await connectWithin(connectTimeout, server).catch(() => undefined);
    if (outside === undefined) return this.#refuse(client, "server-unreachable", from);
    if (client.destroyed) return void outside.destroy();
    if (this.#options.proxyProtocol) outside.write(proxyHeader(client));
    const pace = { sent: this.#paced(place, "toServer"), received: this.#paced(place, "toClient") };
    const tunnel = new Tunnel({ client, outside, head, idleTimeout, halfClosedTimeout, clock, pace });
    const { end } = await tunnel.ended;
    metrics.ended(end);
  }

  #paced(place: Place, direction: "toServer" | "toClient"): (bytes: number) => Milliseconds {
    const { clock, metrics } = this.#options;
    return (bytes) => {
      const wait = place[direction].spend(bytes, clock.monotonic());
      metrics.passed(direction, bytes, wait);
      return wait;
    };
  }

  /** Closes by a reset, which leaves no socket waiting here. */
  #refuse(client: Socket, reason: FrontRefusal, from: string): void {
    client.resetAndDestroy();
    this.#options.metrics.refused(reason);
    this.#options.refusals.note(reason, from);
  }
}
