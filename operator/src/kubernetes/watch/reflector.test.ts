import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { systemClock } from "../../../../process/clock.ts";
import type { KubernetesClient } from "../client/client.ts";
import { Gone, Unreachable } from "../client/errors.ts";
import { type ConfigMap, defineKind, type Kind, type KubernetesObject, kinds } from "../objects/kinds.ts";
import { type CountingClient, countingClient } from "../testing/api-server.ts";
import { eventually } from "../testing/eventually.ts";
import { type FaultProxy, startFaultProxy } from "../testing/fault-proxy.ts";
import { Reflector, type ReflectorEvent, type ReflectorOptions } from "./reflector.ts";
import { type Change, ObjectStore } from "./store.ts";

const fieldManager = "test";
let direct: CountingClient;
let proxied: CountingClient;
let proxy: FaultProxy;
let namespace: string;
let selection: { labelSelector: string };
let store: ObjectStore<ConfigMap>;
let changes: Change<ConfigMap>[];
let events: ReflectorEvent[];
let reflector: Reflector<ConfigMap> | undefined;

beforeAll(() => {
  direct = countingClient(inject("kubernetes").kubeconfigPath);
});

afterAll(() => direct.client.close());

beforeEach(async () => {
  proxy = await startFaultProxy(inject("kubernetes").url);
  proxied = countingClient(inject("kubernetes").kubeconfigPath, {
    server: proxy.url,
    requestTimeoutMs: 1000,
  });
  namespace = `reflected-${randomBytes(4).toString("hex")}`;
  selection = { labelSelector: `of=${namespace}` };
  await direct.client.create(
    kinds.namespace,
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { fieldManager },
  );
  store = new ObjectStore();
  changes = [];
  events = [];
  store.onChange((change) => changes.push(change));
});

afterEach(async () => {
  await reflector?.stop();
  reflector = undefined;
  await proxied.client.close();
  await proxy[Symbol.asyncDispose]();
});

function start(options: Partial<ReflectorOptions<ConfigMap>> = {}): Reflector<ConfigMap> {
  reflector = new Reflector({
    client: proxied.client,
    kind: kinds.configMap,
    store,
    selection,
    clock: systemClock,
    random: Math.random,
    backoff: { first: 10, most: 100 },
    observe: (event) => events.push(event),
    ...options,
  });
  reflector.start();
  return reflector;
}

async function write(name: string, value: string): Promise<void> {
  const labels = { of: namespace };
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels },
    data: { value },
  };
  await direct.client.apply(kinds.configMap, object, { fieldManager });
}

const remove = (name: string) => direct.client.delete(kinds.configMap, { namespace, name });
const seen = (name: string) => store.get({ namespace, name })?.data?.value;
const until = (name: string, value: string | undefined) =>
  eventually(`${name} is ${value}`, () => seen(name) === value);
const lists = () => events.filter(({ type }) => type === "listed").length;

describe("a reflector", () => {
  it("has all objects when it is synced, across pages", async () => {
    const names = Array.from({ length: 7 }, (_, number) => `c${number}`);
    await Promise.all(names.map((name) => write(name, "1")));
    await start({ pageSize: 2 }).synced;
    expect(
      store
        .all()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(names);
    expect(proxied.requests.filter(({ verb }) => verb === "list")).toHaveLength(4);
    expect(reflector?.hasSynced).toBe(true);
  });

  it("follows additions, changes and deletions without listing again", async () => {
    await start().synced;
    await write("a", "1");
    await until("a", "1");
    await write("a", "2");
    await until("a", "2");
    await remove("a");
    await until("a", undefined);
    expect(changes.map(({ type }) => type)).toEqual(["added", "updated", "deleted"]);
    expect(lists()).toBe(1);
  });

  it("continues after a cut connection, without a missing change and without a list", async () => {
    await write("a", "1");
    await write("b", "1");
    await start().synced;
    await eventually("the watch is open", () => proxy.open >= 2);
    proxy.refuse(true);
    proxy.cut();
    await write("a", "2");
    await remove("b");
    proxy.refuse(false);
    await until("a", "2");
    await until("b", undefined);
    expect(lists()).toBe(1);
    expect(events.some((event) => event.type === "failed" && event.error instanceof Unreachable)).toBe(true);
  });

  it("notices a connection that has gone silent", async () => {
    await start({ stallAfter: 1000 }).synced;
    await eventually("the watch is open", () => proxy.open >= 2);
    proxy.stall();
    await write("a", "1");
    await until("a", "1");
    expect(events.some((event) => event.type === "failed" && event.error instanceof Unreachable)).toBe(true);
    expect(lists()).toBe(1);
  });

  it("lists again when the server has forgotten its version, and reports the changes in between", async () => {
    const kind = await defineNewKind();
    const write = (name: string, value: string) =>
      direct.client.apply(
        kind,
        { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name }, value },
        {
          fieldManager,
        },
      );
    await write("a", "1");
    await write("b", "1");
    const widgets = new ObjectStore<Widget>();
    const told: string[] = [];
    widgets.onChange(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
    // The kind is younger than version 1, so its history does not reach back to it.
    const client = clientThatOnceWatchesFrom("1", async () => {
      await write("a", "2");
      await direct.client.delete(kind, { name: "b" });
      await write("c", "1");
    });
    const widgetReflector = new Reflector<Widget>({
      client,
      kind,
      store: widgets,
      clock: systemClock,
      random: Math.random,
      observe: (event) => events.push(event),
    });
    widgetReflector.start();
    await eventually("the new object is there", () => widgets.get({ name: "c" }));
    await widgetReflector.stop();
    expect(events.some((event) => event.type === "failed" && event.error instanceof Gone)).toBe(true);
    expect(lists()).toBe(2);
    expect(widgets.get({ name: "a" })?.value).toBe("2");
    expect(told).toEqual(["added a", "added b", "deleted b", "updated a", "added c"]);
  });

  it("retries a server that cannot be reached at the start", async () => {
    proxy.refuse(true);
    await write("a", "1");
    const { synced } = start();
    await eventually(
      "it has tried three times",
      () => events.filter(({ type }) => type === "failed").length >= 3,
    );
    expect(reflector?.hasSynced).toBe(false);
    proxy.refuse(false);
    await synced;
    expect(seen("a")).toBe("1");
  });

  it("completes its list even when a watch keeps failing", async () => {
    await start().synced;
    await eventually("the watch is open", () => proxy.open >= 2);
    proxy.refuse(true);
    proxy.cut();
    await eventually("it gives up continuing", () =>
      events.some((event) => event.type === "failed" && event.relist),
    );
    proxy.refuse(false);
    await eventually("it has listed again", () => lists() === 2);
  });

  it("leaves no connection and no timer behind when it is stopped", async () => {
    await start().synced;
    await eventually("the watch is open", () => proxy.open >= 2);
    await reflector?.stop();
    await proxied.client.close();
    await eventually("all connections are closed", () => proxy.open === 0);
    const before = events.length;
    await write("late", "1");
    await eventually("the server has it", () =>
      direct.client.get(kinds.configMap, { namespace, name: "late" }),
    );
    expect(seen("late")).toBeUndefined();
    expect(events).toHaveLength(before);
  });

  it("stops at once while it waits after a failure", async () => {
    proxy.refuse(true);
    start({ backoff: { first: 3_600_000, most: 3_600_000 } });
    await eventually("it has failed", () => events.some(({ type }) => type === "failed"));
    await reflector?.stop();
  });
});

interface Widget extends KubernetesObject {
  value: string;
}

/** Defines a new cluster-scoped kind. */
async function defineNewKind(): Promise<Kind<Widget>> {
  const suffix = randomBytes(4).toString("hex");
  const kind = defineKind<Widget>(`w${suffix}.example.test/v1`, "Widget", "widgets", "cluster");
  const group = `w${suffix}.example.test`;
  const definition = defineKind<KubernetesObject & { spec: unknown }>(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    "cluster",
  );
  const name = `widgets.${group}`;
  const schema = { openAPIV3Schema: { type: "object", properties: { value: { type: "string" } } } };
  await direct.client.create(
    definition,
    {
      apiVersion: definition.apiVersion,
      kind: definition.kind,
      metadata: { name },
      spec: {
        group,
        scope: "Cluster",
        names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    },
    { fieldManager },
  );
  await eventually("the kind is served", () =>
    direct.client.list(kind).then(
      () => true,
      () => false,
    ),
  );
  return kind;
}

/** The real client. Its first watch asks the real server for a version that the server has forgotten. */
function clientThatOnceWatchesFrom(resourceVersion: string, before: () => Promise<void>): KubernetesClient {
  let first = true;
  return new Proxy(proxied.client, {
    get(client, property) {
      if (property === "watch" && first) {
        first = false;
        return async function* (...[kind, options]: Parameters<KubernetesClient["watch"]>) {
          await before();
          yield* client.watch(kind, { ...options, resourceVersion });
        };
      }
      const value = Reflect.get(client, property) as unknown;
      return typeof value === "function" ? value.bind(client) : value;
    },
  });
}
