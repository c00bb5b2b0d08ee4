import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ApplyReport } from "../apply/apply.ts";
import type { RequestObservation } from "../client/client.ts";
import type { ReflectorEvent } from "../watch/reflector.ts";
import type { LeaderEvent } from "./leader.ts";
import type { ReconcileReport } from "./loop.ts";
import { priorities, type QueueObserver, type WorkQueue } from "./queue.ts";

const fast = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const slow = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The metrics of the process, the watches, the queue and the election. Labels never hold the name of an object. */
export class ControllerMetrics {
  readonly registry = new Registry();
  readonly #registers = [this.registry];

  readonly #requests = new Counter({
    name: "dotmac_operator_kubernetes_requests_total",
    help: "Requests to the Kubernetes API by verb, resource and HTTP status (0: no answer).",
    labelNames: ["verb", "resource", "code"],
    registers: this.#registers,
  });
  readonly #requestSeconds = new Histogram({
    name: "dotmac_operator_kubernetes_request_seconds",
    help: "Time from a request to the Kubernetes API to the headers of its answer.",
    labelNames: ["verb", "resource"],
    buckets: fast,
    registers: this.#registers,
  });
  readonly #reconciles = new Counter({
    name: "dotmac_operator_reconciles_total",
    help: "Reconciles by result.",
    labelNames: ["result"],
    registers: this.#registers,
  });
  readonly #reconcileSeconds = new Histogram({
    name: "dotmac_operator_reconcile_seconds",
    help: "Duration of a reconcile.",
    labelNames: ["result"],
    buckets: slow,
    registers: this.#registers,
  });
  readonly #queueAdds = new Counter({
    name: "dotmac_operator_queue_adds_total",
    help: "Keys queued, by priority.",
    labelNames: ["priority"],
    registers: this.#registers,
  });
  readonly #queueSeconds = new Histogram({
    name: "dotmac_operator_queue_wait_seconds",
    help: "Time that a ready key waited for a worker.",
    labelNames: ["priority"],
    buckets: slow,
    registers: this.#registers,
  });
  readonly #queueRetries = new Counter({
    name: "dotmac_operator_queue_retries_total",
    help: "Keys put back because their reconcile failed.",
    registers: this.#registers,
  });
  readonly #writes = new Counter({
    name: "dotmac_operator_applies_total",
    help: "Objects written, by kind and cause (absent, changed, drift, foreign).",
    labelNames: ["kind", "cause"],
    registers: this.#registers,
  });
  readonly #rewritten = new Counter({
    name: "dotmac_operator_rewritten_total",
    help: "Objects that the API server stores in another form than the operator writes.",
    labelNames: ["kind"],
    registers: this.#registers,
  });
  readonly #watchFailures = new Counter({
    name: "dotmac_operator_watch_failures_total",
    help: "Lists and watches that failed and were restarted.",
    labelNames: ["kind"],
    registers: this.#registers,
  });
  readonly #lists = new Counter({
    name: "dotmac_operator_lists_total",
    help: "Complete lists fetched.",
    labelNames: ["kind"],
    registers: this.#registers,
  });
  readonly #leftOut = new Counter({
    name: "dotmac_operator_objects_left_out_total",
    help: "Objects that carry the operator's label and are not kept in memory (foreign: not in a tenant's namespace; unknown-tenant: in a namespace whose Tenant is not or not yet known; large; many).",
    labelNames: ["kind", "why"],
    registers: this.#registers,
  });
  readonly #events = new Counter({
    name: "dotmac_operator_events_total",
    help: "Events by result (written, repeated, limited, failed).",
    labelNames: ["result"],
    registers: this.#registers,
  });
  readonly #leader = new Gauge({
    name: "dotmac_operator_leader",
    help: "1 while this replica leads.",
    registers: this.#registers,
  });
  readonly #transitions = new Gauge({
    name: "dotmac_operator_lease_transitions",
    help: "Number of acquisitions of the Lease at the start of this replica's last term; 0 before its first.",
    registers: this.#registers,
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Receives the queue's observations. */
  readonly queue: QueueObserver = {
    added: (priority) => this.#queueAdds.inc({ priority }),
    started: (priority, waited) => this.#queueSeconds.observe({ priority }, waited / 1000),
    retried: () => this.#queueRetries.inc(),
  };

  /** Reads the queue's state at each collection of the metrics. */
  watchQueue(queue: WorkQueue): void {
    const registers = this.#registers;
    new Gauge({
      name: "dotmac_operator_queue_depth",
      help: "Keys waiting for a worker, by priority.",
      labelNames: ["priority"],
      registers,
      collect() {
        for (const priority of priorities) this.set({ priority }, queue.depthOf(priority));
      },
    });
    gauge("dotmac_operator_queue_running", "Keys with a worker now.", () => queue.running);
    gauge("dotmac_operator_queue_failing", "Keys whose last reconcile failed.", () => queue.failing);
    gauge(
      "dotmac_operator_queue_longest_running_seconds",
      "Duration of the longest-running reconcile.",
      () => queue.longestRunning / 1000,
    );

    function gauge(name: string, help: string, read: () => number): void {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    }
  }

  request(observation: RequestObservation): void {
    const { verb, resource, code, seconds } = observation;
    this.#requests.inc({ verb, resource, code });
    this.#requestSeconds.observe({ verb, resource }, seconds);
  }

  reconcile(report: ReconcileReport): void {
    this.#reconciles.inc({ result: report.result });
    this.#reconcileSeconds.observe({ result: report.result }, report.took / 1000);
  }

  apply(report: ApplyReport): void {
    this.#writes.inc({ kind: report.kind, cause: report.cause.type });
    if (report.rewritten !== undefined) this.#rewritten.inc({ kind: report.kind });
  }

  reflector(event: ReflectorEvent): void {
    if (event.type === "failed") this.#watchFailures.inc({ kind: event.kind });
    if (event.type === "left out") this.#leftOut.inc({ kind: event.kind, why: event.why });
    if (event.type === "listed") this.#lists.inc({ kind: event.kind });
  }

  event(result: "written" | "repeated" | "limited" | "failed"): void {
    this.#events.inc({ result });
  }

  leader(event: LeaderEvent): void {
    if (event.type === "acquired") {
      this.#leader.set(1);
      this.#transitions.set(event.transitions);
    }
    if (event.type === "lost" || event.type === "released") this.#leader.set(0);
  }
}
