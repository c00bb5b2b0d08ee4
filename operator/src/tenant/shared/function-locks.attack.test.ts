import type { ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import type { PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";

/** Numbers that belong to no object. */
const numbersOfNothing = Array.from({ length: 100 }, (_, index) => 100_000_000 + index);

/** One object of each kind that a function of PostgreSQL reads. */
const objects = `
  CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent bigint REFERENCES numbered,
                         word text DEFAULT 'x', CHECK (id > 0));
  CREATE STATISTICS counted ON parent, word FROM numbered;
  CREATE TRIGGER same BEFORE UPDATE ON numbered FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
  CREATE POLICY own ON numbered USING (id > 0);
  CREATE VIEW shown AS SELECT id FROM numbered;
  CREATE MATERIALIZED VIEW kept AS SELECT id FROM numbered;
  CREATE FUNCTION counting() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM numbered; END;
  CREATE TABLE parted (id bigint) PARTITION BY LIST (id);
  CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
  CREATE INDEX ON parted (id)`;

const readingFunctions = `
  SELECT oid::regprocedure::text AS name, oid::regproc::text AS function, p.args
  FROM pg_proc CROSS JOIN LATERAL (
    SELECT array_agg(format_type(type, NULL) ORDER BY place) AS args
    FROM unnest(proargtypes) WITH ORDINALITY AS each (type, place)) AS p
  WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND proname !~ '^pg_sleep'
    AND has_function_privilege(oid, 'EXECUTE')
    AND proargtypes::oid[] && '{oid,regclass,text,name}'::regtype[]::oid[]
    AND NOT proargtypes::oid[] && '{internal,cstring}'::regtype[]::oid[]
  ORDER BY 1`;

interface ReadingFunction {
  readonly name: string;
  readonly function: string;
  readonly args: readonly string[];
}

describe.each(["postgres15", "postgres18"] as const)("a function of PostgreSQL, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;
  let migrator: ClientConfig;
  let souths: readonly { readonly oid: string; readonly name: string }[];

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
    migrator = await migratorLogin(platform, north);
    await withClient(await migratorLogin(platform, south), async (client) => {
      await client.query(`SET ROLE ${south.names.roles.owner}; SET search_path = ${south.names.schema}`);
      await client.query(objects);
    });
    souths = await platform.postgres.query(
      `WITH relations AS (
         SELECT oid FROM pg_class
         WHERE relnamespace = to_regnamespace($1) OR relnamespace = 'audit'::regnamespace AND starts_with(relname, $1))
       SELECT oid::text, oid::regclass::text AS name FROM relations
       UNION ALL SELECT c.oid::text, conname FROM pg_constraint c JOIN relations ON conrelid = relations.oid
       UNION ALL SELECT t.oid::text, tgname FROM pg_trigger t JOIN relations ON tgrelid = relations.oid
       UNION ALL SELECT r.oid::text, rulename FROM pg_rewrite r JOIN relations ON ev_class = relations.oid
       UNION ALL SELECT p.oid::text, polname FROM pg_policy p JOIN relations ON polrelid = relations.oid
       UNION ALL SELECT s.oid::text, stxname FROM pg_statistic_ext s JOIN relations ON stxrelid = relations.oid
       UNION ALL SELECT a.oid::text, 'default' FROM pg_attrdef a JOIN relations ON adrelid = relations.oid
       UNION ALL SELECT oid::text, oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace($1)
       UNION ALL SELECT to_regnamespace($1)::oid::text, $1`,
      [south.names.schema],
    );
  });
  afterAll(() => platform?.[Symbol.asyncDispose]());

  it.each(["an app login", "a migrator"])(
    "locks for %s no relation of a neighbour and no number",
    async (who) => {
      await withClient(who === "a migrator" ? migrator : north.login, async (client) => {
        const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        const { rows: functions } = await client.query<ReadingFunction>(readingFunctions);
        expect(functions.map(({ name }) => name)).toContain("pg_get_indexdef(oid)");
        const locking: string[] = [];
        for (const each of functions) {
          await client.query(`BEGIN; ${callWithAll(each)}`);
          const locked = await foreignLocks(rows[0]?.pid ?? 0);
          if (locked.length > 0) locking.push(`${each.name}: ${locked.join(", ")}`);
          await client.query("ROLLBACK");
        }
        expect(locking).toEqual([]);
      });
    },
    60_000,
  );

  it.each([
    "nextval(NUMBER)",
    "setval(NUMBER, 1)",
    "setval(NUMBER, 1, true)",
    "currval(NUMBER)",
    "pg_sequence_last_value(NUMBER)",
    "pg_partition_tree(NUMBER)",
    "table_to_xmlschema(NUMBER, true, true, '')",
  ])("is refused before its lock: %s", async (call) => {
    for (const login of [north.login, migrator])
      await withClient(login, async (client) => {
        const statement = `SELECT ${call.replace("NUMBER", "100000000::oid::regclass")}`;
        await expect(client.query(statement)).rejects.toMatchObject({ code: "42501" });
      });
  });

  it("is not needed for a number of an identity column", async () => {
    await withClient(migrator, async (client) => {
      await client.query(`SET ROLE ${north.names.roles.owner}; SET search_path = ${north.names.schema}`);
      await client.query(
        `CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY);
         GRANT SELECT, INSERT ON numbered TO ${north.names.roles.readWrite}`,
      );
    });
    await withClient(north.login, async (client) => {
      const draw = "INSERT INTO numbered DEFAULT VALUES RETURNING id::int";
      expect((await client.query(draw)).rows).toEqual([{ id: 1 }]);
      expect((await client.query(draw)).rows).toEqual([{ id: 2 }]);
    });
  });

  /** Calls the function with each object of the neighbour and with each number of none. */
  function callWithAll({ function: name, args }: ReadingFunction): string {
    const values = args.map((type) => {
      if (type === "oid" || type === "regclass") return `each.oid::oid::${type}`;
      if (type === "text" || type === "name") return `each.name::${type}`;
      if (/int|numeric|double|real/.test(type)) return `1::${type}`;
      if (type === "boolean") return "true";
      return `NULL::${/"any"|^any/.test(type) ? "text" : type}`;
    });
    const all = [...souths, ...numbersOfNothing.map((oid) => ({ oid, name: String(oid) }))];
    return `DO $calls$ DECLARE each record; BEGIN
      FOR each IN SELECT * FROM jsonb_to_recordset('${JSON.stringify(all).replaceAll("'", "''")}') AS e (oid text, name text) LOOP
        BEGIN PERFORM ${name}(${values.join(", ")}); EXCEPTION WHEN OTHERS THEN NULL; END;
      END LOOP; END $calls$`;
  }

  async function foreignLocks(pid: number): Promise<string[]> {
    const rows = await platform.postgres.query<{ locked: string }>(
      `SELECT DISTINCT relation::regclass::text || ' ' || mode AS locked FROM pg_locks
       WHERE pid = $1 AND locktype = 'relation' AND (relation::text = ANY ($2) OR relation >= 100000000)
       ORDER BY 1 LIMIT 3`,
      [pid, souths.map(({ oid }) => oid)],
    );
    return rows.map(({ locked }) => locked);
  }
});
