import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { scramVerifier } from "../../clients/postgres/scram.ts";
import { destroyDatabase } from "../resources/database/destroy.ts";
import { revokeLogins } from "../resources/database/revoke.ts";
import { repairSharedObjects } from "../shared/repair-shared-objects.ts";
import { startPlatform } from "../start-platform.ts";
import { allowCreation } from "../testing/database/allow-creation.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { converge, type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";
import { disableMigrator, enableMigrator, observeMigration, recordMigration } from "./migration-state.ts";
import { findRecord } from "./records.ts";
import { retainRecord } from "./retain-record.ts";

/** Reports each evaluation in a notice. Raises an error when a role other than a tenant's evaluates it. */
const trap = `CREATE FUNCTION trap(value anyelement) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user !~ '^t_[a-z2-7]{10}_' THEN RAISE EXCEPTION 'trapped %', current_user; END IF;
  RAISE NOTICE 'evaluated as %', current_user;
  RETURN value;
END $$`;

/** Objects that a schema's owner can define, by name. PostgreSQL evaluates each when a session uses its table. */
const plants: Readonly<Record<string, readonly string[]>> = {
  "a view in place of the table of migrations": [
    "ALTER TABLE schema_migrations RENAME TO kept",
    "CREATE VIEW schema_migrations AS SELECT trap(version) AS version FROM kept",
    "GRANT SELECT ON schema_migrations TO PUBLIC",
  ],
  "a row policy that binds all roles": [
    "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "CREATE POLICY plant ON schema_migrations USING (trap(version) > 0)",
  ],
  "a rule": [
    "CREATE RULE plant AS ON UPDATE TO schema_migrations DO INSTEAD SELECT trap(1)",
    "CREATE VIEW ruled AS SELECT 1 AS one",
    'CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO ruled DO INSTEAD SELECT trap(1) AS one',
  ],
  triggers: [
    "CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM trap(1); RETURN old; END'",
    `CREATE TRIGGER plant BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON schema_migrations
       FOR EACH STATEMENT EXECUTE FUNCTION fires()`,
    "CREATE TRIGGER more AFTER DELETE ON schema_migrations FOR EACH ROW EXECUTE FUNCTION fires()",
  ],
  "an index on an expression": [
    "CREATE INDEX ON schema_migrations (trap(version))",
    "CREATE INDEX ON schema_migrations (version) WHERE trap(version) > 0",
    "CREATE STATISTICS plant ON (trap(version)), version FROM schema_migrations",
  ],
  "a default, a check, a generated column and a domain": [
    "CREATE DOMAIN checked AS int CHECK (trap(value) > 0)",
    `CREATE TABLE typed (a int DEFAULT trap(1), b checked, c int GENERATED ALWAYS AS (trap(1)) STORED,
                         CHECK (trap(a) > 0))`,
    "INSERT INTO typed (b) VALUES (1)",
  ],
  "functions, operators and casts in place of PostgreSQL's own": [
    "CREATE FUNCTION max(int) RETURNS int LANGUAGE sql AS 'SELECT trap(1)'",
    "CREATE FUNCTION format(text, name) RETURNS text LANGUAGE sql AS 'SELECT trap(''x''::text)'",
    "CREATE FUNCTION obj_description(oid, name) RETURNS text LANGUAGE sql AS 'SELECT trap(''x''::text)'",
    "CREATE FUNCTION same(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT trap(true)'",
    "CREATE OPERATOR = (LEFTARG = name, RIGHTARG = text, FUNCTION = same)",
    "CREATE TYPE mood AS ENUM ('good')",
    "CREATE FUNCTION moodless(mood) RETURNS text LANGUAGE sql AS 'SELECT trap(''x''::text)'",
    "CREATE CAST (mood AS text) WITH FUNCTION moodless(mood) AS IMPLICIT",
  ],
  "a materialized view": [
    "CREATE MATERIALIZED VIEW grown AS SELECT trap(version) AS version FROM schema_migrations",
    "CREATE UNIQUE INDEX ON grown (version)",
  ],
};

describe.each(["postgres15", "postgres18"] as const)("code that a tenant's roles define, on %s", (server) => {
  let platform: PlatformDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    south = await tenantDatabase(platform, "south");
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(Object.entries(plants))("is never evaluated by the operator: %s", async (_, statements) => {
    const north = await tenantDatabase(platform, "north");
    await asOwner(north, async (client) => {
      for (const statement of [trap, ...statements]) await client.query(statement);
    });
    await everythingThatTheOperatorDoes(north);
  });

  it("is evaluated by a query that reads it, so the traps work", async () => {
    const north = await tenantDatabase(platform, "read");
    await asOwner(north, async (client) => {
      for (const statement of [trap, ...(plants["a view in place of the table of migrations"] ?? [])])
        await client.query(statement);
    });
    const read = `SELECT max(version) AS version FROM ${north.names.schema}.schema_migrations`;
    await expect(platform.postgres.query(read)).rejects.toThrow("trapped dotmac_operator");
    await withClient(platform.database.superuser, async (client) => {
      await expect(client.query(read)).rejects.toThrow("trapped postgres");
    });
    await destroyDatabase(platform.postgres, platform.epoch, north.names);
  });

  it("is evaluated as its owner by a superuser's maintenance commands", async () => {
    const north = await tenantDatabase(platform, "kept");
    await asOwner(north, async (client) => {
      const names = ["an index on an expression", "a default, a check, a generated column and a domain"];
      for (const statement of [trap, ...names.flatMap((name) => plants[name] ?? [])])
        await client.query(statement);
    });
    const table = `${north.names.schema}.schema_migrations`;
    const work = [
      `ANALYZE ${table}`,
      `VACUUM FULL ${table}`,
      `REINDEX TABLE ${table}`,
      `CLUSTER ${table} USING first`,
    ];
    await withClient(platform.database.superuser, async (client) => {
      let notices: string[] = [];
      client.on("notice", ({ message = "" }) => notices.push(message));
      await client.query(`VACUUM ${table}`);
      for (const statement of work) {
        notices = [];
        await client.query(statement);
        expect([statement, ...new Set(notices)]).toEqual([
          statement,
          `evaluated as ${north.names.roles.owner}`,
        ]);
      }
    });
    await destroyDatabase(platform.postgres, platform.epoch, north.names);
  });

  async function everythingThatTheOperatorDoes(tenant: TenantDatabase): Promise<void> {
    const { postgres, epoch } = platform;
    const { names, desired, passwords, uid } = tenant;
    const verifier = await scramVerifier("a-migrator-password", Buffer.alloc(16, 1));
    await runStatements(postgres, epoch, enableMigrator(names, verifier, new Date(Date.now() + 60_000)));
    await runStatements(postgres, epoch, [recordMigration(names, { version: 2, imageMark: null })]);
    expect(await observeMigration(postgres, names)).toMatchObject({ version: 2 });
    await disableMigrator(postgres, epoch, names);
    await postgres.query(`GRANT USAGE ON SCHEMA ${names.schema} TO PUBLIC`);
    await postgres.query(`ALTER SCHEMA ${names.schema} OWNER TO dotmac_operator`);
    expect(await converge(platform, desired, passwords)).toBeGreaterThan(0);
    expect(await converge(platform, desired, passwords)).toBe(0);
    await repairSharedObjects(platform);
    platform = { ...platform, epoch: await startPlatform(postgres, "again") };
    await revokeLogins(postgres, platform.epoch, names);
    await findRecord(postgres, names.id);
    await retainRecord(postgres, platform.epoch, { id: names.id, uid, deleteAfter: new Date() });
    await destroyDatabase(postgres, platform.epoch, names);
    const left = await postgres.query("SELECT FROM pg_roles WHERE rolname LIKE $1", [`${names.schema}%`]);
    expect(left).toEqual([]);
    await withClient(south.login, (client) => client.query("SELECT id FROM public.tenants"));
  }

  /** Works in the schema with the owner's rights, as the migrator does. */
  async function asOwner(tenant: TenantDatabase, work: (client: Client) => Promise<void>): Promise<void> {
    const { names } = tenant;
    await allowCreation(platform, tenant);
    await withClient(platform.database.operator, async (client) => {
      await client.query(`SET ROLE ${names.roles.owner}`);
      await client.query(`SET search_path = ${names.schema}, pg_catalog`);
      await client.query("CREATE TABLE schema_migrations (version int CONSTRAINT first PRIMARY KEY)");
      await client.query("INSERT INTO schema_migrations VALUES (1), (2)");
      await work(client);
    });
  }
});
