import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { administrator } from "./testing/clients/staff.ts";
import { blockTable } from "./testing/database/blocked-table.ts";
import { querySchema } from "./testing/database/query-schema.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";
import { until } from "./testing/process/until.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant?.[Symbol.asyncDispose]());

const rows = 250;
const tableOf = (name: string) =>
  `type,name\n${Array.from({ length: rows }, (_, index) => `person,${name} ${index}\n`).join("")}`;

const start = () =>
  startRuntime(tenant, {
    prepare: (files) => {
      const database = { ...tenant.tenantFile.database, statementTimeoutMs: 2_000 };
      return files.write("etc/tenant.json", { ...tenant.tenantFile, database });
    },
  });

async function importInto(runtime: RuntimeProcess, name: string): Promise<string> {
  const admin = await administrator(runtime, tenant);
  const accepted = await admin.call("POST", "/customers/imports", tableOf(name), {
    "Content-Type": "text/csv",
  });
  expect(accepted.status).toBe(202);
  return accepted.body.data.id;
}

/** The state of the operation, its rows so far, and the customers that it has created. */
async function progress(operation: string, name: string) {
  const [row] = await querySchema(
    tenant,
    `SELECT state, done, (SELECT count(*)::int FROM customers WHERE name LIKE $2) AS customers
       FROM operations WHERE id = $1`,
    [operation, `${name} %`],
  );
  return row;
}

describe("an operation whose part is in progress at SIGTERM", () => {
  it.each([
    ["ends before the process", "Finished", "running", 100],
    ["outlasts the process", "Interrupted", "waiting", 0],
  ])("continues in the next process, each row once: the part %s", async (_how, name, state, kept) => {
    let operation: string;
    {
      await using table = await blockTable(tenant, "customers");
      await using first = await start();
      operation = await importInto(first, name);
      await until(table.awaited, (isAwaited) => isAwaited);
      first.signal("SIGTERM");
      // The workers end next, and wait for the part in progress.
      await first.line(({ what }) => what === "requests");
      if (kept > 0) await table.release();
      expect(await first.exited).toEqual({ code: 0, signal: null });
    }
    expect(await progress(operation, name)).toEqual({ state, done: kept, customers: kept });

    await using next = await start();
    const admin = await administrator(next, tenant);
    await until(
      () => progress(operation, name),
      (now) => !["waiting", "running"].includes(now.state),
    );
    expect(await progress(operation, name)).toEqual({ state: "succeeded", done: rows, customers: rows });
    const report = String((await admin.call("GET", `/operations/${operation}/report`)).body);
    const lines = [...report.matchAll(/^(\d+),created,/gm)].map(([, line]) => Number(line));
    expect(lines).toEqual(Array.from({ length: rows }, (_, index) => index + 2));
  });
});
