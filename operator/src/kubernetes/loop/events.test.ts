import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { defineKind, type KubernetesObject, kinds } from "../objects/kinds.ts";
import { type CountingClient, countingClient } from "../testing/api-server.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { EventPublisher, type NewEvent } from "./events.ts";

interface EventObject extends KubernetesObject {
  reason: string;
  note: string;
  regarding: { name: string; kind: string };
}
const eventKind = defineKind<EventObject>("events.k8s.io/v1", "Event", "events", "namespaced");

let counting: CountingClient;
let clock: ManualClock;
let results: string[];
let publisher: EventPublisher;
let regarding: KubernetesObject;

beforeAll(() => {
  counting = countingClient(inject("kubernetes").kubeconfigPath);
});
afterAll(() => counting.client.close());

beforeEach(() => {
  clock = new ManualClock(new Date());
  results = [];
  publisher = new EventPublisher({
    client: counting.client,
    instance: "operator-0",
    clock,
    observe: (result) => results.push(result),
  });
  const name = `t-${randomBytes(4).toString("hex")}`;
  regarding = { apiVersion: "dotmac.io/v1alpha1", kind: "Tenant", metadata: { name, uid: name } };
});

const ready: Omit<NewEvent, "regarding"> = {
  type: "Normal",
  reason: "Ready",
  action: "Reconcile",
  note: "all is well",
};

async function published(namespace = "default"): Promise<EventObject[]> {
  await publisher.flush();
  const events = await counting.client.listAll(eventKind, { namespace });
  return events.filter((event) => event.regarding.name === regarding.metadata.name);
}

it("writes an Event about a cluster-scoped object where kubectl finds it", async () => {
  publisher.publish({ ...ready, regarding });
  expect(await published()).toEqual([
    expect.objectContaining({
      reason: "Ready",
      note: "all is well",
      type: "Normal",
      action: "Reconcile",
      reportingController: "dotmac-operator",
      reportingInstance: "operator-0",
      regarding: {
        apiVersion: "dotmac.io/v1alpha1",
        kind: "Tenant",
        name: regarding.metadata.name,
        uid: regarding.metadata.uid,
      },
    }),
  ]);
});

it("writes an Event about a namespaced object in its namespace", async () => {
  const namespace = `events-${randomBytes(4).toString("hex")}`;
  const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };
  await counting.client.create(kinds.namespace, object, { fieldManager: "test" });
  regarding = { ...regarding, metadata: { ...regarding.metadata, namespace } };
  publisher.publish({ ...ready, regarding });
  expect(await published(namespace)).toHaveLength(1);
});

it("writes the same Event once, and again after a different one", async () => {
  for (let turn = 0; turn < 3; turn += 1) publisher.publish({ ...ready, regarding });
  publisher.publish({
    ...ready,
    regarding,
    type: "Warning",
    reason: "RolloutStuck",
    note: "no pod is ready",
  });
  publisher.publish({ ...ready, regarding });
  expect((await published()).map(({ reason }) => reason).sort()).toEqual(["Ready", "Ready", "RolloutStuck"]);
  expect(results.filter((result) => result === "repeated")).toHaveLength(2);
});

it("limits the Events of one object, and allows them again later", async () => {
  for (let turn = 0; turn < 30; turn += 1) publisher.publish({ ...ready, regarding, note: `turn ${turn}` });
  expect(await published()).toHaveLength(25);
  expect(results.filter((result) => result === "limited")).toHaveLength(5);
  clock.advance(60_000);
  publisher.publish({ ...ready, regarding, note: "later" });
  expect(await published()).toHaveLength(26);
});

it("cuts a note that is too long, at a character", async () => {
  publisher.publish({ ...ready, regarding, note: "€".repeat(1000) });
  const [event] = await published();
  expect(Buffer.byteLength(event?.note ?? "")).toBeLessThanOrEqual(1024);
  expect(event?.note).toMatch(/^€+…$/);
});

it("drops an Event that cannot be written and goes on", async () => {
  publisher.publish({
    ...ready,
    regarding: { ...regarding, metadata: { ...regarding.metadata, namespace: "absent" } },
  });
  publisher.publish({ ...ready, regarding, note: "next" });
  expect(await published()).toHaveLength(1);
  expect(results).toEqual(["failed", "written"]);
});
