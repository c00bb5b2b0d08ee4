import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KubernetesClient } from "../../kubernetes/client/client.ts";
import { loadAccess } from "../../kubernetes/client/credentials.ts";
import { type FaultProxy, startFaultProxy } from "../../kubernetes/testing/fault-proxy.ts";
import { ManualClock } from "../../kubernetes/testing/manual-clock.ts";
import { type EgressWorld, startEgressWorld } from "../testing/egress-world.ts";
import { type Authenticate, authentication } from "./authenticate.ts";
import { reviewBy } from "./token-review.ts";

const minute = 60_000;
let world: EgressWorld;
let way: FaultProxy;
let client: KubernetesClient;
let clock: ManualClock;
let reviews: string[];
let authenticate: Authenticate;

beforeAll(async () => {
  world = await startEgressWorld();
  way = await startFaultProxy(world.kubernetes.url);
  const access = loadAccess({ kubeconfigPath: world.kubernetes.kubeconfigPath });
  client = new KubernetesClient({ access: { ...access, server: way.url }, userAgent: "test" });
});
afterAll(async () => {
  await client?.close();
  await way?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  clock = new ManualClock();
  // The cache reads the time 0 as "never".
  clock.advance(1);
  reviews = [];
  authenticate = authentication({
    review: reviewBy(client),
    clock,
    observe: (result) => reviews.push(result),
  });
});

/** A token as the kubelet projects it into a pod, and the pod. */
async function podToken(name: string): Promise<{ header: string; deletePod(): Promise<void> }> {
  const pods = "/api/v1/namespaces/default/pods";
  await world.token("default");
  const spec = { serviceAccountName: "runtime", containers: [{ name: "runtime", image: "example/runtime" }] };
  const { body: pod } = await world.api.send("POST", pods, { metadata: { name }, spec });
  const { body } = await world.api.send("POST", "/api/v1/namespaces/default/serviceaccounts/runtime/token", {
    spec: {
      audiences: ["egress"],
      expirationSeconds: 3_600,
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid: pod.metadata.uid },
    },
  });
  return {
    header: `Bearer ${body.status.token}`,
    deletePod: async () => void (await world.api.send("DELETE", `${pods}/${name}?gracePeriodSeconds=0`)),
  };
}

describe("the token of a runtime", () => {
  it("is refused without its pod", async () => {
    const { header, deletePod } = await podToken("mortal");
    await deletePod();
    expect(await authenticate(header)).toMatchObject({ reason: "unauthenticated" });
  });

  it("is reviewed again half a minute after it was accepted", async () => {
    const { header } = await podToken("lasting");
    expect(await authenticate(header)).toEqual({ namespace: "default" });
    clock.advance(29_000);
    expect(await authenticate(header)).toEqual({ namespace: "default" });
    expect(reviews).toEqual(["accepted"]);
    clock.advance(2_000);
    expect(await authenticate(header)).toEqual({ namespace: "default" });
    expect(reviews).toEqual(["accepted", "accepted"]);
  });

  it("is reviewed once for many requests at the same time", async () => {
    const { header } = await podToken("busy");
    const callers = await Promise.all(Array.from({ length: 20 }, () => authenticate(header)));
    expect(new Set(callers.map((caller) => JSON.stringify(caller)))).toEqual(
      new Set(['{"namespace":"default"}']),
    );
    expect(reviews).toEqual(["accepted"]);
  });

  it("is valid for ten minutes more while the API server does not answer", async () => {
    const { header } = await podToken("patient");
    await authenticate(header);
    way.refuse(true);
    way.cut();
    clock.advance(10 * minute);
    expect(await authenticate(header)).toEqual({ namespace: "default" });
    clock.advance(6_000);
    expect(await authenticate(header)).toMatchObject({ reason: "cannot-check-token" });
    way.refuse(false);
    expect(await authenticate(header)).toEqual({ namespace: "default" });
    expect(reviews).toEqual(["accepted", "failed", "failed", "accepted"]);
  });

  it("is reviewed again five seconds after it was refused", async () => {
    const header = `Bearer ${await world.token("default", "runtime", "vault")}`;
    expect(await authenticate(header)).toMatchObject({ reason: "unauthenticated" });
    clock.advance(4_000);
    expect(await authenticate(header)).toMatchObject({ reason: "unauthenticated" });
    expect(reviews).toEqual(["refused"]);
    clock.advance(2_000);
    expect(await authenticate(header)).toMatchObject({ reason: "unauthenticated" });
    expect(reviews).toEqual(["refused", "refused"]);
  });

  it.each([
    ["nothing", undefined],
    ["no scheme", ""],
    ["no token", "Bearer"],
    ["two parts", "Bearer a.b"],
    ["another scheme", "Basic dXNlcjpwYXNz"],
    ["two tokens", "Bearer a.b.c d"],
    ["too much", `Bearer a.b.${"c".repeat(8_192)}`],
  ])("is refused without a review when it is malformed: %s", async (_what, header) => {
    expect(await authenticate(header)).toMatchObject({ reason: "unauthenticated" });
    expect(reviews).toEqual([]);
  });
});
