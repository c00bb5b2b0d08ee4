import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiServer, type Manifest } from "../../../../../crds/test/api-server.ts";
import { startControllers } from "../../../../../harness/services/kubernetes/controller-manager.ts";
import { startKubernetes } from "../../../../../harness/services/kubernetes.ts";
import { eventually } from "../../../kubernetes/testing/eventually.ts";
import { gatewayDefinition } from "../../testing/gateway-api.ts";
import { sampleBlueprint } from "../../testing/sample-blueprint.ts";
import { namespace } from "./namespace.ts";
import { resourceQuota } from "./quota.ts";

const blueprint = sampleBlueprint();
const quota = resourceQuota(blueprint);
const inside = `namespaces/${blueprint.names.namespace}`;
const opened = new AsyncDisposableStack();
let admin: ApiServer;

beforeAll(async () => {
  const kubernetes = opened.use(await startKubernetes());
  admin = opened.use(new ApiServer(kubernetes, { token: kubernetes.adminToken }));
  await create(
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    await gatewayDefinition("httproutes"),
  );
  await eventually("HTTPRoutes are served", async () => (await send("GET", routes)).status === 200);
  opened.use(await startControllers(kubernetes.kubeconfigPath, ["resourcequota-controller"]));
  await create("/api/v1/namespaces", namespace(blueprint));
  await create(`/api/v1/${inside}/resourcequotas`, quota);
  await eventually("the quota is in force, for HTTPRoutes too", async () => {
    const { body } = await send("GET", `/api/v1/${inside}/resourcequotas/tenant`);
    return body.status?.used?.["count/httproutes.gateway.networking.k8s.io"] === "0";
  });
}, 60_000);
afterAll(() => opened.disposeAsync());

const routes = `/apis/gateway.networking.k8s.io/v1/${inside}/httproutes`;
const send = (method: "GET" | "POST", path: string, body?: unknown) => admin.send(method, path, body);

async function create(path: string, manifest: unknown): Promise<void> {
  const { status, body } = await send("POST", path, manifest);
  if (status !== 201) throw new Error(`expected ${path} to take it, found ${status}: ${body.message}`);
}

describe("the quota of a tenant's namespace", () => {
  it("counts every kind that the API server stores in a namespace, except Events", async () => {
    const served = await storedKinds();
    expect(served).toContain("count/leases.coordination.k8s.io");
    const counted = Object.keys(quota.spec?.hard ?? {});
    expect(served.filter((key) => !counted.includes(key))).toEqual([]);
  });

  it.each<[string, number, string, (index: number) => Manifest]>([
    ["a lease", 0, `/apis/coordination.k8s.io/v1/${inside}/leases`, named("coordination.k8s.io/v1", "Lease")],
    ["a third quota", 2, `/api/v1/${inside}/resourcequotas`, named("v1", "ResourceQuota")],
    ["a fifth HTTPRoute", 4, routes, named("gateway.networking.k8s.io/v1", "HTTPRoute")],
  ])("refuses %s", async (_what, allowed, path, manifest) => {
    for (let index = path.endsWith("resourcequotas") ? 1 : 0; index < allowed; index += 1)
      await create(path, manifest(index));
    const { status, body } = await send("POST", path, manifest(allowed));
    expect([status, body.message]).toEqual([403, expect.stringContaining("exceeded quota: tenant")]);
  });

  it("blocks nothing by the count of a kind that is not installed", async () => {
    expect(Object.keys(quota.spec?.hard ?? {})).toContain("count/certificates.cert-manager.io");
    expect((await send("GET", "/apis/cert-manager.io")).status).toBe(404);
    await create(`/api/v1/${inside}/configmaps`, named("v1", "ConfigMap")(0));
  });
});

function named(apiVersion: string, kind: string) {
  return (index: number): Manifest => ({ apiVersion, kind, metadata: { name: `x${index}` }, spec: {} });
}

/** The quota keys of the kinds that can be created and read in a namespace. */
async function storedKinds(): Promise<string[]> {
  const groups = (await send("GET", "/apis")).body.groups as { preferredVersion: { groupVersion: string } }[];
  const versions = groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`);
  const kinds: string[] = [];
  for (const path of ["/api/v1", ...versions]) {
    const { resources } = (await send("GET", path)).body as { resources: ServedResource[] };
    const group = path.split("/")[2] ?? "";
    for (const { name, namespaced, verbs } of resources) {
      const isStored = namespaced && verbs.includes("create") && verbs.includes("get");
      if (isStored && !name.includes("/") && !ownKeys.includes(name))
        kinds.push(path === "/api/v1" ? `count/${name}` : `count/${name}.${group}`);
    }
  }
  return kinds;
}

interface ServedResource {
  readonly name: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Kinds with their own quota keys, and Events, which the API server never counts. */
const ownKeys = ["pods", "persistentvolumeclaims", "events"];
