import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { administrator } from "./testing/clients/staff.ts";
import { blockTable } from "./testing/database/blocked-table.ts";
import { querySchema } from "./testing/database/query-schema.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";
import { until } from "./testing/process/until.ts";

let tenant: TestTenant;
let api: RuntimeProcess;
beforeAll(async () => {
  tenant = await createTestTenant();
  api = await startRuntime(tenant, { env: { DOTMAC_ROLE: "api" } });
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

const startWorker = () => startRuntime(tenant, { env: { DOTMAC_ROLE: "worker" } });

/** Imports 110 customers by a pod of the API: an operation of two parts. */
async function startImport(name: string): Promise<string> {
  const admin = await administrator(api, tenant);
  const table = `type,name\n${Array.from({ length: 110 }, (_, row) => `person,${name} ${row}\n`).join("")}`;
  const accepted = await admin.call("POST", "/customers/imports", table, { "Content-Type": "text/csv" });
  expect(accepted.status).toBe(202);
  return accepted.body.data.id;
}

async function progress(id: string): Promise<object> {
  const [row] = await querySchema(tenant, "SELECT state, done FROM operations WHERE id = $1", [id]);
  return row;
}

const partsDoneBy = async (runtime: RuntimeProcess) =>
  /^dotmac_job_attempts_total\{kind="customers\.import operation",outcome="done"\} (\d+)$/m.exec(
    String((await runtime.manage("/metrics")).body),
  )?.[1];

describe("a worker", () => {
  it("does the jobs that a pod of the API leaves to it, and serves only health and metrics", async () => {
    await using worker = await startWorker();
    const { role, dependencies } = await worker.health(({ status }) => status === "healthy");
    expect(role).toBe("worker");
    const pool = dependencies.find(({ name }) => name === "database")?.details;
    expect(pool).toMatchObject({ pool: { max: 2 } });
    expect((await worker.manage("/health/ready")).status).toBe(200);

    const id = await startImport("Left");
    await until(
      () => progress(id),
      (now) => !("state" in now && ["waiting", "running"].includes(String(now.state))),
    );
    expect(await progress(id)).toEqual({ state: "succeeded", done: 110 });
    expect([await partsDoneBy(api), await partsDoneBy(worker)]).toEqual([undefined, "2"]);
    const listeners = worker.lines.filter(({ message }) => message === "listening");
    expect(listeners.map(({ listener }) => listener)).toEqual(["management"]);
  });

  it("finishes its job after SIGTERM, takes no other, and exits with 0", async () => {
    await using table = await blockTable(tenant, "customers");
    await using worker = await startWorker();
    const id = await startImport("Drained");
    await until(table.awaited, (isAwaited) => isAwaited);
    worker.signal("SIGTERM");
    // The workers end next, and wait for the part in progress.
    await worker.line(({ what }) => what === "dependency checks");
    await table.release();
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    expect(await progress(id)).toEqual({ state: "running", done: 100 });
  });
});
