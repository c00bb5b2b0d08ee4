import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EgressRefusalReason } from "../../../contract/egress-refusals.ts";
import type { TunnelReport } from "./tunnels/tunnel.ts";
import type { Tunnels } from "./tunnels/tunnels.ts";

/** The metrics of the proxy. Labels never hold the name of a tenant or a host. */
export class EgressMetrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];

  readonly #opened = new Counter({
    name: "dotmac_egress_tunnels_opened_total",
    help: "Tunnels that led somewhere.",
    registers: this.#registers,
  });
  readonly #ended = new Counter({
    name: "dotmac_egress_tunnels_ended_total",
    help: "Tunnels by how they ended (closed, broken, idle, withdrawn, stopping).",
    labelNames: ["end"],
    registers: this.#registers,
  });
  readonly #refused = new Counter({
    name: "dotmac_egress_refusals_total",
    help: "Refused requests, by reason.",
    labelNames: ["reason"],
    registers: this.#registers,
  });
  readonly #dropped = new Counter({
    name: "dotmac_egress_connections_dropped_total",
    help: "Connections closed before any request because their address had too many or opened them too fast.",
    registers: this.#registers,
  });
  readonly #openSeconds = new Histogram({
    name: "dotmac_egress_open_seconds",
    help: "Time from a request to its open tunnel: token check, DNS and connect.",
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: this.#registers,
  });
  readonly #bytes = new Counter({
    name: "dotmac_egress_bytes_total",
    help: "Bytes of ended tunnels, by direction (sent, received).",
    labelNames: ["direction"],
    registers: this.#registers,
  });
  readonly #reviews = new Counter({
    name: "dotmac_egress_token_reviews_total",
    help: "Token checks by the API server, by result (accepted, refused, failed).",
    labelNames: ["result"],
    registers: this.#registers,
  });
  readonly #watchFailures = new Counter({
    name: "dotmac_egress_watch_failures_total",
    help: "Lists and watches of tenants that failed and were restarted.",
    registers: this.#registers,
  });

  constructor(tunnels: Tunnels) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: "dotmac_egress_tunnels_open",
      help: "Tunnels open now.",
      registers: this.#registers,
      collect() {
        this.set(tunnels.open);
      },
    });
  }

  opened(seconds: number): void {
    this.#opened.inc();
    this.#openSeconds.observe(seconds);
  }

  ended({ end, sent, received }: TunnelReport): void {
    this.#ended.inc({ end });
    this.#bytes.inc({ direction: "sent" }, sent);
    this.#bytes.inc({ direction: "received" }, received);
  }

  refused(reason: EgressRefusalReason): void {
    this.#refused.inc({ reason });
  }

  dropped(): void {
    this.#dropped.inc();
  }

  reviewed(result: "accepted" | "refused" | "failed"): void {
    this.#reviews.inc({ result });
  }

  watchFailed(): void {
    this.#watchFailures.inc();
  }
}
