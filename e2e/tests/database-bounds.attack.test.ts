import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import { IspClient } from "../../harness/demo/isp-client.ts";
import { apply, kubectl, read } from "./testing/live-cluster.ts";
import {
  type Administrator,
  accessToken,
  administrator,
  createCustomer,
  type SampleTenant,
  sampleTenant,
  uniqueName,
} from "./testing/sample-tenant.ts";

/** Runs SQL in the server's pod with the rights of a tenant's app login. @throws with psql's output. */
function asLogin(tenant: SampleTenant, sql: string): Promise<string> {
  const login = `SET SESSION AUTHORIZATION ${namesOnServers(tenant.id).appLogins.a}; SET search_path = t_${tenant.id}`;
  return psql(`${login}; ${sql}`);
}

function psql(sql: string): Promise<string> {
  const command = [
    "psql",
    "-h",
    "/run/postgresql",
    "-U",
    "postgres",
    "-d",
    "dotmac",
    "-v",
    "ON_ERROR_STOP=1",
  ];
  return kubectl("exec", "-n", "dotmac-system", "statefulset/postgres", "--", ...command, "-qAtc", sql);
}

/** Changes when the server crashed and recovered, and when its pod was replaced. */
function serverStart(): Promise<string> {
  return psql("SELECT pg_postmaster_start_time(), system_identifier FROM pg_control_system()");
}

describe("a login that takes all it can of the shared PostgreSQL", () => {
  const plan = uniqueName("tight");
  let a: SampleTenant;
  let b: SampleTenant;
  let ofA: Administrator;
  let ofB: Administrator;

  beforeAll(async () => {
    const small = await read("tenantplan", "small");
    const database = { ...small.spec.database, storage: "64Mi" };
    await apply({
      apiVersion: "dotmac.io/v1alpha1",
      kind: "TenantPlan",
      metadata: { name: plan },
      spec: { ...small.spec, database },
    });
    [a, b] = await Promise.all([sampleTenant("filler", { plan }), sampleTenant("neighbour")]);
    [ofA, ofB] = await Promise.all([administrator(a), administrator(b)]);
  });
  afterAll(async () => {
    await Promise.all([ofA?.[Symbol.asyncDispose](), ofB?.[Symbol.asyncDispose]()]);
    await Promise.all([a?.[Symbol.asyncDispose](), b?.[Symbol.asyncDispose]()]);
    await kubectl("delete", "tenantplan", plan, "--ignore-not-found");
  });

  it("runs out of memory alone: the server goes on and the neighbour is served", async () => {
    const before = await serverStart();
    const attacks = Array.from({ length: 5 }, () => asLogin(a, "SELECT length(repeat('x', 900000000))"));
    for (const attack of await Promise.allSettled(attacks)) {
      expect(attack).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("out of memory") },
      });
    }
    await createCustomer(ofB);
    expect(await asLogin(a, "SELECT length(repeat('x', 1000000))")).toContain("1000000");
    expect(await serverStart()).toBe(before);
  });

  it("fills its own storage only: its ISP still reads and logs in, and the neighbour writes", async () => {
    // About 125 % of the storage: closed, and not exhausted.
    const fill = `INSERT INTO first_administrators (email_exact)
      SELECT (SELECT string_agg(sha256((i * 100 + j)::text::bytea), '') FROM generate_series(1, 30) j)
      FROM generate_series(1, 33000) i`;
    await asLogin(a, fill);
    await kubectl("wait", `tenant/${a.name}`, "--for=condition=StorageLimited", "--timeout=120s");
    const { status } = await read("tenant", a.name);
    const condition = status.conditions.find(({ type }: { type: string }) => type === "StorageLimited");
    expect(condition).toMatchObject({ reason: "StorageClosed" });

    const more = asLogin(a, "INSERT INTO first_administrators (email_exact) VALUES ('one more')");
    await expect(more).rejects.toThrow("permission denied");
    // The runtime reads its licence once a minute.
    await expect
      .poll(() => statusOf(ofA, "POST", "/customers", { type: "person", name: "Ada" }), { timeout: 90_000 })
      .toBe(507);
    expect(await statusOf(ofA, "GET", "/customers")).toBe(200);
    await using again = new IspClient(a.endpoint);
    await accessToken(again, ofA.login);
    await createCustomer(ofB);
  });

  it("may write again with a larger plan", async () => {
    await kubectl(
      "patch",
      "tenantplan",
      plan,
      "--type=merge",
      "-p",
      '{"spec":{"database":{"storage":"2Gi"}}}',
    );
    await expect
      .poll(() => statusOf(ofA, "POST", "/customers", { type: "person", name: "Ada" }), { timeout: 120_000 })
      .toBe(201);
  });
});

async function statusOf(
  { client, token }: Administrator,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
) {
  return (await client.call(method, path, { token, ...(body === undefined ? {} : { body }) })).status;
}
