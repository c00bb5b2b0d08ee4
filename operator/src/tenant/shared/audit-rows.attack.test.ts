import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, login, withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { startPlatform } from "../start-platform.ts";
import { freshNames } from "../testing/fresh-names.ts";
import { operatorsPostgres, type PlatformDatabase, platformDatabase } from "../testing/platform-database.ts";
import { type TenantDatabase, tenantDatabase } from "../testing/tenant-database.ts";
import { repairSharedObjects } from "./repair-shared-objects.ts";

const insert = `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id, request_id, details)
                VALUES ($1, 'user', 'created', 'customer', '1', 'r', $2)`;

describe.each(["postgres15", "postgres18"] as const)(
  "the audit records that tenants share, on %s",
  (server) => {
    let platform: PlatformDatabase;
    let north: TenantDatabase;
    let south: TenantDatabase;

    beforeAll(async () => {
      platform = await platformDatabase(inject(server));
      north = await tenantDatabase(platform, "north");
      south = await tenantDatabase(platform, "south");
    });

    afterAll(() => platform[Symbol.asyncDispose]());

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
      ["asks the sequence", "SELECT last_value FROM public.audit_logs_id_seq"],
      [
        "asks for the last number",
        `INSERT INTO public.audit_logs (${columns}) VALUES ('ID', ${values}); SELECT lastval()`,
      ],
      ["moves the sequence", "SELECT setval('public.audit_logs_id_seq', 1)"],
      ["uses the sequence up", "SELECT nextval('public.audit_logs_id_seq')"],
      ["changes a record", "UPDATE public.audit_logs SET actor = 'x'"],
      ["takes a lock against others", "DO $$ BEGIN LOCK TABLE public.audit_logs IN SHARE MODE; END $$"],
      ["writes for another", `INSERT INTO public.audit_logs (${columns}) VALUES ('SOUTH', ${values})`],
    ])("are refused to a login that %s", async (_, statement) => {
      const text = statement.replaceAll("'ID'", `'${north.names.id}'`).replaceAll("SOUTH", south.names.id);
      await withClient(north.login, async (client) => {
        await expect(client.query(text)).rejects.toMatchObject({ code: "42501" });
        await client.query(insert, [north.names.id, "{}"]);
      });
      await withClient(south.login, (client) => client.query(insert, [south.names.id, "{}"]));
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

    it("hold no details beyond 16 KiB", async () => {
      await withClient(north.login, async (client) => {
        const details = (length: number) => JSON.stringify({ a: "x".repeat(length - 9) });
        await expect(client.query(insert, [north.names.id, details(16_385)])).rejects.toMatchObject({
          code: "23514",
        });
        await client.query(insert, [north.names.id, details(16_384)]);
      });
    });

    it("get the time at which they are written, whenever their transaction began", async () => {
      await withClient(north.login, async (client) => {
        await client.query("BEGIN");
        const { rows: began } = await client.query<{ now: Date }>("SELECT now()");
        await client.query("SELECT pg_sleep(0.02)");
        await client.query(insert, [north.names.id, "{}"]);
        const { rows } = await client.query<{ at: Date }>("SELECT max(at) AS at FROM public.audit_logs");
        expect(Number(rows[0]?.at) - Number(began[0]?.now)).toBeGreaterThanOrEqual(20);
        await client.query("COMMIT");
      });
    });

    it("are kept by an installation that is brought up to date, and then no number can be taken", async () => {
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
        // The attack works before: so it is one.
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
      await withClient(tenant.login, async (client) => {
        await expect(client.query(taken)).rejects.toMatchObject({ code: "42501" });
        await client.query(insert, [tenant.names.id, "{}"]);
        const { rows } = await client.query(
          "SELECT octet_length(details::text) AS length FROM public.audit_logs",
        );
        expect(rows.map(({ length }) => length)).toContain(20_009);
      });
    });
  },
);
