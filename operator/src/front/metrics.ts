import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { TunnelEnd } from "../egress/tunnels/tunnel.ts";
import type { FrontRefusal } from "./front-refusal.ts";
import type { Sources } from "./sources.ts";

type Direction = "toServer" | "toClient";

/** The metrics of a front. Labels never hold an address. */
export class FrontMetrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];

  readonly #refused = new Counter({
    name: "dotmac_front_refusals_total",
    help: "Connections closed because of a bound, by reason.",
    labelNames: ["reason"],
    registers: this.#registers,
  });
  readonly #ended = new Counter({
    name: "dotmac_front_connections_ended_total",
    help: "Connections that reached the server, by how they ended (closed, broken, idle, stopping).",
    labelNames: ["end"],
    registers: this.#registers,
  });
  readonly #bytes = new Counter({
    name: "dotmac_front_bytes_total",
    help: "Forwarded bytes, by direction (toServer, toClient).",
    labelNames: ["direction"],
    registers: this.#registers,
  });
  readonly #heldSeconds = new Counter({
    name: "dotmac_front_held_seconds_total",
    help: "Time for which connections were paused because their source had used up its bytes, by direction.",
    labelNames: ["direction"],
    registers: this.#registers,
  });

  constructor(sources: Sources) {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge("dotmac_front_connections_open", "Connections open now.", () => sources.open);
    this.#gauge(
      "dotmac_front_sources",
      "Source addresses with an open or a recent connection.",
      () => sources.size,
    );
  }

  refused(reason: FrontRefusal): void {
    this.#refused.inc({ reason });
  }

  ended(end: TunnelEnd): void {
    this.#ended.inc({ end });
  }

  passed(direction: Direction, bytes: number, heldMs: number): void {
    this.#bytes.inc({ direction }, bytes);
    if (heldMs > 0) this.#heldSeconds.inc({ direction }, heldMs / 1000);
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: this.#registers,
      collect() {
        this.set(read());
      },
    });
  }
}
