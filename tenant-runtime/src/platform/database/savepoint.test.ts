import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { openSchemaDatabase } from "../../../test/testing/database/tenant-database.ts";
import { createTenantSchema, type TenantSchema } from "../../../test/testing/process/test-tenant.ts";
import type { Transaction } from "./database.ts";
import type { RotatingDatabase } from "./rotating-database.ts";
import { rehearsal, savepoint } from "./savepoint.ts";

const server = inject("postgres18");
let schema: TenantSchema;
let database: RotatingDatabase;
beforeAll(async () => {
  schema = await createTenantSchema(server);
  database = openSchemaDatabase(server, schema);
});
afterAll(async () => {
  await database?.close();
  await schema?.[Symbol.asyncDispose]();
});

/** Runs `work` in a transaction, and returns what its deferred work has noted. */
async function noted(work: (transaction: Transaction, note: (text: string) => () => void) => Promise<void>) {
  const notes: string[] = [];
  await database
    .transaction((transaction) => work(transaction, (text) => () => void notes.push(text)))
    .catch((error: Error) => notes.push(error.message));
  return notes;
}

const undone = async (): Promise<never> => Promise.reject(new Error("undone"));

describe("work that is deferred until after a commit", () => {
  it("runs once for each call, or once for each name", async () => {
    const notes = noted(async (transaction, note) => {
      transaction.afterCommit(note("each"));
      transaction.afterCommit(note("each"));
      transaction.afterCommitOnce("name", note("first"));
      transaction.afterCommitOnce("name", note("last"));
    });
    expect(await notes).toEqual(["each", "each", "last"]);
  });

  it("does not run in a transaction that fails", async () => {
    const notes = noted(async (transaction, note) => {
      transaction.afterCommit(note("never"));
      await undone();
    });
    expect(await notes).toEqual(["undone"]);
  });

  it("is kept when its savepoint is released, also within another savepoint", async () => {
    const notes = noted((transaction, note) =>
      savepoint(transaction, (outer) =>
        savepoint(outer, async (inner) => {
          inner.afterCommit(note("each"));
          inner.afterCommitOnce("name", note("once"));
        }),
      ),
    );
    expect(await notes).toEqual(["each", "once"]);
  });

  it("is dropped with a savepoint that is rolled back, and with a rehearsal", async () => {
    const notes = noted(async (transaction, note) => {
      const failing = savepoint(transaction, async (within) => {
        await savepoint(within, async (inner) => inner.afterCommit(note("of a part that is undone")));
        await undone();
      });
      await expect(failing).rejects.toThrow("undone");
      await rehearsal(transaction, async (within) => {
        await savepoint(within, async (inner) => inner.afterCommit(note("of a rehearsal")));
      });
      transaction.afterCommit(note("kept"));
    });
    expect(await notes).toEqual(["kept"]);
  });
});
