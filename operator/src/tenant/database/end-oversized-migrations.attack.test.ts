import type { ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import { sessionEnded } from "../../../../harness/services/session-ended.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { revokeLogins } from "../resources/database/revoke.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { converge, type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";
import { endOversizedMigrations, mostLocks } from "./end-oversized-migrations.ts";
import { disableMigrator } from "./migration-state.ts";

/** Makes tables that no event trigger sees. Each has a TOAST table with an index, so three relations. */
const plant = (schema: string) => `
  CREATE FUNCTION ${schema}.plant(name text, tables int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
  BEGIN
    FOR n IN 1..tables LOOP
      EXECUTE format('EXPLAIN ANALYZE CREATE TABLE ${schema}.%I AS SELECT word FROM (VALUES (''a'')) AS v (word)', name || n);
    END LOOP;
  END $$;`;
const tooMany = 1_340;
/** Milliseconds that making them may take on a busy machine. */
const manyTables = 120_000;

describe.each(["postgres15", "postgres18"] as const)("relations that no trigger sees, on %s", (server) => {
  let platform: PlatformDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it("cannot be made by an app login with a function of the owner's, once the migration has ended", async () => {
    const { tenant } = await planted("left");
    const { schema } = tenant.names;
    await withClient(tenant.login, (client) => client.query(`SELECT ${schema}.plant('a', 1)`));
    await disableMigrator(platform.postgres, platform.epoch, tenant.names);
    await withClient(tenant.login, async (client) => {
      await expect(client.query(`SELECT ${schema}.plant('b', 1)`)).rejects.toMatchObject({ code: "42501" });
      await expect(
        client.query(`EXPLAIN ANALYZE CREATE TABLE ${schema}.c AS SELECT 1`),
      ).rejects.toMatchObject({ code: "42501" });
    });
    expect(await converge(platform, tenant.desired, tenant.passwords)).toBe(0);
  });

  it("cannot be made by an app login with a right that the owner has given it", async () => {
    const { tenant, migrator } = await planted("given");
    const { schema, roles } = tenant.names;
    await withClient(migrator, (client) =>
      client.query(`SET ROLE ${roles.owner}; GRANT CREATE ON SCHEMA ${schema} TO ${roles.appA}, PUBLIC`),
    );
    await disableMigrator(platform.postgres, platform.epoch, tenant.names);
    await withClient(tenant.login, async (client) => {
      const create = client.query(`EXPLAIN ANALYZE CREATE TABLE ${schema}.c AS SELECT 1`);
      await expect(create).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("disable the migrator while an app login makes them, and then no more can be made", {
    timeout: manyTables,
  }, async () => {
    const { tenant, migrator } = await planted("meanwhile");
    const { schema, roles } = tenant.names;
    await withClient(tenant.login, async (client) => {
      client.on("error", () => {});
      await client.query(`SELECT ${schema}.plant('a', ${tooMany})`);
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([roles.migrator]);
      await expect(client.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
    await expect(withClient(migrator, async () => {})).rejects.toMatchObject({ code: "28P01" });
    await withClient(tenant.login, async (client) => {
      await expect(client.query(`SELECT ${schema}.plant('b', 1)`)).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("end an app login's session before it commits them, and disable the migrator", {
    timeout: manyTables,
  }, async () => {
    const { tenant, migrator } = await planted("open");
    const { schema, roles } = tenant.names;
    await withClient(tenant.login, async (client) => {
      client.on("error", () => {});
      await client.query("BEGIN");
      await client.query(`SELECT ${schema}.plant('a', ${tooMany})`);
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([roles.migrator]);
      await expect(client.query("COMMIT")).rejects.toThrow(sessionEnded);
    });
    await expect(withClient(migrator, async () => {})).rejects.toMatchObject({ code: "28P01" });
  });

  it("disable a migrator although it holds its role, even when another cannot be disabled", {
    timeout: manyTables,
  }, async () => {
    const [stuck, other] = [await planted("stuck"), await planted("other")];
    for (const { tenant, migrator } of [stuck, other])
      await withClient(migrator, (client) =>
        client.query(`SELECT ${tenant.names.schema}.plant('a', ${tooMany})`),
      );
    await withClient(platform.database.superuser, async (holder) => {
      await holder.query(`BEGIN; ALTER ROLE ${stuck.tenant.names.roles.migrator} CONNECTION LIMIT 1`);
      await holding(other.migrator, async () => {
        await expect(endOversizedMigrations(platform.postgres, platform.epoch)).rejects.toThrow("55P03");
      });
      await holder.query("ROLLBACK");
    });
    await expect(withClient(other.migrator, async () => {})).rejects.toMatchObject({ code: "28P01" });
    const disabled = await endOversizedMigrations(platform.postgres, platform.epoch);
    expect(disabled).toEqual([stuck.tenant.names.roles.migrator]);
  });

  it("do not disable a neighbour's migrator, although the role of all tenants owns them", {
    timeout: manyTables,
  }, async () => {
    const [attacker, neighbour] = [await planted("shared"), await planted("beside")];
    const { schema, roles } = attacker.tenant.names;
    await withClient(attacker.migrator, (client) =>
      client.query(`SET ROLE ${roles.owner}; GRANT USAGE, CREATE ON SCHEMA ${schema} TO PUBLIC; SET ROLE dotmac_tenant;
        DO $$ BEGIN
          FOR n IN 1..4001 LOOP EXECUTE format('EXPLAIN ANALYZE CREATE TABLE ${schema}.s%s AS SELECT 1 AS id', n); END LOOP;
        END $$`),
    );
    expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([roles.migrator]);
    await withClient(neighbour.migrator, async () => {});
  });

  it("cannot fill the table of locks by objects that one transaction creates and drops again and again", {
    timeout: manyTables,
  }, async () => {
    const { tenant, migrator } = await planted("dropped");
    const { schema, roles } = tenant.names;
    const constraints = 400;
    const turns = Math.ceil(mostLocks / constraints) + 1;
    await withClient(migrator, async (client) => {
      client.on("error", () => {});
      await client.query(`BEGIN; SET LOCAL ROLE ${roles.owner}`);
      const checks = Array.from({ length: constraints }, (_, n) => `CONSTRAINT k${n} CHECK (true)`).join(" ");
      const churn = (times: number) =>
        client.query(`DO $$ BEGIN FOR n IN 1..${times} LOOP
          CREATE DOMAIN ${schema}.d AS int ${checks};
          DROP DOMAIN ${schema}.d;
        END LOOP; END $$`);
      await churn(10);
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([]);
      await churn(turns - 10);
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([roles.migrator]);
      await expect(client.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
    await expect(withClient(migrator, async () => {})).rejects.toMatchObject({ code: "28P01" });
  });

  async function planted(name: string): Promise<{ tenant: TenantDatabase; migrator: ClientConfig }> {
    const tenant = await tenantDatabase(platform, name);
    const migrator = await migratorLogin(platform, tenant);
    const { schema, roles } = tenant.names;
    await withClient(migrator, (client) => client.query(`SET ROLE ${roles.owner}; ${plant(schema)}`));
    return { tenant, migrator };
  }
});

describe.each(["postgres15", "postgres18"] as const)("a login that holds its role, on %s", (server) => {
  let platform: PlatformDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it("can be disabled", async () => {
    const tenant = await tenantDatabase(platform, "leaving");
    await holding(tenant.login, async () => {
      await revokeLogins(platform.postgres, platform.epoch, tenant.names);
    });
    await expect(withClient(tenant.login, async () => {})).rejects.toMatchObject({ code: "28P01" });
  });

  it("cannot keep a setting that the operator resets", async () => {
    const tenant = await tenantDatabase(platform, "setting");
    const { appA } = tenant.names.roles;
    await withClient(tenant.login, (client) => client.query(`ALTER ROLE ${appA} SET work_mem = '1GB'`));
    await holding(tenant.login, async () => {
      expect(await converge(platform, tenant.desired, tenant.passwords)).toBeGreaterThan(0);
    });
    expect(await converge(platform, tenant.desired, tenant.passwords)).toBe(0);
  });
});

/** Holds the row of the login's own role in an open transaction while `work` goes on. */
async function holding(login: ClientConfig, work: () => Promise<void>): Promise<void> {
  await withClient(login, async (holder) => {
    holder.on("error", () => {});
    await holder.query("BEGIN; ALTER ROLE CURRENT_USER SET work_mem = '2MB'");
    await work();
    await expect(holder.query("COMMIT")).rejects.toThrow(sessionEnded);
  });
}
