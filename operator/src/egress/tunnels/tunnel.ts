import type { Socket } from "node:net";
import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";

/** Why a tunnel ended: both sides ended it, one of them failed, or the proxy cut it. */
export type TunnelEnd = "closed" | "broken" | "idle" | "withdrawn" | "stopping";

export interface TunnelReport {
  readonly end: TunnelEnd;
  /** Bytes from the tenant to the outside; `received` counts the other direction. */
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

export interface TunnelOptions {
  readonly client: Socket;
  readonly outside: Socket;
  /** Bytes that the client sent after its request and before the answer. */
  readonly head: Buffer;
  /** The tunnel is cut after this time without a byte in either direction. */
  readonly idleTimeout: Milliseconds;
  /** The idle timeout once one direction has ended, because a vanished peer looks like one that only listens. */
  readonly halfClosedTimeout: Milliseconds;
  readonly clock: TimerClock;
  /** Returns how long to pause after these bytes, from the client to the outside and back. */
  readonly pace?: { readonly sent: Pace; readonly received: Pace };
}

type Pace = (bytes: number) => Milliseconds;

/** Passes bytes both ways between two sockets until both have ended or the proxy cuts it. */
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

  /** Resolves when both sockets are closed. */
  get ended(): Promise<TunnelReport> {
    return this.#ended.promise;
  }

  cut(end: Exclude<TunnelEnd, "closed">): void {
    const { client, outside } = this.#options;
    if (this.#end === "closed") this.#end = end;
    client.destroy();
    outside.destroy();
  }

  /** Each direction ends separately: a side with nothing more to send may still receive. */
  #pass(from: Socket, to: Socket, pace: Pace | undefined): void {
    const { idleTimeout, halfClosedTimeout } = this.#options;
    from.setTimeout(idleTimeout, () => this.cut("idle"));
    from.on("end", () => {
      for (const socket of [from, to]) socket.setTimeout(Math.min(idleTimeout, halfClosedTimeout));
    });
    from.on("error", () => this.cut("broken"));
    from.on("close", () => {
      // Delivers buffered bytes. No answer can follow, so it does not wait for one.
      to.destroySoon();
      if (to.closed) this.#report();
    });
    if (pace) from.on("data", (chunk: Buffer) => this.#hold(from, to, pace(chunk.length)));
    from.pipe(to);
  }

  /** Stops reading for a while, so that TCP slows the sender. */
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
