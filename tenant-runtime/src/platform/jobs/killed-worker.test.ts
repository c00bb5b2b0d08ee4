import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { type MigratedSchema, openMigratedSchema } from "../../../test/testing/database/migrated-schema.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import {
  effectInput,
  type KilledWorker,
  startJobWorker,
  steps,
} from "../../../test/testing/process/killed-worker.ts";
import { until } from "../../../test/testing/process/until.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { defineJob, enqueue } from "./job.ts";

const server = inject("postgres18");
let opened: MigratedSchema;
let database: RotatingDatabase;
let settings: KilledWorker;
beforeAll(async () => {
  opened = await openMigratedSchema(server);
  ({ database } = opened);
  const login = { user: namesOnServers(opened.schema.id).appLogins.b, password: opened.schema.password };
  const { host, port, ca } = server;
  settings = { login, host, port, ca, name: opened.schema.database.name };
});
afterAll(() => opened?.[Symbol.asyncDispose]());
beforeEach(() => query("DELETE FROM jobs; DELETE FROM outbox_events"));

const query = (text: string) => querySchema(opened.schema, text);
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
