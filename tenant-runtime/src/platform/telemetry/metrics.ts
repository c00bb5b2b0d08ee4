import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** The process's metrics for Prometheus. Labels hold no personal data and few values. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<"method" | "route" | "status">;
  readonly requestErrors: Counter<"route" | "code">;
  readonly requestSeconds: Histogram<"method" | "route">;
  readonly phaseSeconds: Gauge<"phase">;
  readonly webSockets: Gauge;
  readonly eventsRelayed: Counter;
  readonly jobAttempts: Counter<"kind" | "outcome">;
}

/** Adds a number that is read only at each scrape. */
export function observe(metrics: Metrics, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [metrics.registry],
    collect() {
      this.set(read());
    },
  });
}

/** All series of the process, with those of Node itself (event loop lag, heap, garbage collection). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: "dotmac_http_requests_total",
      help: "Requests answered, by route template and status.",
      labelNames: ["method", "route", "status"],
      registers,
    }),
    requestErrors: new Counter({
      name: "dotmac_http_request_errors_total",
      help: "Requests answered with an error of the catalogue, by its code.",
      labelNames: ["route", "code"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "dotmac_http_request_duration_seconds",
      help: "Time from the first byte of a request to the last of its answer.",
      labelNames: ["method", "route"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    phaseSeconds: new Gauge({
      name: "dotmac_startup_phase_seconds",
      help: "How long each phase of the start took.",
      labelNames: ["phase"],
      registers,
    }),
    webSockets: new Gauge({
      name: "dotmac_websocket_connections",
      help: "Open WebSocket connections.",
      registers,
    }),
    eventsRelayed: new Counter({
      name: "dotmac_events_relayed_total",
      help: "Events that this pod has handed on.",
      registers,
    }),
    jobAttempts: new Counter({
      name: "dotmac_job_attempts_total",
      help: "Attempts of jobs by this pod, by outcome (done, failed, timed_out, dead, interrupted).",
      labelNames: ["kind", "outcome"],
      registers,
    }),
  };
}
