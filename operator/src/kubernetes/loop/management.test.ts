import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { type Management, serveManagement } from "./management.ts";
import { ControllerMetrics } from "./metrics.ts";
import { WorkQueue } from "./queue.ts";

let management: Management;
let metrics: ControllerMetrics;
let deadly: string[];
let pending: string[];

beforeEach(async () => {
  metrics = new ControllerMetrics();
  deadly = [];
  pending = [];
  management = await serveManagement({
    registry: metrics.registry,
    metricsPort: 0,
    healthPort: 0,
    deadly: () => deadly,
    pending: () => pending,
  });
});

afterEach(() => management.close());

async function ask(port: number, path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${response.status} ${await response.text()}`;
}

it("is alive and ready when nothing is wrong", async () => {
  expect(await ask(management.healthPort, "/healthz")).toBe("200 ok\n");
  expect(await ask(management.healthPort, "/readyz?verbose")).toBe("200 ok\n");
});

it("reports conditions that it waits for, and failures", async () => {
  pending = ["waiting for the first list of tenants"];
  deadly = ["a reconcile does not end"];
  expect(await ask(management.healthPort, "/readyz")).toBe("503 waiting for the first list of tenants\n");
  expect(await ask(management.healthPort, "/healthz")).toBe("503 a reconcile does not end\n");
});

it("answers no other path", async () => {
  expect(await ask(management.healthPort, "/metrics")).toBe("404 request /healthz or /readyz\n");
  expect(await ask(management.metricsPort, "/")).toBe("404 request /metrics\n");
});

it("shows requests, queue, reconciles and leadership as metrics", async () => {
  const clock = new ManualClock();
  const limits = { first: 1, most: 1 };
  const queue = new WorkQueue({ clock, random: Math.random, backoff: limits, observe: metrics.queue });
  metrics.watchQueue(queue);
  queue.add("a", "person");
  queue.add("b", "change");
  await queue.take();
  clock.advance(5000);
  metrics.request({ verb: "apply", resource: "deployments", code: 200, seconds: 0.01 });
  metrics.reconcile({ key: "a", took: 120, result: "done", failures: 0 });
  metrics.apply({ kind: "Deployment", name: { name: "runtime" }, cause: { type: "drift", path: "spec" } });
  metrics.leader({ type: "acquired", transitions: 7 });
  const page = await ask(management.metricsPort, "/metrics");
  for (const line of [
    'dotmac_operator_kubernetes_requests_total{verb="apply",resource="deployments",code="200"} 1',
    'dotmac_operator_queue_depth{priority="change"} 1',
    "dotmac_operator_queue_running 1",
    "dotmac_operator_queue_longest_running_seconds 5",
    'dotmac_operator_reconciles_total{result="done"} 1',
    'dotmac_operator_applies_total{kind="Deployment",cause="drift"} 1',
    "dotmac_operator_leader 1",
    "dotmac_operator_lease_transitions 7",
  ]) {
    expect(page).toContain(`${line}\n`);
  }
});
