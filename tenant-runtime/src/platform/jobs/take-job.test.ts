import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { openSchemaDatabase } from "../../../test/testing/database/tenant-database.ts";
import { createTenantSchema, type TenantSchema } from "../../../test/testing/process/test-tenant.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { defineJob, enqueue, type JobHandler } from "./job.ts";
import { mostAttempts, takeJob } from "./take-job.ts";

const note = defineJob("test.note", z.object({ text: z.string() }));

describe.each(["postgres15", "postgres18"] as const)("jobs on %s", (name) => {
  const server = inject(name);
  let schema: TenantSchema;
  let database: RotatingDatabase;
  beforeAll(async () => {
    schema = await createTenantSchema(server);
    await schema.migrate();
    database = openSchemaDatabase(server, schema, { poolSize: 4 });
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
  const leave = (...texts: string[]) =>
    database.transaction(async (transaction) => {
      for (const text of texts) await enqueue(transaction, note, { text });
    });
  const handling = (run: JobHandler["run"]) => new Map([[note.kind, { kind: note.kind, run }]]);
  const given = z.object({ text: z.string() });

  it("are not there when the transaction that leaves them fails", async () => {
    const failing = database.transaction(async (transaction) => {
      await enqueue(transaction, note, { text: "never" });
      throw new Error("the command failed");
    });
    await expect(failing).rejects.toThrow("the command failed");
    expect(await query("SELECT 1 FROM jobs")).toEqual([]);
  });

  it("are each done once, however many workers take them at the same time", async () => {
    await leave("a", "b", "c", "d", "e", "f");
    const done: string[] = [];
    const handlers = handling(async (_transaction, input) => {
      done.push(given.parse(input).text);
    });
    const work = async () => {
      while ((await takeJob(database, handlers)).kind !== "nothing");
    };
    await Promise.all([work(), work(), work()]);
    expect(done.sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(await query("SELECT 1 FROM jobs")).toEqual([]);
  });

  it("that fail leave nothing of what they wrote, wait, and are given up in the end", async () => {
    await leave("broken");
    const handlers = handling(async (transaction) => {
      await transaction.query(
        `INSERT INTO outbox_events (id, type, entity_type, entity_id, payload)
         VALUES (gen_random_uuid(), 'test.done', 'test', '1', '{}')`,
      );
      throw new Error("a fault");
    });
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const givenUp = attempt === mostAttempts;
      expect(await takeJob(database, handlers)).toMatchObject({ kind: "failed", job: "test.note", givenUp });
      const { dueInMs, ...look } = (await takeJob(database, handlers)) as { kind: string; dueInMs?: number };
      expect(look).toEqual({ kind: "nothing" });
      if (givenUp) expect(dueInMs).toBeUndefined();
      else expect(Math.abs((dueInMs ?? 0) - 2 ** (attempt - 1) * 5_000)).toBeLessThan(4_000);
      await query("UPDATE jobs SET run_at = now()");
    }
    expect(await takeJob(database, handlers)).toEqual({ kind: "nothing" });
    expect(await query("SELECT attempts, failed_at IS NOT NULL AS given_up FROM jobs")).toEqual([
      { attempts: mostAttempts, given_up: true },
    ]);
    expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
  });

  it("that another worker holds are due, so that this one looks again soon", async () => {
    await leave("slow");
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const isRunning = Promise.withResolvers<void>();
    const other = takeJob(
      database,
      handling(async () => {
        isRunning.resolve();
        await held;
      }),
    );
    await isRunning.promise;
    const look = await takeJob(
      database,
      handling(async () => {}),
    );
    expect(look.kind === "nothing" && look.dueInMs).toBeLessThanOrEqual(0);
    release();
    expect((await other).kind).toBe("done");
  });

  it("that fail by a statement are postponed like others", async () => {
    await leave("broken");
    const handlers = handling(async (transaction) => void (await transaction.query("SELECT 1 / 0")));
    expect(await takeJob(database, handlers)).toMatchObject({ kind: "failed", givenUp: false });
    expect(await query("SELECT attempts, run_at > now() AS waits FROM jobs")).toEqual([
      { attempts: 1, waits: true },
    ]);
  });

  it("of a kind that this image does not know are left for another", async () => {
    await query("INSERT INTO jobs (id, kind, input) VALUES (gen_random_uuid(), 'later.image', '{}')");
    expect(
      await takeJob(
        database,
        handling(async () => {}),
      ),
    ).toEqual({ kind: "nothing" });
    expect(await query("SELECT attempts FROM jobs")).toEqual([{ attempts: 0 }]);
  });
});
