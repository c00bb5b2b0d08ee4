import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCondition } from "../../kubernetes/objects/conditions.ts";
import { type HttpRoute, type Ingress, type Kind, kinds } from "../../kubernetes/objects/kinds.ts";
import { ingress } from "../desired/route/ingress.ts";
import { namesOf } from "../model/blueprint.ts";
import { hostClaimKind, type Tenant, tenantKind } from "../model/kinds.ts";
import type { RouteSettings } from "../model/settings.ts";
import { createPlan } from "../testing/create-plan.ts";
import { Crash } from "../testing/observed-world.ts";
import { liveTenant, reconcileOnce, settle } from "../testing/play-cluster.ts";
import { sampleBlueprint } from "../testing/sample-blueprint.ts";
import { tenantManifest } from "../testing/tenant-manifest.ts";
import { startTestPlatform, type TestPlatform } from "../testing/test-platform.ts";

const manager = { fieldManager: "test" };
const byIngress = { kind: "Ingress", className: "skipper", annotations: {} } as const;
const byGateway = {
  kind: "HTTPRoute",
  gatewayRef: { namespace: "dotmac-gateway", name: "dotmac" },
  annotations: {},
} as const;
let platform: TestPlatform;

describe("a host that a tenant with an Ingress gives up", () => {
  beforeAll(() => start(byIngress));
  afterAll(() => platform[Symbol.asyncDispose]());
  itIsGivenUpLast("Ingress");
});

describe("a host that a tenant with an HTTPRoute gives up", () => {
  beforeAll(() => start(byGateway));
  afterAll(() => platform[Symbol.asyncDispose]());
  itIsGivenUpLast("HTTPRoute");

  it("stays claimed until the gateway has seen the route without it", async () => {
    const { namespace } = namesOf(await readied("seen"));
    await gatewaySees(namespace);
    await change("seen", { hosts: ["later.isp.test"] });
    await reconcileOnce(platform, "seen", platform.newWorld());
    expect(await routedHosts(namespace)).toEqual(["later.isp.test"]);
    expect(await isClaimed("seen.isp.test")).toBe(true);
    const { status } = await liveTenant(platform, "seen");
    expect(findCondition(status?.conditions, "EndpointReady")).toMatchObject({
      reason: "ReleasingHosts",
      message: expect.stringContaining("seen.isp.test"),
    });
    await gatewaySees(namespace);
    expect(await settle(platform, "seen")).toEqual({ kind: "done" });
    expect(await isClaimed("seen.isp.test")).toBe(false);
  });

  it("stays claimed until an Ingress from before the platform had a Gateway is gone", async () => {
    const tenant = await readied("older");
    const { namespace } = namesOf(tenant);
    const plan = { ...sampleBlueprint(), names: namesOf(tenant), hosts: ["older.isp.test"] };
    await platform.cluster.client.create(kinds.ingress, ingress(plan, byIngress), manager);
    await change("older", { hosts: ["newer.isp.test"] });
    const world = platform.newWorld();
    const seen = watchReleases(world, namespace);
    await settle(platform, "older", world);
    expect(seen).toEqual([{ released: "older.isp.test", routed: ["newer.isp.test"] }]);
    expect(await platform.cluster.cluster.get(kinds.ingress, { namespace, name: "runtime" })).toBeUndefined();
  });
});

function itIsGivenUpLast(kind: RouteSettings["kind"]): void {
  it("stays claimed until the route no longer names it, in any order of the steps", async () => {
    const { namespace } = namesOf(await readied("moving"));
    await change("moving", { hosts: ["moved.isp.test"] });
    const world = platform.newWorld();
    const seen = watchReleases(world, namespace);
    await settle(platform, "moving", world);
    expect(seen).toEqual([{ released: "moving.isp.test", routed: ["moved.isp.test"] }]);
  });

  it("stays claimed when the operator dies after it has changed the route", async () => {
    const { namespace } = namesOf(await readied("dying"));
    await change("dying", { hosts: ["dead.isp.test"] });
    const world = platform.newWorld();
    world.crashAfter(new RegExp(`^updated ${kind}`));
    await expect(reconcileOnce(platform, "dying", world)).rejects.toThrow(Crash);
    expect(await routedHosts(namespace)).toEqual(["dead.isp.test"]);
    expect(await isClaimed("dying.isp.test")).toBe(true);
    await settle(platform, "dying");
    expect(await isClaimed("dying.isp.test")).toBe(false);
  });

  it("is removed from the route although the tenant is stalled, so that two tenants may swap their hosts", async () => {
    await readied("east");
    await readied("west");
    await change("east", { hosts: ["west.isp.test"] });
    await change("west", { hosts: ["east.isp.test"] });
    const world = platform.newWorld();
    const { namespace } = namesOf(await liveTenant(platform, "east"));
    const seen = watchReleases(world, namespace);
    expect(await reconcileOnce(platform, "east", world)).toMatchObject({ reason: "HostTaken" });
    expect(seen).toEqual([{ released: "east.isp.test", routed: [] }]);
    expect(await settle(platform, "west")).toEqual({ kind: "done" });
    expect(await settle(platform, "east")).toEqual({ kind: "done" });
    expect(await routedHosts(namespace)).toEqual(["west.isp.test"]);
  });

  it("is removed when a server of the platform has it, and the tenant's other hosts stay", async () => {
    const { namespace } = namesOf(await readied("held", { hosts: ["held.isp.test", "vault.isp.test"] }));
    const world = platform.newWorld();
    const vault = { ...world.settings.vault, address: "https://vault.isp.test:8200" };
    const moved = { ...world, settings: { ...world.settings, vault } };
    await reconcileOnce(platform, "held", moved);
    expect(await routedHosts(namespace)).toEqual(["held.isp.test"]);
    expect(await reconcileOnce(platform, "held", moved)).toMatchObject({
      kind: "stalled",
      reason: "HostReserved",
      message: expect.stringContaining("vault.isp.test"),
    });
    expect(await isClaimed("vault.isp.test")).toBe(false);
    expect(await isClaimed("held.isp.test")).toBe(true);
  });
}

async function start(route: RouteSettings): Promise<void> {
  platform = await startTestPlatform({ route });
  await createPlan(platform);
}

async function readied(name: string, spec: Partial<Tenant["spec"]> = {}): Promise<Tenant> {
  await platform.cluster.client.create(tenantKind, tenantManifest(name, spec), manager);
  expect(await settle(platform, name)).toEqual({ kind: "done" });
  return liveTenant(platform, name);
}

function change(name: string, spec: Partial<Tenant["spec"]>): Promise<Tenant> {
  return platform.cluster.client.merge(tenantKind, { name }, { spec }, manager);
}

/** Acts as a gateway's controller that serves the newest version of the route. */
async function gatewaySees(namespace: string): Promise<void> {
  const { client } = platform.cluster;
  const name = { namespace, name: "runtime" };
  const { metadata, spec } = await client.get(kinds.httpRoute, name);
  const [parentRef] = spec.parentRefs as unknown[];
  const condition = {
    type: "Accepted",
    status: "True",
    reason: "Accepted",
    message: "",
    observedGeneration: metadata.generation,
    lastTransitionTime: new Date().toISOString(),
  };
  const parent = { parentRef, controllerName: "example.test/gateway", conditions: [condition] };
  const status = { parents: [parent] };
  await client.merge(kinds.httpRoute, name, { status }, { ...manager, subresource: "status" });
}

/** All hosts that routes of either kind route to the tenant. */
async function routedHosts(namespace: string): Promise<string[]> {
  const { cluster } = platform.cluster;
  const name = { namespace, name: "runtime" };
  const [one, other]: [Ingress | undefined, HttpRoute | undefined] = await Promise.all([
    cluster.get(kinds.ingress, name),
    cluster.get(kinds.httpRoute, name),
  ]);
  const byIngress = (one?.spec?.rules ?? []).map(({ host }) => host ?? "");
  return [...byIngress, ...((other?.spec.hostnames ?? []) as string[])];
}

async function isClaimed(host: string): Promise<boolean> {
  return (await platform.cluster.cluster.get(hostClaimKind, { name: host })) !== undefined;
}

/** Records the hosts in the routes at the moment of each release. */
function watchReleases(world: ReturnType<TestPlatform["newWorld"]>, namespace: string) {
  const seen: { released: string; routed: string[] }[] = [];
  const { remove } = world.cluster;
  world.cluster.remove = async (kind, name, options) => {
    const isFirst = seen.every(({ released }) => released !== name.name);
    if (kind === (hostClaimKind as Kind) && isFirst)
      seen.push({ released: name.name, routed: await routedHosts(namespace) });
    return remove(kind, name, options);
  };
  return seen;
}
