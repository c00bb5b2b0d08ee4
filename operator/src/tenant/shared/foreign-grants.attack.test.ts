import type { ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import type { PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";

const objects = `
  CREATE TABLE customers (id int, name text);
  CREATE SEQUENCE numbers;
  CREATE TYPE mood AS ENUM ('good');
  CREATE FUNCTION plus(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'`;

/** `WHO` is the role that a statement names, `HERE` the migrator's schema. */
const statements: readonly string[] = [
  "GRANT SELECT ON customers TO WHO",
  "GRANT ALL ON ALL TABLES IN SCHEMA HERE TO WHO",
  "GRANT UPDATE (name) ON customers TO WHO",
  "GRANT USAGE ON SEQUENCE numbers TO WHO",
  "GRANT USAGE ON TYPE mood TO WHO",
  "GRANT EXECUTE ON FUNCTION plus TO WHO",
  "GRANT USAGE ON SCHEMA HERE TO WHO",
  "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO WHO",
  "ALTER DEFAULT PRIVILEGES IN SCHEMA HERE GRANT EXECUTE ON ROUTINES TO WHO",
  "CREATE POLICY one ON customers TO WHO USING (true)",
  "CREATE POLICY others ON customers TO HERE_owner; ALTER POLICY others ON customers TO WHO",
  "DO 'BEGIN GRANT SELECT ON customers TO WHO; EXCEPTION WHEN division_by_zero THEN NULL; END'",
  "SAVEPOINT one; GRANT SELECT ON customers TO WHO",
];

describe.each(["postgres15", "postgres18"] as const)("a migrator's grant, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;
  let migrator: ClientConfig;

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
    migrator = await migratorLogin(platform, north);
    await asOwner(objects, "COMMIT");
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it.each(statements)("names roles of its own tenant and PUBLIC alone: %s", async (statement) => {
    const others = [
      ...Object.values(south.names.roles),
      "dotmac_tenant",
      "dotmac_operator",
      "pgbouncer_auth",
    ];
    for (const role of others) {
      await expect(asOwner(filled(statement, role), "COMMIT"), role).rejects.toMatchObject({
        code: "42501",
        message: expect.stringContaining(`for the role ${role}`),
      });
    }
    const { appA, readWrite, migrator: own } = north.names.roles;
    for (const role of [appA, readWrite, own, "PUBLIC"]) await asOwner(filled(statement, role), "ROLLBACK");
  });

  it.each([
    "CREATE TABLE shared (id int)",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO SOUTH",
    "RESET ROLE; ALTER TABLE customers OWNER TO dotmac_tenant",
  ])("creates nothing that the role of all tenants owns: %s", async (statement) => {
    await expect(asShared(statement)).rejects.toMatchObject({
      code: "42501",
      message: expect.stringContaining("for the role dotmac_tenant"),
    });
  });

  it.each(["GRANT SELECT ON unseen TO SOUTH", "CREATE POLICY one ON unseen TO SOUTH USING (true)"])(
    "cannot name another tenant's role on objects of that role, even if no trigger saw their creation: %s",
    async (statement) => {
      await asShared("EXPLAIN ANALYZE CREATE TABLE unseen AS SELECT 1 AS id");
      try {
        await expect(asShared(statement)).rejects.toMatchObject({
          code: "42501",
          message: expect.stringContaining(`for the role ${south.names.roles.appA}`),
        });
      } finally {
        await asShared("DROP TABLE unseen");
      }
    },
  );

  it("is possible although another's role has older rights, and so is revoking them", async () => {
    const { roles, schema } = north.names;
    await withClient(platform.database.operator, (client) =>
      client.query(
        `SET ROLE ${roles.owner}; GRANT SELECT ON ${schema}.customers TO ${south.names.roles.readWrite}`,
      ),
    );
    const rights = `SELECT has_table_privilege($1, '${schema}.customers', 'SELECT') AS "may"`;
    const may = () => platform.postgres.query(rights, [south.names.roles.readWrite]);
    await asOwner(`GRANT SELECT ON customers TO ${roles.readWrite}`, "COMMIT");
    expect(await may()).toEqual([{ may: true }]);
    await asOwner(`REVOKE ALL ON customers FROM ${south.names.roles.readWrite}`, "COMMIT");
    expect(await may()).toEqual([{ may: false }]);
  });

  function filled(statement: string, role: string): string {
    return statement.replaceAll("WHO", role).replaceAll("HERE", north.names.schema);
  }

  /** Runs the statement as the role that all tenants share, which the owner lets make objects in its schema. */
  async function asShared(statement: string): Promise<void> {
    await asOwner(filled("GRANT USAGE, CREATE ON SCHEMA HERE TO PUBLIC", ""), "COMMIT");
    const text = filled(statement, "").replaceAll("SOUTH", south.names.roles.appA);
    await asOwner(`SET LOCAL ROLE dotmac_tenant; ${text}`, "COMMIT");
  }

  async function asOwner(sql: string, end: "COMMIT" | "ROLLBACK"): Promise<void> {
    const { roles, schema } = north.names;
    await withClient(migrator, async (client) => {
      await client.query(`SET ROLE ${roles.owner}; SET search_path = ${schema}`);
      await client.query("BEGIN");
      await client.query(sql);
      await client.query(end);
    });
  }
});
