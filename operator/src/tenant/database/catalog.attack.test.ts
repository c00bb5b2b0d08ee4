import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { startPostgres, withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { passwordMark } from "../resources/database/password-mark.ts";
import { allowCreation } from "../testing/database/allow-creation.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import {
  converge,
  type TenantDatabase,
  tenantDatabase,
  twoTenants,
} from "../testing/database/tenant-database.ts";

describe.each(["postgres15", "postgres18"] as const)("the catalog, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
    await allowCreation(platform, south);
    await withClient(platform.database.operator, async (client) => {
      await client.query(`SET ROLE ${south.names.roles.owner}`);
      await client.query(
        `CREATE TABLE ${south.names.schema}.customers AS SELECT generate_series(1, 37) AS id`,
      );
      await client.query(`ANALYZE ${south.names.schema}.customers`);
    });
    await converge(platform, south.desired, south.passwords);
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  it.each([
    ["rows of a table", "SELECT reltuples FROM pg_class"],
    ["pages of a table", "SELECT relpages FROM pg_class"],
    ["everything of a table", "SELECT * FROM pg_class"],
    ["a row as a whole", "SELECT pg_class FROM pg_class"],
    ["writes to a table", "SELECT n_tup_ins FROM pg_stat_all_tables"],
    ["writes to tables of users", "SELECT * FROM pg_stat_user_tables"],
    ["reads of indexes", "SELECT * FROM pg_stat_all_indexes"],
    ["input and output", "SELECT * FROM pg_statio_all_tables"],
    ["sessions", "SELECT * FROM pg_stat_activity"],
    ["the work of the database", "SELECT * FROM pg_stat_database"],
    ["the log of writes", "SELECT * FROM pg_stat_wal"],
    ["live rows, by function", "SELECT pg_stat_get_live_tuples('SOUTH.customers'::regclass)"],
    ["writes, by function", "SELECT pg_stat_get_tuples_inserted(OID)"],
    ["sessions, by function", "SELECT pg_stat_get_activity(NULL)"],
    ["the size of a table", "SELECT pg_relation_size(OID)"],
    ["the whole size of a table", "SELECT pg_total_relation_size(OID)"],
    ["the size of the database", "SELECT pg_database_size(current_database())"],
    ["locks", "SELECT * FROM pg_locks"],
    ["locks, by function", "SELECT pg_lock_status()"],
    ["samples of values", "SELECT * FROM pg_statistic"],
    ["statements of the operator", "SELECT query FROM pg_stat_activity WHERE usename = 'dotmac_operator'"],
  ])("does not show a tenant %s", async (_, statement) => {
    const oid = await southsTable();
    const text = statement.replaceAll("OID", String(oid)).replaceAll("SOUTH", south.names.schema);
    await withClient(north.login, async (client) => {
      await expect(client.query(text)).rejects.toMatchObject({ code: "42501" });
    });
    // The operator may run the query, so the query itself is valid.
    if (!/pg_class FROM|pg_statistic$/.test(text)) await platform.postgres.query(text);
  });

  it("shows a tenant nothing when the password of a login changes", async () => {
    await withClient(north.login, async (client) => {
      const read = async () => (await client.query("SELECT *, xmin FROM pg_shdescription")).rows;
      const before = await read();
      const { names, desired } = south;
      const { appA, appB } = names.roles;
      const passwords = { [appA]: "another-password", [appB]: "another-one" };
      const passwordMarks = { [appA]: passwordMark("another-password"), [appB]: passwordMark("another-one") };
      expect(await converge(platform, { ...desired, passwordMarks }, passwords)).toBe(4);
      expect(await read()).toEqual(before);
      expect(before.filter(({ description }) => description.includes("password="))).toEqual([]);
    });
    await converge(platform, south.desired, south.passwords);
  });

  it("shows a tenant none of the others' samples", async () => {
    await withClient(north.login, async (client) => {
      const { rows } = await client.query("SELECT FROM pg_stats WHERE schemaname = $1", [south.names.schema]);
      expect(rows).toEqual([]);
    });
  });

  it.each([
    ["tables and columns", "SELECT table_name, column_name FROM information_schema.columns"],
    [
      "tables as drivers ask",
      "SELECT c.oid, relname, relkind, relnamespace FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace",
    ],
    ["tables", "SELECT * FROM pg_tables"],
    ["its settings", "SELECT name, setting FROM pg_settings"],
    ["types as drivers ask", "SELECT oid, typname, typarray, typrelid FROM pg_type"],
    ["its own statistics of columns", "SELECT * FROM pg_stats"],
    ["sizes of values", "SELECT pg_column_size('x'::text)"],
    ["a plan", "EXPLAIN SELECT id FROM public.tenants"],
  ])("shows a tenant %s", async (_, statement) => {
    await withClient(north.login, (client) => client.query(statement));
  });

  it("refuses pg_notify, and an open listener does not block others", async () => {
    await withClient(south.login, async (listener) => {
      await listener.query("LISTEN everything");
      await listener.query("BEGIN");
      await listener.query("SELECT 1");
      await withClient(north.login, async (client) => {
        await expect(client.query("SELECT pg_notify('everything', 'x')")).rejects.toMatchObject({
          code: "42501",
        });
        await client.query("NOTIFY everything");
        await client.query("SELECT id FROM public.tenants");
      });
    });
  });

  async function southsTable(): Promise<number> {
    const [row] = await platform.postgres.query<{ oid: number }>(
      "SELECT oid::int FROM pg_class WHERE relname = 'customers' AND relnamespace = to_regnamespace($1)",
      [south.names.schema],
    );
    return row?.oid ?? 0;
  }
});

describe("a full queue of notifications", () => {
  it("stops only clients that notify, and the platform does not notify", async () => {
    // The smallest queue. PostgreSQL 15 has no such setting, and its queue holds 8 GiB.
    await using server = await startPostgres({ version: 18, settings: { max_notify_queue_pages: "64" } });
    await using platform = await platformDatabase(server);
    const north = await tenantDatabase(platform, "north");
    const south = await tenantDatabase(platform, "south");
    await withClient(north.login, async (listener) => {
      await listener.query("LISTEN flood");
      await listener.query("BEGIN");
      await listener.query("SELECT 1");
      await withClient(north.login, async (client) => {
        const flood = `DO $$ BEGIN FOR n IN 1..100 LOOP
          EXECUTE format('NOTIFY flood, %L', repeat('x', 7000) || n); END LOOP; END $$`;
        await expect(fill(() => client.query(flood))).rejects.toThrow(
          "too many notifications in the NOTIFY queue",
        );
      });
      await withClient(south.login, async (client) => {
        await client.query(
          `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
           VALUES ($1, 'user', 'created', 'customer', '1')`,
          [south.names.id],
        );
      });
      await tenantDatabase(platform, "east");
    });
  });

  async function fill(notify: () => Promise<unknown>): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await notify();
  }
});
