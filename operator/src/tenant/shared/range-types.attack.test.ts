import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import type { PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";

const own = `CREATE FUNCTION apart(a float8, b float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN PERFORM pg_sleep(3600); RETURN a - b; END $$`;

describe.each(["postgres15", "postgres18"] as const)("a range type of a tenant, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  beforeAll(async () => {
    ({ platform, north } = await twoTenants(inject(server)));
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it.each([
    ["at once", `CREATE TYPE slow AS RANGE (subtype = float8, subtype_diff = apart)`],
    [
      "within a function",
      `DO $do$ BEGIN EXECUTE 'CREATE TYPE slow AS RANGE (subtype = float8, subtype_diff = apart)'; END $do$`,
    ],
    [
      "with other objects",
      `CREATE TYPE pair AS (a int); CREATE TYPE slow AS RANGE (subtype = float8, subtype_diff = apart)`,
    ],
  ])("calls no function of the tenant while a buffer is locked: created %s", async (_, statement) => {
    await asOwner(async (client) => {
      await client.query(own);
      await expect(client.query(statement)).rejects.toMatchObject({
        code: "42501",
        message: expect.stringContaining("The range type"),
        hint: expect.stringContaining("float8mi"),
      });
    });
  });

  it("may call functions of PostgreSQL, in an index too", async () => {
    await asOwner(async (client) => {
      await client.query("CREATE TYPE heights AS RANGE (subtype = float8, subtype_diff = float8mi)");
      await client.query("CREATE TYPE plain AS RANGE (subtype = float8)");
      await client.query("CREATE TABLE hills (h heights); CREATE INDEX ON hills USING gist (h)");
      await client.query(
        "INSERT INTO hills SELECT heights(n, n + 1) FROM generate_series(1, 2000) AS n; DROP TYPE plain",
      );
    });
  });

  async function asOwner(work: (client: Client) => Promise<void>): Promise<void> {
    await withClient(await migratorLogin(platform, north), async (client) => {
      await client.query(
        `BEGIN; SET LOCAL ROLE ${north.names.roles.owner}; SET LOCAL search_path = ${north.names.schema}, pg_catalog`,
      );
      await work(client);
    });
  }
});
