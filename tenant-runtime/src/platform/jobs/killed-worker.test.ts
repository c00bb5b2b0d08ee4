import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { openSchemaDatabase } from "../../../test/testing/database/tenant-database.ts";
import {
  effectInput,
  type KilledWorker,
  startJobWorker,
  steps,
} from "../../../test/testing/process/killed-worker.ts";
import { createTenantSchema, type TenantSchema } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { defineJob, enqueue } from "./job.ts";

const server = inject("postgres18");
let schema: TenantSchema;
let database: RotatingDatabase;
let settings: KilledWorker;
beforeAll(async () => {
  schema = await createTenantSchema(server);
  await schema.migrate();
  database = openSchemaDatabase(server, schema);
  const login = { user: namesOnServers(schema.id).appLogins.b, password: schema.password };
  const { host, port, ca } = server;
  settings = { login, host, port, ca, name: schema.database.name };
});
afterAll(async () => {
  await database?.close();
  await schema?.[Symbol.asyncDispose]();
});
beforeEach(() => query("DELETE FROM jobs; DELETE FROM outbox_events"));

const query = (text: string) =>
  withClient(schema.database.superuser, async (client) => {
    await client.query(`SET search_path = t_${schema.id}`);
    return (await client.query(text)).rows;
  });
const effects = () => query("SELECT entity_id FROM outbox_events WHERE type = 'test.effect'");

/** Waits until PostgreSQL has noticed that the killed worker is gone. */
const forgotten = () =>
  until(
    () => query(`SELECT 1 FROM pg_stat_activity WHERE usename = '${settings.login.user}'`),
    (sessions) => sessions.length === 0,
  );

describe("a worker that is killed", () => {
  it.each(steps)("%s has its job done once", async (step) => {
    await database.transaction((transaction) =>
      enqueue(transaction, defineJob("test.effect", effectInput), { id: step }),
    );
    {
      await using killed = startJobWorker({ ...settings, step });
      await killed.said(`at ${step}`);
      const isCommitted = step === "after the commit";
      expect(await effects()).toEqual(isCommitted ? [{ entity_id: step }] : []);
      await killed.kill();
    }
    await forgotten();
    // Instead of waiting for the end of the time in which the worker may lock what it has taken.
    await query("UPDATE jobs SET run_at = now()");
    await using next = startJobWorker(settings);
    await next.said("no job waits");
    expect(await effects()).toEqual([{ entity_id: step }]);
    expect(await query("SELECT 1 FROM jobs")).toEqual([]);
  });

  it("while it takes a job leaves the job to others after five seconds", async () => {
    await database.transaction((transaction) =>
      enqueue(transaction, defineJob("test.effect", effectInput), { id: "taken" }),
    );
    await using killed = startJobWorker({ ...settings, step: "after it has taken the job" });
    await killed.said("at after it has taken the job");
    const taken = await query("SELECT attempts, run_at - taken_at = interval '5 s' AS soon FROM jobs");
    expect(taken).toEqual([{ attempts: 1, soon: true }]);
  });
});
