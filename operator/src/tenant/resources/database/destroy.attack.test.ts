import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import {
  type PostgresConnection,
  startPostgres,
  withClient,
} from "../../../../../harness/services/postgres.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { allowCreation } from "../../testing/database/allow-creation.ts";
import { attemptStatement } from "../../testing/database/attempt-statement.ts";
import { type PlatformDatabase, platformDatabase } from "../../testing/database/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../../testing/database/tenant-database.ts";
import { destroyDatabase } from "./destroy.ts";
import { revokeLogins } from "./revoke.ts";

/** The role that runs the statements against the destruction. */
type Who = "app" | "owner";

interface Obstacle {
  readonly by: Who;
  readonly statements: readonly string[];
  /** Statements that an accomplice's owner runs first. */
  readonly accomplice?: readonly string[];
}

/** `NORTH` and `SOUTH` are the schemas of the tenant and of its accomplice. */
const obstacles: Readonly<Record<string, Obstacle>> = {
  "default privileges of a login": {
    by: "app",
    statements: ["ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"],
  },
  "default privileges for a tenant's other role": {
    by: "app",
    statements: [
      "SET ROLE NORTH_rw",
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO NORTH_app_a",
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO dotmac_tenant",
    ],
  },
  "default privileges of the owner": {
    by: "owner",
    statements: [
      "ALTER DEFAULT PRIVILEGES IN SCHEMA NORTH GRANT ALL ON TABLES TO SOUTH_rw WITH GRANT OPTION",
    ],
  },
  "settings of its own": {
    by: "app",
    statements: [
      "ALTER ROLE CURRENT_USER SET work_mem = '1MB'",
      "ALTER ROLE CURRENT_USER IN DATABASE postgres SET work_mem = '1MB'",
    ],
  },
  "its membership taken from the operator": {
    by: "app",
    statements: ["REVOKE NORTH_app_a FROM dotmac_operator"],
  },
  "its membership given to others": {
    by: "app",
    statements: ["GRANT NORTH_app_a TO SOUTH_app_a WITH ADMIN OPTION"],
  },
  "rights given to another": {
    by: "owner",
    statements: [
      "GRANT ALL ON ALL TABLES IN SCHEMA NORTH TO SOUTH_rw WITH GRANT OPTION",
      "GRANT ALL ON SCHEMA NORTH TO SOUTH_rw",
    ],
  },
  "rights that another gave, by way of a third role": {
    by: "app",
    statements: [],
    accomplice: [
      "CREATE TABLE shared (id int)",
      "GRANT USAGE ON SCHEMA SOUTH TO NORTH_rw, NORTH_app_a WITH GRANT OPTION",
      "GRANT ALL ON shared TO SOUTH_rw WITH GRANT OPTION",
      "SET ROLE SOUTH_rw",
      "GRANT ALL ON shared TO NORTH_owner, NORTH_rw, NORTH_app_a",
    ],
  },
  "another's policy for its role": {
    by: "app",
    statements: [],
    accomplice: [
      "CREATE TABLE guarded (id int)",
      "CREATE POLICY for_north ON guarded TO NORTH_app_a, NORTH_owner USING (true)",
    ],
  },
  "another's table of its type": {
    by: "owner",
    statements: [
      "CREATE TYPE mood AS ENUM ('good')",
      "GRANT USAGE ON SCHEMA NORTH TO SOUTH_owner",
      "SET ROLE SOUTH_owner",
      "CREATE TABLE SOUTH.moods (m NORTH.mood)",
    ],
  },
  "objects of every kind": {
    by: "owner",
    statements: [
      "CREATE TABLE parent (id int GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY RANGE (at)",
      "CREATE TABLE child PARTITION OF parent FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      "CREATE TABLE serials (id serial)",
      "CREATE VIEW seen AS SELECT * FROM parent",
      "CREATE MATERIALIZED VIEW grown AS SELECT * FROM seen",
      "CREATE FUNCTION plus(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1'",
      "CREATE PROCEDURE act() LANGUAGE sql AS 'SELECT 1'",
      "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int)",
      "CREATE OPERATOR @#@ (RIGHTARG = int, FUNCTION = plus)",
      "CREATE TYPE pair AS (a int, b int)",
      "CREATE TYPE heights AS RANGE (subtype = float8, subtype_diff = float8mi)",
      "CREATE FUNCTION top(h heights) RETURNS float8 LANGUAGE sql AS 'SELECT upper(h)'",
      "CREATE TEXT SEARCH CONFIGURATION words (COPY = pg_catalog.simple)",
      'CREATE COLLATION own FROM "C"',
      "CREATE STATISTICS dependent ON id, at FROM child",
    ],
  },
};

describe.each(["postgres15", "postgres18"] as const)("a tenant's data, on %s", (server) => {
  let platform: PlatformDatabase;
  let accomplice: TenantDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    accomplice = await tenantDatabase(platform, "accomplice");
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(Object.entries(obstacles))("are destroyed in spite of %s", async (name, obstacle) => {
    const tenant = await tenantDatabase(platform, name.replaceAll(/\W+/g, "-"));
    const ownersTable = "CREATE TABLE customers (id int)";
    await asOwner(tenant, [ownersTable]);
    await asOwner(accomplice, fill(tenant, obstacle.accomplice ?? []));
    if (obstacle.by === "owner") await asOwner(tenant, fill(tenant, obstacle.statements));
    else
      await withClient(tenant.login, async (client) => {
        for (const statement of fill(tenant, obstacle.statements)) await attemptStatement(client, statement);
      });
    await destroyed(tenant);
    await withClient(accomplice.login, (client) => client.query("SELECT id FROM public.tenants"));
  });

  it("are destroyed while a session of the tenant still holds them", async () => {
    const tenant = await tenantDatabase(platform, "holder");
    await asOwner(tenant, [
      "CREATE TABLE customers (id int)",
      `GRANT SELECT ON customers TO ${tenant.names.roles.readWrite}`,
    ]);
    await withClient(tenant.login, async (client) => {
      await client.query("BEGIN");
      await client.query("SELECT * FROM customers");
      await destroyed(tenant);
    });
  });

  it("cannot be kept by a prepared transaction", async () => {
    const tenant = await tenantDatabase(platform, "prepares");
    await withClient(tenant.login, async (client) => {
      await client.query("BEGIN");
      await expect(client.query("PREPARE TRANSACTION 'held'")).rejects.toMatchObject({ code: "55000" });
    });
    await destroyed(tenant);
  });

  it.each([
    ["a publication", "CREATE PUBLICATION mine FOR ALL TABLES"],
    ["a publication of its table", "CREATE PUBLICATION mine FOR TABLE customers"],
    ["a foreign server", "CREATE SERVER mine FOREIGN DATA WRAPPER none"],
    ["an extension", "CREATE EXTENSION pgcrypto"],
    ["an event trigger", "CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION plus()"],
    ["a schema", "CREATE SCHEMA mine"],
    ["a large object", "SELECT lo_create(0)"],
    ["a replication slot", "SELECT pg_create_logical_replication_slot('mine', 'test_decoding')"],
    ["a language", "CREATE LANGUAGE mine HANDLER plpgsql_call_handler"],
  ])("are the only objects that an owner can have: not %s", async (name, statement) => {
    const tenant = await tenantDatabase(platform, name.replaceAll(/\W+/g, "-"));
    await asOwner(tenant, ["CREATE TABLE customers (id int)"]);
    await expect(asOwner(tenant, [statement])).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|42704)$/),
    });
    await destroyed(tenant);
  });

  it("are destroyed although there are more objects than the server has locks", async () => {
    await using small = await startPostgres({
      version: server === "postgres15" ? 15 : 18,
      settings: { max_connections: "12", max_locks_per_transaction: "10" },
    });
    await using few = await platformDatabase(small satisfies PostgresConnection);
    const tenant = await tenantDatabase(few, "many");
    await allowCreation(few, tenant);
    for (let batch = 0; batch < 12; batch += 1) {
      const tables = `DO $$ BEGIN FOR n IN 1..60 LOOP
        EXECUTE format('CREATE TABLE t_%s_%s (id serial PRIMARY KEY)', ${batch}, n); END LOOP; END $$`;
      await withClient(few.database.operator, async (client) => {
        await client.query(`SET ROLE ${tenant.names.roles.owner}; SET search_path = ${tenant.names.schema}`);
        await client.query(tables);
      });
    }
    const drop = `DROP SCHEMA ${tenant.names.schema} CASCADE`;
    await expect(few.postgres.query(drop)).rejects.toThrow("out of shared memory");
    await revokeLogins(few.postgres, few.epoch, tenant.names);
    await destroyDatabase(few.postgres, few.epoch, tenant.names);
    expect(
      await few.postgres.query("SELECT FROM pg_namespace WHERE nspname = $1", [tenant.names.schema]),
    ).toEqual([]);
  });

  it("are destroyed by few statements in spite of many grants to its roles", async () => {
    const tenant = await tenantDatabase(platform, "granted");
    const grantees = Object.values(tenant.names.roles).join(", ");
    await asOwner(accomplice, [
      `DO $do$ BEGIN FOR n IN 1..1200 LOOP
         EXECUTE format('CREATE FUNCTION f%s() RETURNS int LANGUAGE sql AS $$SELECT 1$$', n);
         EXECUTE format('GRANT ALL ON FUNCTION f%s() TO ${grantees}', n); END LOOP; END $do$`,
    ]);
    let statements = 0;
    const counted: Postgres = {
      ...platform.postgres,
      fenced: (epoch, work) =>
        platform.postgres.fenced(epoch, (transaction) =>
          work({
            query: (text, values) => {
              statements += 1;
              return transaction.query(text, values);
            },
          }),
        ),
    };
    await destroyed(tenant, counted);
    expect(statements).toBeLessThan(100);
  });

  async function destroyed({ names }: TenantDatabase, postgres = platform.postgres): Promise<void> {
    await revokeLogins(postgres, platform.epoch, names);
    await destroyDatabase(postgres, platform.epoch, names);
    const left = await platform.postgres.query(
      `SELECT rolname AS name FROM pg_roles WHERE rolname LIKE $1
       UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE $1`,
      [`${names.schema}%`],
    );
    expect(left).toEqual([]);
  }

  function fill({ names }: TenantDatabase, statements: readonly string[]): string[] {
    return statements.map((text) =>
      text.replaceAll("NORTH", names.schema).replaceAll("SOUTH", accomplice.names.schema),
    );
  }

  async function asOwner(tenant: TenantDatabase, statements: readonly string[]): Promise<void> {
    const { names } = tenant;
    await allowCreation(platform, tenant, accomplice);
    await withClient(platform.database.operator, async (client) => {
      await client.query(`SET ROLE ${names.roles.owner}`);
      await client.query(`SET search_path = ${names.schema}`);
      for (const statement of statements) {
        if (statement.startsWith("SET ROLE")) await client.query("RESET ROLE");
        await client.query(statement);
      }
    });
  }
});
