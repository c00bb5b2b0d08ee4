import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import { sessionEnded } from "../../../../harness/services/session-ended.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { countRelations, endOversizedMigrations } from "../database/end-oversized-migrations.ts";
import { allowCreation } from "../testing/database/allow-creation.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../testing/database/tenant-database.ts";

const bound = 2_000;
const tooMany = { code: "54000", message: expect.stringContaining(`and ${bound} are allowed`) };
const tooManyRows = { code: "54000", message: expect.stringContaining("and 50000 are allowed") };

/** Relations or rows of the catalog for which the schemas of this test have room. */
const room = 20;

/** Statements that make relations, each in its own way. `{n}` is a number of its own. */
const relations: Readonly<Record<string, string>> = {
  tables: "CREATE TABLE x{n} (id int)",
  "tables with long values": "CREATE TABLE x{n} (word text)",
  "tables of queries": "CREATE TABLE x{n} AS SELECT 1 AS id",
  "tables of SELECT INTO": "SELECT 1 AS id INTO x{n}",
  "tables of a block": "DO 'BEGIN CREATE TABLE x{n} (id int); END'",
  partitions: "CREATE TABLE x{n} PARTITION OF parted FOR VALUES IN ({n})",
  "copies of a table with its indexes": "CREATE TABLE x{n} (LIKE indexed INCLUDING ALL)",
  "identity columns": "CREATE TABLE x{n} (id int GENERATED ALWAYS AS IDENTITY)",
  indexes: "CREATE INDEX x{n} ON indexed (a)",
  constraints: "ALTER TABLE indexed ADD UNIQUE (a)",
  sequences: "CREATE SEQUENCE x{n}",
  views: "CREATE VIEW x{n} AS SELECT 1 AS id",
  "materialised views": "CREATE MATERIALIZED VIEW x{n} AS SELECT 1 AS id",
  "composite types": "CREATE TYPE x{n} AS (a int)",
};

/** Statements that make rows of the catalog and no relation. `{#}` is as many signs as the number. */
const catalogRows: Readonly<Record<string, string>> = {
  functions: "CREATE FUNCTION x{n}() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  domains: "CREATE DOMAIN x{n} AS int",
  "checks of a domain": "ALTER DOMAIN small ADD CONSTRAINT x{n} CHECK (VALUE > {n})",
  "checks of a table": "ALTER TABLE indexed ADD CONSTRAINT x{n} CHECK (a > {n})",
  columns: "ALTER TABLE indexed ADD x{n} int",
  "labels of an enum": "ALTER TYPE mood ADD VALUE 'x{n}'",
  policies: "CREATE POLICY x{n} ON indexed",
  triggers:
    "CREATE TRIGGER x{n} BEFORE UPDATE ON indexed FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
  operators: "CREATE OPERATOR {#} (RIGHTARG = int, FUNCTION = pg_catalog.int4abs)",
  statistics: "CREATE STATISTICS x{n} ON a, b FROM indexed",
  "text search configurations": "CREATE TEXT SEARCH CONFIGURATION x{n} (COPY = pg_catalog.simple)",
  collations: 'CREATE COLLATION x{n} FROM "C"',
};

const objects = [
  "CREATE TABLE parted (id int) PARTITION BY LIST (id)",
  "CREATE TABLE indexed (a int PRIMARY KEY, b int UNIQUE)",
  "CREATE TYPE mood AS ENUM ('good')",
  "CREATE DOMAIN small AS int",
];

describe.each(["postgres15", "postgres18"] as const)("a tenant's schema, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    north = await tenantDatabase(platform, "north");
    south = await tenantDatabase(platform, "south");
    await unbound(north, [...objects, block("CREATE SEQUENCE s{n}", bound - 4 - room)]);
    await unbound(south, [...objects, "CREATE TYPE many AS ENUM ()"]);
    const labels = Array.from({ length: 50_000 - room - (await rowsOf(south)) }, (_, n) => `'${n}'`);
    await unbound(south, ["DROP TYPE many", `CREATE TYPE many AS ENUM (${labels})`]);
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it.each(Object.entries(relations))("gets no more %s than allowed", async (_, statement) => {
    const before = await relationsOf(north);
    await migrates(north, async (client) => {
      await expect(client.query(turns(statement, room + 1).join(";"))).rejects.toMatchObject(tooMany);
    });
    expect(await relationsOf(north)).toBe(before);
  });

  it.each(Object.entries(catalogRows))("gets no more %s than allowed", async (_, statement) => {
    await migrates(south, async (client) => {
      await expect(client.query(turns(statement, room + 1).join(";"))).rejects.toMatchObject(tooManyRows);
    });
  });

  it("gets no more by one command that makes many", async () => {
    const columns = turns("c{n} int UNIQUE", room);
    await migrates(north, async (client) => {
      await expect(client.query(`CREATE TABLE x (${columns})`)).rejects.toMatchObject(tooMany);
    });
  });

  it("gets no relations that would count for no schema", async () => {
    await migrates(north, async (client) => {
      for (const statement of [
        "CREATE TEMPORARY TABLE x (id int)",
        "SELECT 1 AS id INTO TEMPORARY x",
        "CREATE SCHEMA x CREATE TABLE y (id int)",
        "CREATE CAST (mood AS small) WITH INOUT",
      ])
        await expect(client.query(statement), statement).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("gets at most one beyond the bound by commands that commit before they end", async () => {
    await migrates(north, async (client) => {
      for (const statement of turns("CREATE INDEX CONCURRENTLY c{n} ON indexed (a)", room))
        await client.query(statement);
      for (const statement of turns("CREATE INDEX CONCURRENTLY d{n} ON indexed (a)", 3))
        await expect(client.query(statement)).rejects.toMatchObject(tooMany);
      expect(await relationsOf(north)).toBe(bound + 1);
      await client.query(turns("DROP INDEX c{n}", room).join(";"));
      await client.query("DROP INDEX d1");
    });
    expect(await relationsOf(north)).toBe(bound - room);
  });

  it("that was beyond the bound before can be made smaller, and does not grow", async () => {
    await unbound(north, [block("CREATE SEQUENCE old{n}", room + 5)]);
    await migrates(north, async (client) => {
      await expect(client.query("CREATE TABLE x (id int)")).rejects.toMatchObject(tooMany);
      await client.query("COMMENT ON TABLE indexed IS 'full'; GRANT SELECT ON indexed TO CURRENT_USER");
      await client.query(turns("DROP SEQUENCE old{n}", room + 5).join(";"));
      await client.query("CREATE TABLE x (id int); DROP TABLE x");
    });
  });

  it("counts the relations that an accomplice makes in it", async () => {
    const owner = south.names.roles.owner;
    await unbound(north, [`GRANT ALL ON SCHEMA ${north.names.schema} TO ${owner}`]);
    await withClient(await migratorLogin(platform, south), async (client) => {
      await client.query(`SET ROLE ${owner}; SET search_path = ${north.names.schema}`);
      await client.query("CREATE SEQUENCE accomplice; DROP SEQUENCE accomplice");
      await expect(client.query(turns("CREATE SEQUENCE x{n}", room + 1).join(";"))).rejects.toMatchObject(
        tooMany,
      );
    });
  });

  it("beyond the bound by commands that no trigger sees disables the migrator", async () => {
    const west = await tenantDatabase(platform, "west");
    const login = await migratorLogin(platform, west);
    await withClient(login, async (client) => {
      client.on("error", () => {});
      await client.query(`SET ROLE ${west.names.roles.owner}; SET search_path = ${west.names.schema}`);
      await client.query(block(unseenTable, 1_300));
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([]);
      await client.query(block(unseenTable.replace("x{n}", "y{n}"), 40));
      expect(await countRelations(platform.postgres, west.names)).toBe(3 * 1_340);
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([
        west.names.roles.migrator,
      ]);
      await expect(client.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
    await expect(withClient(login, async () => {})).rejects.toMatchObject({ code: "28P01" });
    expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([]);
  });

  it("counts for the login that made the relations in a neighbour's schema", async () => {
    const [east, accomplice] = [
      await tenantDatabase(platform, "east"),
      await tenantDatabase(platform, "accomplice"),
    ];
    const { owner, migrator } = accomplice.names.roles;
    await unbound(east, [`GRANT ALL ON SCHEMA ${east.names.schema} TO ${owner}`]);
    await withClient(await migratorLogin(platform, accomplice), async (client) => {
      client.on("error", () => {});
      await client.query(`SET ROLE ${owner}; SET search_path = ${east.names.schema}`);
      const empty = unseenTable.replace("SELECT word", "SELECT 1 AS id");
      for (const name of ["x", "y"]) await client.query(block(empty.replace("x{n}", `${name}{n}`), 2_001));
      expect(await endOversizedMigrations(platform.postgres, platform.epoch)).toEqual([migrator]);
    });
  });

  async function relationsOf({ names }: TenantDatabase): Promise<number> {
    const [row] = await platform.postgres.query<{ relations: string }>(
      "SELECT count(*) AS relations FROM pg_class WHERE relnamespace = to_regnamespace($1)",
      [names.schema],
    );
    return Number(row?.relations);
  }

  /** Used only to fill the schema as far as the test needs it. */
  async function rowsOf({ names }: TenantDatabase): Promise<number> {
    return withClient(platform.database.superuser, async (client) => {
      const { rows } = await client.query(
        "SELECT others FROM dotmac.schema_counts(to_regnamespace($1)::oid)",
        [names.schema],
      );
      return Number(rows[0].others);
    });
  }

  /** Works as a tenant's migration does. */
  async function migrates(tenant: TenantDatabase, work: (client: Client) => Promise<void>): Promise<void> {
    await withClient(await migratorLogin(platform, tenant), async (client) => {
      await client.query(`SET ROLE ${tenant.names.roles.owner}; SET search_path = ${tenant.names.schema}`);
      await work(client);
    });
  }

  /** Runs statements as the schema's owner in a session that nothing bounds. */
  async function unbound(tenant: TenantDatabase, statements: readonly string[]): Promise<void> {
    const { names } = tenant;
    await allowCreation(platform, tenant);
    await withClient(platform.database.operator, async (client) => {
      await client.query(`SET ROLE ${names.roles.owner}; SET search_path = ${names.schema}`);
      for (const statement of statements) await client.query(statement);
    });
  }
});

function turns(statement: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    statement.replaceAll("{n}", `${index + 1}`).replaceAll("{#}", "#".repeat(index + 1)),
  );
}

/** Makes a table with its TOAST table and index, and fires no event trigger. */
const unseenTable = "EXPLAIN ANALYZE CREATE TABLE x{n} AS SELECT word FROM (VALUES ('a')) AS v (word)";

/** One statement that runs another this many times. */
function block(statement: string, count: number): string {
  return `DO $do$ BEGIN FOR n IN 1..${count} LOOP EXECUTE replace($sql$${statement}$sql$, '{n}', n::text); END LOOP; END $do$`;
}
