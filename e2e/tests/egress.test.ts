import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../harness/machine/until.ts";
import { apply, breakGlass, cluster, inPod, kubectl, read } from "./testing/live-cluster.ts";
import { type Reach, reachScript } from "./testing/reach.ts";
import {
  ready,
  type SampleTenant,
  sampleTenant,
  tenantManifest,
  uniqueName,
} from "./testing/sample-tenant.ts";
import { sharedTenants } from "./testing/shared-tenants.ts";
import { nameFor, serveTestZone, testZone } from "./testing/test-zone.ts";
import { type Passage, passageScript, type Shown } from "./testing/through-proxy.ts";

const { outside } = cluster;
const listener = `${outside?.address}:${outside?.httpPort}`;

const throughProxy = (tenant: SampleTenant, targets: readonly string[], shown?: Shown) =>
  inPod<Record<string, Passage>>(tenant.namespace, "deploy/runtime", passageScript(targets, shown));

async function one(tenant: SampleTenant, target: string, shown?: Shown): Promise<Passage | undefined> {
  return (await throughProxy(tenant, [target], shown))[target];
}

const addressOf = async (service: string, namespace: string): Promise<string> =>
  (await read("service", service, "-n", namespace)).spec.clusterIP;

describe.runIf(outside)("a tenant's way to the internet", () => {
  const names = uniqueName("egress-names");
  const cleanUp = new AsyncDisposableStack();
  /** Host names for a Tenant's egress, by their target. */
  let to: Record<"outside" | "postgres" | "kubernetes" | "both" | "neighbour", string>;
  let a: SampleTenant;
  let b: SampleTenant;

  const egressOfA = () => [
    { host: outside?.address, port: outside?.httpPort },
    { host: to.outside, port: outside?.httpPort },
    { host: to.postgres, port: 5432 },
    { host: to.kubernetes, port: 443 },
    { host: to.both, port: outside?.httpPort },
    { host: to.neighbour, port: 443 },
    { host: "nowhere.example.test", port: 443 },
  ];

  beforeAll(async () => {
    cleanUp.use(await serveTestZone());
    await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: names } });
    cleanUp.defer(async () => void (await kubectl("delete", "namespace", names, "--wait=false")));
    ({ south: b } = await sharedTenants());
    to = {
      outside: await nameFor(names, "outside", [outside?.address ?? ""]),
      both: await nameFor(names, "both", [
        outside?.address ?? "",
        await addressOf("postgres", "dotmac-system"),
      ]),
      postgres: `postgres.dotmac-system.svc.${testZone}`,
      kubernetes: `kubernetes.default.svc.${testZone}`,
      neighbour: `runtime.${b.namespace}.svc.${testZone}`,
    };
    a = cleanUp.use(await sampleTenant("egress-a", { egress: egressOfA() }));
  });

  afterAll(() => cleanUp.disposeAsync());

  it("is the proxy, for targets that its spec lists by address or by name, and not directly", async () => {
    const named = `${to.outside}:${outside?.httpPort}`;
    const found = await throughProxy(a, [listener, named]);
    for (const target of [listener, named]) {
      expect(found[target]).toMatchObject({ status: 200, body: expect.stringContaining('"outside":true') });
    }
    const target = { host: outside?.address ?? "", port: outside?.httpPort ?? 0 };
    expect(await inPod<Record<string, Reach>>(a.namespace, "deploy/runtime", reachScript([target]))).toEqual({
      [listener]: "timeout",
    });
  });

  it("is closed for targets that its spec does not list, such as another port or another tenant's target", async () => {
    expect(await one(a, `${outside?.address}:81`)).toMatchObject({
      status: 403,
      reason: "not-listed",
      body: expect.stringContaining(`add {host: "${outside?.address}", port: 81} to spec.egress`),
    });
    expect(await one(b, listener)).toMatchObject({
      status: 403,
      reason: "not-listed",
      body: expect.stringContaining(`tenant "${b.name}" may not reach ${listener}`),
    });
  });

  it("depends on the token alone: a neighbour's token, a token for Vault or no token is refused", async () => {
    const token = await kubectl(
      ...["create", "token", "runtime", "-n", b.namespace, "--audience=egress", ...breakGlass],
    );
    expect(await one(a, listener, { token: token.trim() })).toMatchObject({
      status: 403,
      reason: "not-listed",
      body: expect.stringContaining(`tenant "${b.name}"`),
    });
    expect(await one(a, listener, "vault")).toMatchObject({ status: 407, reason: "unauthenticated" });
    expect(await one(a, listener, "none")).toMatchObject({ status: 407, reason: "unauthenticated" });
    expect(await one(a, listener)).toMatchObject({ status: 200 });
  });

  it("does not lead into the cluster by a listed name that DNS resolves to a cluster address", async () => {
    const targets = {
      [`${to.postgres}:5432`]: await addressOf("postgres", "dotmac-system"),
      [`${to.kubernetes}:443`]: await addressOf("kubernetes", "default"),
      [`${to.neighbour}:443`]: await addressOf("runtime", b.namespace),
      [`${to.both}:${outside?.httpPort}`]: await addressOf("postgres", "dotmac-system"),
    };
    const found = await throughProxy(a, Object.keys(targets));
    for (const [target, address] of Object.entries(targets)) {
      expect(found[target]).toMatchObject({
        status: 403,
        reason: "forbidden-address",
        body: expect.stringContaining(`resolves to ${address}`),
      });
    }
  });

  it("does not lead to addresses of the cluster, its nodes and its cloud", async () => {
    const [slice] = (
      await read("endpointslices", "-n", "default", "-l", "kubernetes.io/service-name=kubernetes")
    ).items;
    const targets = [
      `${await addressOf("postgres", "dotmac-system")}:5432`,
      `${slice.endpoints[0].addresses[0]}:${slice.ports[0].port}`,
      "169.254.169.254:80",
      "127.0.0.1:8081",
      "[::1]:8081",
    ];
    const found = await throughProxy(a, targets);
    expect(Object.entries(found).map(([target, { reason }]) => [target, reason])).toEqual(
      targets.map((target) => [target, "forbidden-address"]),
    );
  });

  it("reports a name that does not exist", async () => {
    expect(await one(a, "nowhere.example.test:443")).toMatchObject({ status: 502, reason: "unresolved" });
  });

  it("is closed when its entry is removed from the spec", async () => {
    await apply(tenantManifest(a.name, { egress: egressOfA().slice(1) }));
    await until("the address to be refused", async () => {
      return (await one(a, listener))?.reason === "not-listed" ? true : undefined;
    });
    expect(await one(a, `${to.outside}:${outside?.httpPort}`)).toMatchObject({ status: 200 });
    await apply(tenantManifest(a.name, { egress: egressOfA() }));
    await until("it to be reached again", async () =>
      (await one(a, listener))?.status === 200 ? true : undefined,
    );
    await ready(a.name);
  });

  it("would not lead into the cluster even if the proxy checked nothing", async () => {
    const targets = [
      { host: outside?.address ?? "", port: outside?.httpPort ?? 0 },
      { host: "postgres.dotmac-system.svc.cluster.local", port: 5432 },
      { host: "vault.dotmac-system.svc.cluster.local", port: 8200 },
    ];
    expect(
      await inPod<Record<string, Reach>>("dotmac-system", "deploy/egress-proxy", reachScript(targets)),
    ).toEqual({
      [listener]: "connected",
      "postgres.dotmac-system.svc.cluster.local:5432": "timeout",
      "vault.dotmac-system.svc.cluster.local:8200": "timeout",
    });
  });

  it("is reported in the runtime's health, as external APIs", async () => {
    const script = `
      import { request } from "node:https";
      request("https://localhost:9443/health", { rejectUnauthorized: false }, async (response) => {
        let body = "";
        for await (const chunk of response) body += chunk;
        console.log(JSON.stringify(JSON.parse(body).dependencies.find(({ name }) => name === "external APIs")));
      }).end();`;
    expect(await inPod(a.namespace, "deploy/runtime", script)).toMatchObject({
      up: true,
      critical: false,
      details: { proxy: "egress-proxy.dotmac-system.svc.cluster.local:3128" },
    });
  });
});
