import type { Socket } from "node:net";
import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";

/** Why a tunnel ended: both sides were done, one of them broke, or the proxy cut it. */
export type TunnelEnd = "closed" | "broken" | "idle" | "withdrawn" | "stopping";

export interface TunnelReport {
  readonly end: TunnelEnd;
  /** Bytes from the tenant to the outside, and back. */
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

export interface TunnelOptions {
  readonly client: Socket;
  readonly outside: Socket;
  /** What the client sent after its request, before it had an answer. */
  readonly head: Buffer;
  /** Without a byte in either direction for so long, the tunnel is cut. */
  readonly idleTimeout: Milliseconds;
  /** The same once one direction has ended: a peer that went away looks like one that only listens. */
  readonly halfClosedTimeout: Milliseconds;
  readonly clock: TimerClock;
  /** Says for how long nothing more may pass after these bytes, from the client to the outside and back. */
  readonly pace?: { readonly sent: Pace; readonly received: Pace };
}

type Pace = (bytes: number) => Milliseconds;

/** Bytes passed both ways between two sockets until both have ended or it is cut. */
export class Tunnel {
  readonly #options: TunnelOptions;
  readonly #started: Milliseconds;
  readonly #ended = Promise.withResolvers<TunnelReport>();
  #end: TunnelEnd = "closed";

  constructor(options: TunnelOptions) {
    this.#options = options;
    this.#started = options.clock.monotonic();
    const { client, outside, head, pace } = options;
    if (head.length > 0) client.unshift(head);
    this.#pass(client, outside, pace?.sent);
    this.#pass(outside, client, pace?.received);
  }

  /** Resolves once nothing of it is open any more. */
  get ended(): Promise<TunnelReport> {
    return this.#ended.promise;
  }

  cut(end: Exclude<TunnelEnd, "closed">): void {
    const { client, outside } = this.#options;
    if (this.#end === "closed") this.#end = end;
    client.destroy();
    outside.destroy();
  }

  /** Each direction ends for itself: who has nothing more to say may still listen. */
  #pass(from: Socket, to: Socket, pace: Pace | undefined): void {
    const { idleTimeout, halfClosedTimeout } = this.#options;
    from.setTimeout(idleTimeout, () => this.cut("idle"));
    from.on("end", () => {
      for (const socket of [from, to]) socket.setTimeout(Math.min(idleTimeout, halfClosedTimeout));
    });
    from.on("error", () => this.cut("broken"));
    from.on("close", () => {
      // Bytes that are under way are delivered; no answer can come, so none is waited for.
      to.destroySoon();
      if (to.closed) this.#report();
    });
    if (pace) from.on("data", (chunk: Buffer) => this.#hold(from, to, pace(chunk.length)));
    from.pipe(to);
  }

  /** Stops reading for a while, so that TCP makes the sender wait. */
  #hold(from: Socket, to: Socket, wait: Milliseconds): void {
    if (wait <= 0) return;
    from.unpipe(to);
    this.#options.clock.after(wait, () => {
      if (!from.destroyed && !to.destroyed) from.pipe(to);
    });
  }

  #report(): void {
    const { outside, clock } = this.#options;
    this.#ended.resolve({
      end: this.#end,
      sent: outside.bytesWritten,
      received: outside.bytesRead,
      seconds: Math.round(clock.monotonic() - this.#started) / 1000,
    });
  }
}
