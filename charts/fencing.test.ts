import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, ApiServer, type Method } from "../crds/test/api-server.ts";
import { configMap, hostClaim, namespace, networkPolicy, secret, tenant } from "./test/objects.ts";
import {
  asBreakGlass,
  handLeaseTo,
  leases,
  operatorToken,
  tenantNamespace,
  unboundToken,
} from "./test/operator-token.ts";

type Write = [what: string, method: Method, path: string, body?: unknown];

const own = "/api/v1/namespaces/isp-fenced";
const writes: Write[] = [
  ["create", "POST", `${own}/secrets`, secret("migrator")],
  ["apply", "APPLY", `${own}/configmaps/runtime`, configMap("runtime")],
  ["delete", "DELETE", `${own}/configmaps/runtime`],
  [
    "isolate",
    "POST",
    "/apis/networking.k8s.io/v1/namespaces/isp-fenced/networkpolicies",
    networkPolicy("deny-all"),
  ],
  ["delete a namespace", "DELETE", own],
  ["claim a host", "POST", "/apis/dotmac.io/v1alpha1/hostclaims", hostClaim("fenced.example.com")],
  [
    "write a status",
    "PATCH",
    "/apis/dotmac.io/v1alpha1/tenants/fenced/status",
    { status: { phase: "Ready" } },
  ],
  ["leave a password", "POST", "/api/v1/namespaces/dotmac-admins/secrets", secret("fenced")],
];

let admin: ApiServer;
let leader: ApiServer;
let standby: ApiServer;
let podless: ApiServer;
beforeAll(async () => {
  const kubernetes = inject("kubernetes");
  admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  leader = new ApiServer(kubernetes, { token: await operatorToken(admin, "first") });
  standby = new ApiServer(kubernetes, { token: await operatorToken(admin, "second") });
  podless = new ApiServer(kubernetes, { token: await unboundToken(admin) });
  await tenantNamespace(kubernetes, "fenced");
  await using breakGlass = asBreakGlass(kubernetes);
  expect((await breakGlass.send("POST", `${own}/configmaps`, configMap("runtime"))).status).toBe(201);
  expect((await admin.send("POST", "/apis/dotmac.io/v1alpha1/tenants", tenant("fenced"))).status).toBe(201);
  await lead("first", leader);
});
afterAll(async () => {
  for (const api of [podless, standby, leader, admin]) await api[Symbol.asyncDispose]();
});

describe("the replica that holds the lease", () => {
  it.each(writes)("may %s", async (_what, method, path, body) => {
    expect((await dryRun(leader, method, path, body)).status).toBeLessThan(300);
  });
});

describe("a replica that does not hold the lease", () => {
  it.each(writes)("may not %s", async (_what, method, path, body) => {
    expect(refusalOf(await dryRun(standby, method, path, body))).toContain(
      'the lease is held by "first", this token belongs to pod "second"',
    );
  });

  it("may read, write Events and take the lease", async () => {
    expect((await standby.send("GET", "/apis/dotmac.io/v1alpha1/tenants")).status).toBe(200);
    expect((await dryRun(standby, "POST", "/api/v1/namespaces/default/events", event)).status).toBe(201);
    const taken = { spec: { holderIdentity: "second" } };
    expect((await dryRun(standby, "PATCH", `${leases}/dotmac-operator`, taken)).status).toBe(200);
  });
});

describe("a token of the operator that belongs to no pod", () => {
  it.each(writes)("may not %s", async (_what, method, path, body) => {
    expect(refusalOf(await dryRun(podless, method, path, body))).toContain('this token belongs to pod ""');
  });
});

describe("a deposed leader", () => {
  it("is refused once the lease names another replica, which then may write", async () => {
    await lead("second", standby);
    const [, method, path, body] = writes[0] as Write;
    expect(refusalOf(await dryRun(leader, method, path, body))).toContain('the lease is held by "second"');
    await lead("first", leader);
  });

  it("is refused while the lease has no holder", async () => {
    await handLeaseTo(admin, "");
    const [, method, path, body] = writes[0] as Write;
    await until(async () => (await dryRun(leader, method, path, body)).status === 403);
    await lead("first", leader);
  });
});

describe("a user other than the operator", () => {
  it("may write, independent of the lease", async () => {
    expect((await dryRun(admin, "POST", "/api/v1/namespaces", namespace("anything"))).status).toBe(201);
  });
});

/** Gives the lease to a pod and waits until the API server has noticed. */
async function lead(pod: string, api: ApiServer): Promise<void> {
  await handLeaseTo(admin, pod);
  const [, method, path, body] = writes[0] as Write;
  await until(async () => (await dryRun(api, method, path, body)).status < 300);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("expected the API server to notice the lease within 10 s");
    await delay(10);
  }
}

function dryRun(api: ApiServer, method: Method, path: string, body?: unknown): Promise<Answer> {
  const parameters = method === "APPLY" ? "dryRun=All&fieldManager=dotmac-operator&force=true" : "dryRun=All";
  return api.send(method, `${path}?${parameters}`, body);
}

function refusalOf({ status, body }: Answer): string {
  return status === 403 ? body.message : `expected 403, found ${status}`;
}

const event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "x", namespace: "default" },
  involvedObject: { apiVersion: "dotmac.io/v1alpha1", kind: "Tenant", name: "fenced" },
  reason: "Tested",
};
