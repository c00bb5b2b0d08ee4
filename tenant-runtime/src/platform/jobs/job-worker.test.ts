import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import type {} from "../../../../harness/services/vitest.ts";
import { createLogger } from "../../../../process/log.ts";
import { type MigratedSchema, openMigratedSchema } from "../../../test/testing/database/migrated-schema.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import { defineJob, enqueue } from "./job.ts";
import { JobWorker } from "./job-worker.ts";

let opened: MigratedSchema;
beforeAll(async () => {
  opened = await openMigratedSchema(inject("postgres18"));
});
afterAll(() => opened?.[Symbol.asyncDispose]());

describe("a worker that stops", () => {
  it("waits for its job as long as it is told, then interrupts it, and leaves it due", async () => {
    const { database, schema } = opened;
    const job = defineJob("test.endless", z.object({}));
    const began = Promise.withResolvers<void>();
    const outcomes: string[] = [];
    const worker = new JobWorker({
      database,
      log: createLogger("error"),
      pollMs: () => 60_000,
      attempted: (_kind, outcome) => outcomes.push(outcome),
      saw: () => {},
      end: { waitMs: 60_000, interruptMs: 100 },
      handlers: [
        {
          ...job,
          run: (_transaction, _input, signal) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener("abort", () => reject(signal.reason));
              began.resolve();
            }),
        },
      ],
    });
    await database.transaction((transaction) => enqueue(transaction, job, {}));
    worker.wake();
    await began.promise;
    await worker.stop();
    expect(outcomes).toEqual(["interrupted"]);
    expect(await querySchema(schema, "SELECT attempts, run_at <= now() AS due FROM jobs")).toEqual([
      { attempts: 0, due: true },
    ]);
  });
});
