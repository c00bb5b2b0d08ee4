import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { countries } from "../contract/values/countries.ts";
import { ApiServer, type Manifest } from "./test/api-server.ts";
import { faultsOf, tryToCreate } from "./test/resource.ts";

const collection = "/apis/dotmac.io/v1alpha1/tenants";

let api: ApiServer;
beforeAll(() => {
  const kubernetes = inject("kubernetes");
  api = new ApiServer(kubernetes, { token: kubernetes.adminToken });
});
afterAll(() => api[Symbol.asyncDispose]());

describe("a tenant", () => {
  it("may be in every existing time zone", async () => {
    const zones = [...Intl.supportedValuesOf("timeZone"), "America/Argentina/Buenos_Aires", "UTC"];
    expect(zones.length).toBeGreaterThan(400);
    const refused = [];
    for (const timeZone of zones)
      refused.push(...faultsOf(await tryToCreate(api, tenant("anywhere", { timeZone }))));
    expect(refused).toEqual([]);
  });

  it("may be in every country that customer addresses accept, and in no other", async () => {
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
    const accepted = [];
    for (const country of letters.flatMap((first) => letters.map((second) => first + second)))
      if (faultsOf(await tryToCreate(api, tenant("anywhere", { country }))).length === 0)
        accepted.push(country);
    expect(accepted).toEqual([...countries]);
  });

  it("is refused when a field name is misspelled", async () => {
    const answer = await tryToCreate(api, tenant("typo", { host: ["north.example.com"] }));
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('unknown field "spec.host"');
  });

  it("keeps its data and serves by default", async () => {
    const { spec } = (await tryToCreate(api, tenant("defaults"))).body;
    expect(spec).toMatchObject({ deletionPolicy: "Retain", suspended: false, paused: false });
  });

  it("may change every field except its currency and the origin of its data", async () => {
    const path = await create("changing");
    const spec = {
      displayName: "New Name",
      plan: "small",
      hosts: ["new.example.com"],
      adminEmail: "new@example.com",
      timeZone: "Asia/Tokyo",
      country: "JP",
    };
    expect((await api.send("PATCH", path, { spec })).body.spec).toMatchObject(spec);
    expect(faultsOf(await api.send("PATCH", path, { spec: { currency: "JPY" } }))).toHaveLength(1);
    expect(faultsOf(await api.send("PATCH", path, { spec: { adoptFrom: "k3v7q2mzxa" } }))).toHaveLength(1);
  });

  it("can be listed by its plan", async () => {
    await create("by-plan", { plan: "rare" });
    const found = await api.send("GET", `${collection}?fieldSelector=spec.plan%3Drare`);
    expect(found.body.items.map(({ metadata }: Manifest) => metadata.name)).toEqual(["by-plan"]);
  });
});

describe("a tenant's scale", () => {
  const scaleTo = (path: string, replicas: number) =>
    api.send("PATCH", `${path}/scale`, { spec: { replicas } });

  it("sets the number of pods, with or without a number in the spec, and shows the present one", async () => {
    const path = await create("scaled");
    expect((await api.send("GET", `${path}/scale`)).body.message).toContain("does not exist");
    expect((await scaleTo(path, 3)).body.spec).toEqual({ replicas: 3 });
    await api.send("PATCH", `${path}/status`, { status: ready });
    expect((await api.send("GET", `${path}/scale`)).body).toMatchObject({
      spec: { replicas: 3 },
      status: { replicas: 2, selector: ready.runtime.selector },
    });
    expect((await scaleTo(path, 5)).status).toBe(200);
    expect((await api.send("GET", path)).body.spec.runtime).toEqual({ replicas: 5 });
  });

  it.each([0, 21])("of %i pods is refused, and the error says what to write", async (replicas) => {
    const path = await create(`scaled-to-${replicas}`);
    expect(faultsOf(await scaleTo(path, replicas))).toEqual([
      expect.stringContaining("write from 1 to 20 replicas; to stop the tenant set suspended to true"),
    ]);
  });

  it("does not exist below a namespace, where a HorizontalPodAutoscaler looks for it", async () => {
    const path = await create("not-autoscaled", { runtime: { replicas: 2 } });
    expect((await api.send("GET", `${path}/scale`)).status).toBe(200);
    const inNamespace = path.replace("/tenants/", "/namespaces/default/tenants/");
    expect((await api.send("GET", `${inNamespace}/scale`)).status).toBe(404);
  });
});

describe("a tenant's status", () => {
  it("is written separately from the spec, and shown in columns", async () => {
    const path = await create("shown");
    await api.send("PATCH", `${path}/status`, { status: ready });
    const row = (await tableOf(path)).rows[0].cells;
    expect(row.slice(0, 6)).toEqual([
      "shown",
      "standard",
      "True",
      "Reconciled",
      2,
      "https://north.example.com",
    ]);
    expect(
      (await api.send("PATCH", path, { status: { endpoint: "https://elsewhere.example.com" } })).body.status
        .endpoint,
    ).toBe("https://north.example.com");
  });

  it("cannot change its id", async () => {
    const path = await create("identified");
    await api.send("PATCH", `${path}/status`, { status: ready });
    const message =
      "status.id: Invalid value: leave status.id as it is: it names the tenant's data everywhere";
    expect(faultsOf(await api.send("PATCH", `${path}/status`, { status: { id: "aaaaaaaaaa" } }))).toEqual([
      message,
    ]);
    expect(faultsOf(await api.send("PATCH", `${path}/status`, { status: { id: null } }))).toEqual([message]);
    expect((await api.send("PATCH", `${path}/status`, { status: { phase: "Degraded" } })).status).toBe(200);
  });

  it("has each condition once", async () => {
    const path = await create("conditions");
    const twice = { conditions: [...ready.conditions, ...ready.conditions] };
    expect(faultsOf(await api.send("PATCH", `${path}/status`, { status: twice }))).toEqual([
      'status.conditions[1]: Duplicate value: {"type":"Ready"}',
    ]);
  });
});

const ready = {
  observedGeneration: 1,
  id: "k3v7q2mzxa",
  phase: "Ready",
  endpoint: "https://north.example.com",
  runtime: { image: "localhost/dotmac/tenant-runtime:1", replicas: 2, readyReplicas: 2, selector: "a=b" },
  database: { server: "postgres:5432", schema: "t_k3v7q2mzxa", migration: 1 },
  lastAppliedTime: "2026-01-02T03:04:05Z",
  conditions: [
    {
      type: "Ready",
      status: "True",
      reason: "Reconciled",
      message: "all steps are done",
      lastTransitionTime: "2026-01-02T03:04:05Z",
      observedGeneration: 1,
    },
  ],
};

function tenant(name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "Tenant",
    metadata: { name },
    spec: {
      displayName: "North Fibre",
      plan: "standard",
      hosts: ["north.example.com"],
      adminEmail: "admin@north.example.com",
      currency: "EUR",
      timeZone: "Europe/Paris",
      country: "FR",
      ...spec,
    },
  };
}

async function create(name: string, spec: Record<string, unknown> = {}): Promise<string> {
  const created = await api.send("POST", collection, tenant(name, spec));
  expect(created.status).toBe(201);
  return `${collection}/${name}`;
}

async function tableOf(path: string): Promise<{ rows: [{ cells: unknown[] }] }> {
  return (await api.send("GET", path, undefined, "application/json;as=Table;v=v1;g=meta.k8s.io")).body;
}
