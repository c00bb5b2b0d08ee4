import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { redisChannels } from "../../contract/redis-access.ts";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import { startRelay } from "../../harness/services/network/relay.ts";
import { withRedis } from "../../harness/services/redis.ts";
import type {} from "../../harness/services/vitest.ts";
import { administrator } from "./testing/clients/staff.ts";
import { querySchema } from "./testing/database/query-schema.ts";
import { startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";
import { until } from "./testing/process/until.ts";

const main = join(import.meta.dirname, "toy", "toy-main.ts");

async function createToyTenant(): Promise<TestTenant> {
  const tenant = await createTestTenant();
  await querySchema(
    tenant,
    `CREATE TABLE buried_notes (id uuid PRIMARY KEY);
     GRANT SELECT, INSERT, DELETE ON buried_notes TO ${namesOnServers(tenant.id).readWriteRole};`,
  );
  return tenant;
}

/** Inserts a job as a pod does that ends after its commit, before any other pod learns of it. */
async function leaveJob(tenant: TestTenant): Promise<string> {
  const entityId = randomUUID();
  const input = JSON.stringify({ type: "note.deleted", entityId, details: {} });
  await querySchema(
    tenant,
    `INSERT INTO jobs (id, kind, input) VALUES (gen_random_uuid(), 'notes.bury after note.deleted', '${input}')`,
  );
  return entityId;
}

const done = (tenant: TestTenant, id: string) =>
  until(
    () => querySchema(tenant, `SELECT 1 FROM buried_notes WHERE id = '${id}'`),
    ({ length }) => length === 1,
  );

it("a pod does a job of another pod when it hears of it, and announces its own jobs", async () => {
  await using tenant = await createToyTenant();
  await using runtime = await startRuntime(tenant, { main });
  const admin = await administrator(runtime, tenant);
  const id = await leaveJob(tenant);
  await withRedis(inject("redisCache"), (client) =>
    client.publish(redisChannels(namesOnServers(tenant.id).redisPrefix).outbox, '{"jobsWait":true}'),
  );
  await done(tenant, id);
  await withRedis(inject("redisCache"), async (client) => {
    const heard: string[] = [];
    client.on("message", (_channel, text) => void heard.push(text));
    await client.subscribe(redisChannels(namesOnServers(tenant.id).redisPrefix).outbox);
    const table = "type,name\nperson,Ann\n";
    await admin.call("POST", "/customers/imports", table, { "Content-Type": "text/csv" });
    await until(
      () => heard,
      (texts) => texts.includes('{"jobsWait":true}'),
    );
  });
});

it("a pod runs the last scheduled time that all pods have missed, once", async () => {
  await using tenant = await createToyTenant();
  await querySchema(
    tenant,
    `INSERT INTO schedules (name, last_date) VALUES ('nightly.tidy', '2026-01-01');
     INSERT INTO buried_notes VALUES (gen_random_uuid())`,
  );
  await using runtime = await startRuntime(tenant, { main });
  await runtime.line(({ schedule }) => schedule === "nightly.tidy");
  await until(
    () => querySchema(tenant, "SELECT 1 FROM buried_notes"),
    ({ length }) => length === 0,
  );
  expect(
    await querySchema(tenant, "SELECT last_run_at > now() - interval '1 hour' AS now FROM schedules"),
  ).toEqual([{ now: true }]);
});

it("a pod that starts without Redis polls for jobs, and hears of them once Redis is there", async () => {
  await using tenant = await createToyTenant();
  await using cache = await startRelay(inject("redisCache"));
  await cache.cut();
  const redis = { ...tenant.tenantFile.redis, cache: { host: "localhost", port: cache.port } };
  await using runtime = await startRuntime(tenant, {
    main,
    prepare: (files) => files.write("etc/tenant.json", { ...tenant.tenantFile, redis }),
  });
  await runtime.health(({ status }) => status === "degraded");
  await done(tenant, await leaveJob(tenant));
  await cache.mend();
  await runtime.health(({ status }) => status === "healthy");
  const id = await leaveJob(tenant);
  await withRedis(inject("redisCache"), (client) =>
    client.publish(redisChannels(namesOnServers(tenant.id).redisPrefix).outbox, '{"jobsWait":true}'),
  );
  await done(tenant, id);
  await cache.cut();
  await runtime.health(({ down }) => down.includes("events"));
  expect(await done(tenant, await leaveJob(tenant))).toHaveLength(1);
});
