import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, login, withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { startPlatform } from "../start-platform.ts";
import { freshNames } from "../testing/database/fresh-names.ts";
import { operatorsPostgres, type PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";
import { repairSharedObjects } from "./repair-shared-objects.ts";

const insert = `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id, request_id, details)
                VALUES ($1, 'user', 'created', 'customer', '1', 'r', $2)`;

describe.each(["postgres15", "postgres18"] as const)("audit records, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  const table = ({ names }: TenantDatabase) => `audit.${names.schema}`;
  const count = async (tenant: TenantDatabase) =>
    (await platform.postgres.query(`SELECT FROM ${table(tenant)}`)).length;

  const columns = "tenant_id, actor, action, entity_type, entity_id";
  const values = "'user', 'created', 'customer', '1'";

  it.each([
    [
      "takes the numbers of others' next records",
      `INSERT INTO public.audit_logs (id, ${columns}) OVERRIDING SYSTEM VALUE
       SELECT n, 'ID', ${values} FROM generate_series(1, 1000) AS n`,
    ],
    [
      "takes them by default",
      `INSERT INTO public.audit_logs (id, ${columns}) VALUES (DEFAULT, 'ID', ${values})`,
    ],
    [
      "writes a time to come",
      `INSERT INTO public.audit_logs (at, ${columns}) VALUES ('2999-01-01', 'ID', ${values})`,
    ],
    [
      "writes a time that has gone",
      `INSERT INTO public.audit_logs (at, ${columns}) VALUES ('1999-01-01', 'ID', ${values})`,
    ],
    [
      "learns the number that its record got",
      `INSERT INTO public.audit_logs (${columns}) VALUES ('ID', ${values}) RETURNING id`,
    ],
    ["learns the numbers of its records", "SELECT max(id) FROM public.audit_logs"],
    ["learns where its records lie", "SELECT ctid FROM public.audit_logs"],
    ["learns everything of its records", "SELECT * FROM public.audit_logs"],
    ["copies records in", "COPY public.audit_logs FROM STDIN"],
    ["asks another's sequence", "SELECT last_value FROM audit.t_SOUTH_id_seq"],
    [
      "asks for the last number",
      `INSERT INTO public.audit_logs (${columns}) VALUES ('ID', ${values}); SELECT lastval()`,
    ],
    ["moves the sequence", "SELECT setval('audit.t_SOUTH_id_seq', 1)"],
    ["uses the sequence up", "SELECT nextval('audit.t_SOUTH_id_seq')"],
    ["changes a record", "UPDATE public.audit_logs SET actor = 'x'"],
    ["takes a lock against others", "DO $$ BEGIN LOCK TABLE public.audit_logs IN SHARE MODE; END $$"],
    ["reads another's records", "SELECT actor FROM audit.t_SOUTH"],
    ["reads its own table", "SELECT actor FROM audit.t_ID"],
    ["writes to its own table", `INSERT INTO audit.t_ID (${columns}) VALUES ('ID', ${values})`],
    ["locks another's records", "DO $$ BEGIN LOCK TABLE audit.t_SOUTH IN ACCESS SHARE MODE; END $$"],
    ["makes a table", "SELECT audit.make_table('ccccccccca')"],
    ["counts others' records", "SELECT audit.count_records('SOUTH', '-infinity', 'infinity', 10)"],
    ["writes for another", `INSERT INTO public.audit_logs (${columns}) VALUES ('SOUTH', ${values})`],
  ])("are refused to a login that %s", async (_, statement) => {
    const text = statement
      .replaceAll(/(?<=')ID(?=')|(?<=t_)ID/g, north.names.id)
      .replaceAll("SOUTH", south.names.id);
    await withClient(north.login, async (client) => {
      await expect(client.query(text)).rejects.toMatchObject({ code: "42501" });
      await client.query(insert, [north.names.id, "{}"]);
    });
    await withClient(south.login, (client) => client.query(insert, [south.names.id, "{}"]));
  });

  it("are read by a login of their own tenant, and by no other", async () => {
    const found = (limit: number) =>
      `SELECT * FROM public.own_audit_records('-infinity', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, ${limit})`;
    const add = (tenant: TenantDatabase, many: number) =>
      withClient(tenant.login, (client) =>
        client.query(
          `INSERT INTO public.audit_logs (${columns}) SELECT $1, ${values} FROM generate_series(1, ${many})`,
          [tenant.names.id],
        ),
      );
    await add(north, 1_001);
    await add(south, 1);
    const read = (tenant: TenantDatabase) =>
      withClient(tenant.login, async (client) => (await client.query(found(1_000_000))).rows);
    const [ofNorth, ofSouth] = [await read(north), await read(south)];
    expect(ofNorth).toHaveLength(1_000);
    expect(ofSouth).toHaveLength(await count(south));
    const newest = await platform.postgres.query(
      `SELECT * FROM ${table(north)} ORDER BY at DESC, id DESC LIMIT 1000`,
    );
    expect(ofNorth).toEqual(newest);
    await expect(platform.postgres.query(found(1))).rejects.toThrow("has no audit records of its own");
    await withClient(platform.database.superuser, (client) =>
      expect(client.query(`SET ROLE ${north.names.roles.appA}; ${found(1)}`)).rejects.toMatchObject({
        code: "42501",
      }),
    );
  });

  it.each([
    ["actor", 257],
    ["action", 129],
    ["entity_type", 129],
    ["entity_id", 257],
    ["request_id", 257],
  ])("hold no %s of %i bytes", async (column, length) => {
    const write = (size: number) => {
      const all = [...new Set([...columns.split(", "), column])];
      const given = all.map((name) => {
        if (name === "tenant_id") return `'${north.names.id}'`;
        return name === column ? `repeat('x', ${size})` : "'x'";
      });
      const text = `INSERT INTO public.audit_logs (${all.join(", ")}) VALUES (${given.join(", ")})`;
      return withClient(north.login, (client) => client.query(text));
    };
    await expect(write(length)).rejects.toMatchObject({ code: "23514" });
    await write(length - 1);
  });

  it.each([
    [
      "INSERT … SELECT",
      `INSERT INTO public.audit_logs (${columns}) SELECT 'ID', ${values} FROM generate_series(1, 3)`,
      3,
    ],
    [
      "ON CONFLICT",
      `INSERT INTO public.audit_logs (${columns}) VALUES ('ID', ${values}) ON CONFLICT DO NOTHING`,
      1,
    ],
    [
      "RETURNING",
      `INSERT INTO public.audit_logs (${columns}) VALUES ('ID', ${values}) RETURNING tenant_id, at`,
      1,
    ],
    [
      "a data-modifying WITH",
      `WITH added AS (INSERT INTO public.audit_logs (${columns}) VALUES ('ID', ${values}) RETURNING 1) SELECT FROM added`,
      1,
    ],
    [
      "MERGE",
      `MERGE INTO public.audit_logs USING (VALUES (1), (2)) AS v (x) ON false
         WHEN NOT MATCHED THEN INSERT (${columns}) VALUES ('ID', ${values})`,
      2,
    ],
  ])("lie in the tenant's own table and nowhere else, added by %s", async (_, statement, added) => {
    const before = await count(north);
    await withClient(north.login, async (client) => {
      expect((await client.query(statement.replaceAll("'ID'", `'${north.names.id}'`))).rows).toEqual([]);
      await expect(client.query(statement.replaceAll("'ID'", `'${south.names.id}'`))).rejects.toMatchObject({
        code: "42501",
      });
      expect((await client.query("SELECT tenant_id FROM public.audit_logs")).rows).toEqual([]);
    });
    expect(await count(north)).toBe(before + added);
    expect(await platform.postgres.query("SELECT FROM public.audit_logs")).toEqual([]);
  });

  it("cannot stay in the table that tenants insert into", async () => {
    const before = await count(south);
    const add = `INSERT INTO public.audit_logs (at, ${columns}) VALUES ('2020-01-01', '${south.names.id}', ${values})`;
    await platform.postgres.query(add);
    await withClient(platform.database.superuser, async (client) => {
      await client.query(`SET session_replication_role = replica; ${add}`);
      await client.query("ALTER TABLE public.audit_logs DISABLE TRIGGER ALL");
      await expect(client.query(add)).rejects.toMatchObject({ code: "23514", constraint: "holds_nothing" });
    });
    expect((await repairSharedObjects(platform)).faults).toEqual([]);
    expect(await count(south)).toBe(before + 2);
    const early = `SELECT FROM ${table(south)} WHERE at = '2020-01-01'`;
    expect(await platform.postgres.query(early)).toHaveLength(2);
  });

  it("are refused to a login without a tenant", async () => {
    await withClient(platform.database.superuser, async (client) => {
      await client.query("CREATE ROLE stranger LOGIN; GRANT dotmac_tenant TO stranger");
      await client.query("SET SESSION AUTHORIZATION stranger");
      const add = client.query(insert, [north.names.id, "{}"]);
      await expect(add).rejects.toMatchObject({ code: "42501" });
      await client.query("RESET SESSION AUTHORIZATION; DROP ROLE stranger");
    });
  });

  it("are written by a function that evaluates nothing of a tenant's, even with the tenant's path first", async () => {
    const { schema, roles } = north.names;
    await withClient(platform.database.superuser, (client) =>
      client.query(`
          CREATE FUNCTION ${schema}.substring(text, text) RETURNS text LANGUAGE sql AS $$ SELECT '${south.names.id}' $$;
          CREATE FUNCTION ${schema}.format(text, VARIADIC "any") RETURNS text LANGUAGE internal AS 'text_format';
          CREATE FUNCTION ${schema}.pg_has_role(name, name, text) RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;
          CREATE FUNCTION ${schema}.of_operator(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
            IF current_user = 'dotmac_operator' THEN RAISE EXCEPTION 'evaluated'; END IF; RETURN $1; END $$;
          CREATE OPERATOR ${schema}.|| (FUNCTION = ${schema}.of_operator, LEFTARG = text, RIGHTARG = text);
          CREATE DOMAIN ${schema}.jsonb AS pg_catalog.jsonb CHECK (current_user <> 'dotmac_operator');
          CREATE FUNCTION ${schema}.whose() RETURNS text LANGUAGE sql AS $$ SELECT current_user::text $$;
          GRANT USAGE ON SCHEMA ${schema} TO ${roles.readWrite}`),
    );
    await withClient(north.login, async (client) => {
      await client.query(`SET search_path = ${schema}, pg_catalog`);
      await client.query(
        `INSERT INTO public.audit_logs (${columns}) VALUES ('${north.names.id}', whose(), 'evaluated', 'customer', '1')`,
      );
    });
    const written = `SELECT actor FROM ${table(north)} WHERE action = 'evaluated'`;
    expect(await platform.postgres.query(written)).toEqual([{ actor: roles.appA }]);
  });

  it("hold at most 16 KiB of details", async () => {
    await withClient(north.login, async (client) => {
      const details = (length: number) => JSON.stringify({ a: "x".repeat(length - 9) });
      await expect(client.query(insert, [north.names.id, details(16_385)])).rejects.toMatchObject({
        code: "23514",
      });
      await client.query(insert, [north.names.id, details(16_384)]);
    });
  });

  it("have the time of their insertion, not of the transaction's start", async () => {
    await withClient(north.login, async (client) => {
      await client.query("BEGIN");
      const { rows: began } = await client.query<{ now: Date }>("SELECT now()");
      await client.query("SELECT pg_sleep(0.02)");
      await client.query(insert, [north.names.id, "{}"]);
      await client.query("COMMIT");
      const [last] = await platform.postgres.query<{ at: Date }>(`SELECT max(at) AS at FROM ${table(north)}`);
      expect(Number(last?.at) - Number(began[0]?.now)).toBeGreaterThanOrEqual(20);
    });
  });

  it("are kept when an installation is updated, and then numbers cannot be chosen", async () => {
    await using database = await createDatabase(inject(server));
    await using postgres = operatorsPostgres(inject(server), database);
    const first = await mkdtemp(join(tmpdir(), "dotmac-sql-"));
    await cp(new URL("../../../sql/0001_platform.sql", import.meta.url), join(first, "0001_platform.sql"));
    await startPlatform(postgres, "old", first);
    await rm(first, { recursive: true });
    const { names } = freshNames("old");
    const { appA, readWrite } = names.roles;
    await postgres.transaction(async (transaction) => {
      await transaction.query(`CREATE ROLE ${readWrite} IN ROLE dotmac_tenant`);
      await transaction.query(`CREATE ROLE ${appA} LOGIN PASSWORD 'old' IN ROLE ${readWrite}`);
    });
    const tenant = { names, login: login(inject(server), database.name, appA, "old") };
    const long = JSON.stringify({ a: "x".repeat(20_000) });
    const taken = `INSERT INTO public.audit_logs (id, at, ${columns}) OVERRIDING SYSTEM VALUE
                   VALUES (2, '2999-01-01', '${tenant.names.id}', ${values})`;
    await withClient(tenant.login, async (client) => {
      await client.query(insert, [tenant.names.id, long]);
      // The attack succeeds without the guard, which proves that it is one.
      await client.query(taken);
      await expect(client.query(insert, [tenant.names.id, "{}"])).rejects.toMatchObject({ code: "23505" });
    });
    // An old installation has no guard against it.
    const guard = (state: string) =>
      withClient(database.superuser, (client) =>
        client.query(`ALTER EVENT TRIGGER dotmac_guard_ddl ${state}`),
      );
    await guard("DISABLE");
    await withClient(tenant.login, (client) => client.query("DROP OWNED BY dotmac_tenant"));
    await guard("ENABLE");

    const epoch = await startPlatform(postgres, "new");
    expect(await repairSharedObjects({ postgres, epoch })).toEqual({ repaired: [], faults: [] });
    expect(
      await postgres.query(
        `SELECT id::int, at = '2999-01-01' AS later FROM audit.${names.schema} ORDER BY id`,
      ),
    ).toEqual([
      { id: 1, later: false },
      { id: 2, later: true },
    ]);
    await withClient(tenant.login, async (client) => {
      await expect(client.query(taken)).rejects.toMatchObject({ code: "42501" });
      await client.query(insert, [tenant.names.id, "{}"]);
      await expect(client.query(insert, [tenant.names.id, long])).rejects.toMatchObject({ code: "23514" });
    });
    const lengths = `SELECT id::int, octet_length(details::text) AS length FROM audit.${names.schema} ORDER BY id`;
    expect(await postgres.query(lengths)).toEqual([
      { id: 1, length: 20_009 },
      { id: 2, length: null },
      { id: 3, length: 2 },
    ]);
  });
});
