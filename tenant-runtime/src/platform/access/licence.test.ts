import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, type TestDatabase, withClient } from "../../../../harness/services/postgres.ts";
import { systemClock } from "../../../../process/clock.ts";
import { createPlatformTables } from "../../../test/testing/process/create-platform-tables.ts";
import { platformErrors } from "../base/errors.ts";
import type { Database } from "../database/database.ts";
import { asAppError } from "../database/database-errors.ts";
import { createLicence } from "./licence.ts";

const id = "lic2222222";
let server: TestDatabase;

beforeAll(async () => {
  server = await createDatabase(inject("postgres18"));
  await asOperator(async (client) => {
    await createPlatformTables(client);
    await client.query("INSERT INTO public.tenants (id, uid, name) VALUES ($1, gen_random_uuid(), 'north')", [
      id,
    ]);
    await client.query(
      "INSERT INTO public.licenses (tenant_id, plan, modules) VALUES ($1, 'standard', '{customers}')",
      [id],
    );
  });
});
afterAll(() => server?.[Symbol.asyncDispose]());

describe("a licence whose storage is", () => {
  it.each([
    { storage: "open", refused: [] },
    { storage: "near", refused: [] },
    { storage: "full", refused: ["write"] },
    { storage: "closed", refused: ["write", "delete"] },
    { storage: "exhausted", refused: ["write", "delete"] },
  ])("$storage refuses $refused with STORAGE_FULL", async ({ storage, refused }) => {
    await asOperator((client) => client.query("UPDATE public.licenses SET storage = $1", [storage]));
    const licence = createLicence({
      database,
      tenant: { id },
      clock: systemClock,
    });
    const answers = ["read", "write", "delete"].map(async (use) => {
      const attempt = licence.require("customers", use as "read");
      if (refused.includes(use))
        await expect(attempt).rejects.toMatchObject({ code: "STORAGE_FULL", status: 507 });
      else await attempt;
    });
    await Promise.all(answers);
  });
});

it("the storage is read again after a minute, and after 5 s once it is nearly used", async () => {
  let monotonic = 0;
  const clock = { now: () => new Date(), monotonic: () => monotonic };
  const store = (storage: string) =>
    asOperator((client) => client.query("UPDATE public.licenses SET storage = $1", [storage]));
  await store("open");
  const licence = createLicence({ database, tenant: { id }, clock });
  const write = () => licence.require("customers", "write");
  await write();
  await store("near");
  monotonic = 59_999;
  await write();
  monotonic = 60_000;
  await write();
  await store("full");
  monotonic = 64_999;
  await write();
  monotonic = 65_000;
  await expect(write()).rejects.toMatchObject({ code: "STORAGE_FULL" });
});

it("the server's refusal for a full disk becomes STORAGE_FULL", async () => {
  const error = await asOperator((client) =>
    client
      .query("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$")
      .catch((thrown) => thrown),
  );
  expect(asAppError(error)).toMatchObject({
    code: "STORAGE_FULL",
    message: platformErrors.STORAGE_FULL.message,
  });
});

it("the server's refusal for want of memory or of locks becomes DATABASE_UNAVAILABLE", async () => {
  const error = await asOperator((client) =>
    client
      .query("DO $$ BEGIN RAISE EXCEPTION 'out of shared memory' USING ERRCODE = '53200'; END $$")
      .catch((thrown) => thrown),
  );
  expect(asAppError(error)).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
});

const database: Database = {
  transaction: (work) =>
    asOperator((client) =>
      work({
        query: async (text, values) => {
          const { rows, rowCount } = await client.query(text, values && [...values]);
          return { rows, rowCount: rowCount ?? 0 };
        },
        announce: () => {},
        afterCommit: () => {},
        afterCommitOnce: () => {},
      }),
    ),
};

function asOperator<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  return withClient(server.operator, work);
}
