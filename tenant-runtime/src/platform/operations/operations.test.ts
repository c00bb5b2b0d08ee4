import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { type MigratedSchema, openMigratedSchema } from "../../../test/testing/database/migrated-schema.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import { createLicence } from "../access/licence.ts";
import { noMark } from "../database/idempotency.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { createAudit } from "../events/audit.ts";
import type { Command } from "../events/command.ts";
import { usualBounds } from "../jobs/job.ts";
import { takeJob } from "../jobs/take-job.ts";
import { mostKept, mostUnderWay } from "./operation.ts";
import { type OperationWorker, operationHandler } from "./operation-handler.ts";
import { Operations } from "./operations.ts";

const kind = "tests.count";
const actor = { id: "user-1", requestId: undefined };
const command: Command = { actor, expected: undefined, mark: noMark };
const untouched = { seal: (plaintext: Buffer) => plaintext, open: (sealed: Buffer) => sealed };

let opened: MigratedSchema;
let database: RotatingDatabase;
let operations: Operations;
beforeAll(async () => {
  const server = inject("postgres18");
  opened = await openMigratedSchema(server, { poolSize: 4 });
  ({ database } = opened);
  operations = new Operations({ database, sealer: untouched, audit: createAudit(opened.schema.id) });
});
afterAll(() => opened?.[Symbol.asyncDispose]());
beforeEach(() => query("DELETE FROM jobs; DELETE FROM operations; DELETE FROM outbox_events"));

const query = (text: string) => querySchema(opened.schema, text);

/** Starts an operation whose parts are these numbers. */
async function begun(...parts: number[]): Promise<string> {
  const receiving = await operations.receive(kind, actor);
  for (const part of parts) await receiving.add(part);
  const total = await receiving.complete();
  await operations.start(command, receiving.id, { input: {}, total, dryRun: false });
  return receiving.id;
}

/** Takes one part after another. */
const counting: OperationWorker["step"] = async (transaction, operation) => {
  await operations.takePart(transaction, operation);
  const next = operation.position + 1;
  return { done: 1, refused: 0, next: next < operation.total ? next : undefined };
};

/** Checks for one job of these operations, like a pod's worker at this time of its monotonic clock. */
function looking(step: OperationWorker["step"], monotonic = () => 0) {
  const clock = { now: () => new Date(), monotonic };
  const licence = createLicence({ database, tenant: { id: opened.schema.id }, clock });
  const handler = operationHandler({ kind, licensed: "customers", step }, licence);
  return () => takeJob(database, new Map([[handler.kind, handler]]));
}

it("lists operations by the time of acceptance, and not by the time when their input began to arrive", async () => {
  const slow = await operations.receive(kind, actor);
  const quick = await begun(1);
  await slow.add(1);
  await operations.start(command, slow.id, { input: {}, total: await slow.complete(), dryRun: false });
  const { items } = await operations.list({ limit: 10 });
  expect(items.map(({ id }) => id)).toEqual([slow.id, quick]);
});

describe("an operation", () => {
  it("is done a part at a time", async () => {
    const id = await begun(1, 2);
    const look = looking(counting);
    expect(await look()).toMatchObject({ kind: "done" });
    expect(await operations.retrieve(id)).toMatchObject({ state: "running", done: 1, position: 1 });
    expect(await look()).toMatchObject({ kind: "done" });
    expect(await operations.retrieve(id)).toMatchObject({ state: "succeeded", done: 2, error: null });
    expect(await look()).toMatchObject({ kind: "nothing" });
  });

  it("tells its followers of its progress at most once a second, and of its end", async () => {
    const id = await begun(1, 2, 3, 4);
    const look = looking(counting);
    const told = (at: string) =>
      query(`UPDATE jobs SET input = input || '{"told": "${at}"}' WHERE run_at <= now()`);
    await look();
    await told("2999-01-01T00:00:00.000Z");
    await look();
    await told("2000-01-01T00:00:00.000Z");
    await look();
    await look();
    const common = { createdBy: actor.id, kind, total: 4, refused: 0 };
    const events = await query(
      "SELECT type, entity_id AS id, payload FROM outbox_events ORDER BY recorded_as",
    );
    expect(events).toEqual([
      { type: "operation.progressed", id, payload: { ...common, state: "running", done: 1 } },
      { type: "operation.progressed", id, payload: { ...common, state: "running", done: 3 } },
      { type: "operation.ended", id, payload: { ...common, state: "succeeded", done: 4 } },
    ]);
  });

  it("tells its followers when it is cancelled", async () => {
    const id = await begun(1);
    await operations.cancel(command, id);
    expect(await query("SELECT type, payload ->> 'state' AS state FROM outbox_events")).toEqual([
      { type: "operation.ended", state: "cancelled" },
    ]);
  });

  it("fails in its middle when the licence ends, and keeps the parts that are done", async () => {
    const id = await begun(1, 2, 3);
    let monotonic = 0;
    const look = looking(counting, () => monotonic);
    await look();
    await query("UPDATE public.licenses SET expires_at = now() - interval '1 minute'");
    monotonic += 60_000;
    expect(await look()).toMatchObject({ kind: "done" });
    await query("UPDATE public.licenses SET expires_at = NULL");
    const error = { code: "LICENSE_EXPIRED", message: expect.any(String) };
    expect(await operations.retrieve(id)).toMatchObject({ state: "failed", done: 1, error });
    expect(await look()).toMatchObject({ kind: "nothing" });
    expect(await query("SELECT 1 FROM operation_parts")).toEqual([]);
  });

  it("fails once a part has had the most attempts of a job, without the writes of that part", async () => {
    const id = await begun(1, 2);
    const look = looking(async (transaction, operation, signal) => {
      await counting(transaction, operation, signal);
      throw new Error("a fault");
    });
    for (let attempt = 1; attempt < usualBounds.attempts; attempt += 1) {
      expect(await look()).toMatchObject({ kind: "failed", givenUp: false });
      await query("UPDATE jobs SET run_at = now() WHERE failed_at IS NULL AND attempts > 0");
    }
    expect(await operations.retrieve(id)).toMatchObject({ state: "waiting", finishedAt: null, done: 0 });
    expect(await look()).toMatchObject({ kind: "failed", givenUp: true });
    const error = { code: "INTERNAL", message: expect.any(String) };
    expect(await operations.retrieve(id)).toMatchObject({ state: "failed", done: 0, error });
    expect(await query("SELECT 1 FROM operation_parts")).toEqual([]);
  });

  it("that is cancelled frees its place for another", async () => {
    const ids = await Promise.all(Array.from({ length: mostUnderWay }, () => begun(1)));
    await expect(begun(1)).rejects.toMatchObject({ code: "OPERATION_LIMIT_REACHED" });
    await operations.cancel(command, ids[0] ?? "");
    await begun(1);
  });
});

describe("the table of operations", () => {
  it("holds no more operations in progress than its bound when many requests come at the same time", async () => {
    const asked = await Promise.allSettled(
      Array.from({ length: 3 * mostUnderWay }, () => operations.receive(kind, actor)),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(mostUnderWay);
    expect(await query("SELECT 1 FROM operations")).toHaveLength(mostUnderWay);
  });

  it("keeps the last operations that have ended, with their reports, and deletes the others", async () => {
    await query(`
      INSERT INTO operations (id, kind, state, created_by, finished_at, expires_at)
      SELECT gen_random_uuid(), 'tests.' || n, 'succeeded', 'user-1', now() - make_interval(mins => n), now() + interval '1 day'
        FROM generate_series(1, ${mostKept + 20}) n;
      INSERT INTO operation_results (operation_id, line, number, outcome) SELECT id, 1, 0, 'created' FROM operations`);
    await begun(1);
    const kept = await query(
      "SELECT kind FROM operations WHERE finished_at IS NOT NULL ORDER BY finished_at DESC",
    );
    expect(kept.map((row) => row.kind)).toEqual(
      Array.from({ length: mostKept }, (_, index) => `tests.${index + 1}`),
    );
    expect(await query("SELECT 1 FROM operation_results")).toHaveLength(mostKept);
  });
});
