import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { systemClock } from "../../../../process/clock.ts";
import { Conflict } from "../client/errors.ts";
import { type ConfigMap, kinds, type Namespace, type Secret } from "../objects/kinds.ts";
import { valueDigest } from "../objects/value-digest.ts";
import { type CountingClient, countingClient } from "../testing/api-server.ts";
import { eventually } from "../testing/eventually.ts";
import type { Reflector } from "./reflector.ts";
import { watchKind } from "./watch-kinds.ts";
import { Stores, WatchedCluster } from "./watched-cluster.ts";

let ours: CountingClient;
let other: CountingClient;
let stores: Stores;
let cluster: WatchedCluster;
let reflectors: Reflector<never>[];
let tenant: string;
let namespace: string;
const selection = { labelSelector: "app.kubernetes.io/managed-by=dotmac-operator" };

beforeAll(async () => {
  ours = countingClient(inject("kubernetes").kubeconfigPath);
  other = countingClient(inject("kubernetes").kubeconfigPath);
  stores = new Stores();
  cluster = new WatchedCluster(ours.client, stores);
  const context = { client: ours.client, stores, clock: systemClock, random: Math.random };
  reflectors = [kinds.namespace, kinds.configMap, kinds.secret].flatMap((kind) =>
    watchKind(context, kind as never, { parts: [{ selection }] }),
  );
  for (const reflector of reflectors) reflector.start();
  await Promise.all(reflectors.map(({ synced }) => synced));
});

afterAll(async () => {
  for (const reflector of reflectors) await reflector.stop();
  await ours.client.close();
  await other.client.close();
});

beforeEach(async () => {
  tenant = `t-${randomBytes(4).toString("hex")}`;
  namespace = `isp-${tenant}`;
  await cluster.apply(kinds.namespace, desiredNamespace());
  ours.takeWrites();
});

const labels = () => ({ "app.kubernetes.io/managed-by": "dotmac-operator", "dotmac.io/tenant": tenant });
const desiredNamespace = (): Namespace => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: namespace, labels: labels() },
});
const configMap = (data: Record<string, string>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "runtime", namespace, labels: labels() },
  data,
});
const name = () => ({ namespace, name: "runtime" });
const seen = () => cluster.read(kinds.configMap, name());

describe("the cluster", () => {
  it("shows a write to the next read, and the next apply does nothing", async () => {
    await cluster.apply(kinds.configMap, configMap({ a: "1" }));
    expect(seen()?.data).toEqual({ a: valueDigest("1") });
    await cluster.apply(kinds.configMap, configMap({ a: "2" }));
    expect(seen()?.data).toEqual({ a: valueDigest("2") });
    ours.takeWrites();
    for (let turn = 0; turn < 20; turn += 1) await cluster.apply(kinds.configMap, configMap({ a: "2" }));
    expect(ours.takeWrites()).toEqual([]);
  });

  it("repairs changes and deletions by others, once the watch has reported them", async () => {
    await cluster.apply(kinds.configMap, configMap({ a: "1" }));
    await other.client.delete(kinds.configMap, name());
    await eventually("it is seen to be gone", () => seen() === undefined);
    expect(await cluster.apply(kinds.configMap, configMap({ a: "1" }))).toMatchObject({ change: "created" });
    await other.client.merge(kinds.configMap, name(), { data: { a: "x" } }, { fieldManager: "kubectl" });
    await eventually("the change is seen", () => seen()?.data?.a === valueDigest("x"));
    expect(await cluster.apply(kinds.configMap, configMap({ a: "1" }))).toMatchObject({ change: "updated" });
  });

  it("restores the label of an object that lost it and is therefore no longer watched", async () => {
    await cluster.apply(kinds.configMap, configMap({ a: "1" }));
    const patch = { metadata: { labels: { "app.kubernetes.io/managed-by": null } } };
    await other.client.merge(kinds.configMap, name(), patch, { fieldManager: "kubectl" });
    await eventually("it is out of sight", () => seen() === undefined);
    await cluster.apply(kinds.configMap, configMap({ a: "1" }));
    expect(seen()?.metadata.labels).toEqual(labels());
  });

  it("finds the objects of one namespace", async () => {
    await cluster.apply(kinds.configMap, configMap({}));
    expect(cluster.inNamespace(kinds.configMap, namespace).map(({ metadata }) => metadata.name)).toEqual([
      "runtime",
    ]);
    expect(cluster.inNamespace(kinds.configMap, tenant)).toEqual([]);
  });

  it("keeps no values of Secrets, but can compare them", async () => {
    const secret: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "runtime", namespace, labels: labels() },
      data: { password: Buffer.from("hunter2").toString("base64") },
    };
    await cluster.apply(kinds.secret, secret);
    const kept = await eventually("it is watched", () => cluster.read(kinds.secret, name()));
    expect(JSON.stringify(stores.of(kinds.secret).all())).not.toContain(secret.data?.password);
    expect(kept.data?.password).toBe(valueDigest(secret.data?.password ?? ""));
    expect((await cluster.get(kinds.secret, name()))?.data).toEqual(secret.data);
    ours.takeWrites();
    await cluster.apply(kinds.secret, secret);
    expect(ours.takeWrites()).toEqual([]);
    await cluster.apply(kinds.secret, { ...secret, data: { password: "bmV3" } });
    expect((await cluster.get(kinds.secret, name()))?.data).toEqual({ password: "bmV3" });
  });

  it("requests objects that it does not keep, such as one that others have made too large", async () => {
    const desired = configMap({ a: "1" });
    await cluster.apply(kinds.configMap, desired);
    const large = { metadata: { annotations: { large: "x".repeat(100_000) } } };
    await other.client.merge(kinds.configMap, name(), large, { fieldManager: "kubectl" });
    await eventually("it is left out", () => seen() === undefined);
    expect((await cluster.find(kinds.configMap, name()))?.data).toEqual({ a: valueDigest("1") });
    ours.takeWrites();
    expect(await cluster.apply(kinds.configMap, desired)).toMatchObject({ change: "none" });
    expect(ours.takeWrites()).toEqual([]);
    await other.client.merge(kinds.configMap, name(), { data: { a: "x" } }, { fieldManager: "kubectl" });
    expect(await cluster.apply(kinds.configMap, desired)).toMatchObject({ change: "updated" });
    expect(await cluster.remove(kinds.configMap, name())).toBe("deleting");
  });

  it("creates only missing objects, and returns the owner of an existing one", async () => {
    const mine = { ...configMap({ by: "me" }) };
    expect(await cluster.create(kinds.configMap, mine)).toMatchObject({ created: true });
    const theirs = configMap({ by: "them" });
    expect(await cluster.create(kinds.configMap, theirs)).toMatchObject({
      created: false,
      object: { data: { by: valueDigest("me") } },
    });
  });

  it("removes a missing object without a request, unless it has to be certain", async () => {
    expect(await cluster.remove(kinds.configMap, { namespace, name: "absent" })).toBe("absent");
    expect(ours.requests).toEqual([]);
    expect(await cluster.remove(kinds.configMap, { namespace, name: "absent" }, { certain: true })).toBe(
      "absent",
    );
    expect(ours.requests.map(({ verb, code }) => `${verb} ${code}`)).toEqual(["get 404"]);
  });

  it("removes an object, but never another of the same name", async () => {
    await cluster.apply(kinds.configMap, configMap({}));
    expect(await cluster.remove(kinds.configMap, name(), { uid: "another" })).toBe("absent");
    expect(await cluster.get(kinds.configMap, name())).toBeDefined();
    expect(await cluster.remove(kinds.configMap, name())).toBe("deleting");
    await eventually("it is gone", () => seen() === undefined);
    expect(await cluster.remove(kinds.configMap, name())).toBe("absent");
  });

  it("does not write to an object that is being deleted", async () => {
    const held = configMap({ a: "1" });
    await cluster.apply(kinds.configMap, {
      ...held,
      metadata: { ...held.metadata, finalizers: ["example.com/held"] },
    });
    expect(await cluster.remove(kinds.configMap, name())).toBe("deleting");
    const dying = await eventually("its end is seen", () =>
      seen()?.metadata.deletionTimestamp ? seen() : undefined,
    );
    await expect(cluster.apply(kinds.configMap, configMap({ a: "2" }))).rejects.toThrow("is being deleted");
    expect(await cluster.remove(kinds.configMap, name())).toBe("deleting");
    await cluster.removeFinalizer(kinds.configMap, dying, "example.com/held");
    await eventually("it is gone", () => seen() === undefined);
  });

  it("sets an annotation beside others, and never on an object that has replaced the one it read", async () => {
    const { object } = await cluster.apply(kinds.configMap, configMap({}));
    const set = (live: typeof object, text: string) =>
      cluster.annotate(kinds.configMap, live, "dotmac.io/rotate-credentials", text);
    await set(object, "first");
    expect((await set(object, "second")).metadata.annotations).toMatchObject({
      ...object.metadata.annotations,
      "dotmac.io/rotate-credentials": "second",
    });
    const other = {
      ...object,
      metadata: { ...object.metadata, uid: "11111111-1111-4111-8111-111111111111" },
    };
    await expect(set(other, "third")).rejects.toThrow(Conflict);
  });

  it("adds and removes a finalizer once, and only in the version that it has read", async () => {
    const { object } = await cluster.apply(kinds.configMap, configMap({}));
    ours.takeWrites();
    const held = await cluster.addFinalizer(kinds.configMap, object, "dotmac.io/tenant");
    await cluster.addFinalizer(kinds.configMap, held, "dotmac.io/tenant");
    expect(ours.takeWrites()).toEqual(["patch"]);
    await expect(
      cluster.removeFinalizer(
        kinds.configMap,
        { ...object, metadata: { ...held.metadata, resourceVersion: object.metadata.resourceVersion ?? "" } },
        "dotmac.io/tenant",
      ),
    ).rejects.toMatchObject({ code: 409 });
    await cluster.removeFinalizer(kinds.configMap, held, "dotmac.io/tenant");
    expect((await cluster.get(kinds.configMap, name()))?.metadata.finalizers).toBeUndefined();
  });

  it("writes a changed status, removes its old fields, and never writes it twice", async () => {
    const live = cluster.read(kinds.namespace, { name: namespace }) as Namespace;
    const condition = {
      type: "Ready",
      status: "True",
      reason: "R",
      message: "m",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const status = { phase: "Active", conditions: [condition] } as NonNullable<Namespace["status"]>;
    expect(await cluster.writeStatus(kinds.namespace, live, status)).toBe(true);
    const written = cluster.read(kinds.namespace, { name: namespace }) as Namespace;
    expect(written.status).toEqual(status);
    ours.takeWrites();
    expect(await cluster.writeStatus(kinds.namespace, written, status)).toBe(false);
    expect(ours.takeWrites()).toEqual([]);
    const { conditions: _, ...without } = status;
    await cluster.writeStatus(kinds.namespace, written, without as NonNullable<Namespace["status"]>);
    expect(cluster.read(kinds.namespace, { name: namespace })?.status).toEqual({ phase: "Active" });
  });

  it("refuses to read a kind that is not watched", () => {
    expect(() => cluster.read(kinds.service, name())).toThrow("Service is not watched: use get or scan");
  });
});
