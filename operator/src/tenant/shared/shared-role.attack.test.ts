import type { Client, ClientConfig } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { bootstrapDatabase } from "../../../../harness/services/postgres/bootstrap-database.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { attemptStatement } from "../testing/database/attempt-statement.ts";
import { migratorLogin } from "../testing/database/migrator-login.ts";
import type { PlatformDatabase } from "../testing/database/platform-database.ts";
import { type TenantDatabase, twoTenants } from "../testing/database/tenant-database.ts";
import { repairSharedObjects } from "./repair-shared-objects.ts";

/** Statements that a tenant's login may try on the role with the rights of all tenants' logins. */
const attacks: readonly string[] = [
  "DROP OWNED BY dotmac_tenant",
  "DROP OWNED BY dotmac_tenant CASCADE",
  "REASSIGN OWNED BY dotmac_tenant TO CURRENT_USER",
  "REASSIGN OWNED BY CURRENT_USER TO dotmac_tenant",
  "SET ROLE dotmac_tenant; DROP OWNED BY CURRENT_USER CASCADE",
  "SET ROLE dotmac_tenant; REVOKE ALL ON public.tenants, public.licenses, public.audit_logs FROM dotmac_tenant",
  "SET ROLE dotmac_tenant; REVOKE ALL ON SCHEMA public FROM dotmac_tenant",
  "SET ROLE dotmac_tenant; CREATE SCHEMA mine",
  "SET ROLE dotmac_tenant; CREATE TABLE public.mine (id int)",
  "SET ROLE dotmac_tenant; DO 'BEGIN LOCK TABLE public.audit_logs IN ACCESS EXCLUSIVE MODE;END'",
  "DO 'BEGIN LOCK TABLE public.tenants IN ROW EXCLUSIVE MODE;END'",
  "DROP POLICY own_row ON public.tenants",
  "ALTER POLICY own_row ON public.tenants USING (true)",
  "CREATE POLICY more ON public.tenants USING (true)",
  "ALTER TABLE public.tenants DISABLE ROW LEVEL SECURITY",
  "ALTER TABLE public.tenants OWNER TO dotmac_tenant",
  "CREATE RULE none AS ON INSERT TO public.audit_logs DO INSTEAD NOTHING",
  "CREATE INDEX ON public.audit_logs (actor)",
  "ALTER ROLE dotmac_tenant SET search_path = x",
  "SET ROLE dotmac_tenant; ALTER ROLE dotmac_tenant SET search_path = x",
  "SET ROLE dotmac_tenant; ALTER ROLE dotmac_tenant IN DATABASE postgres SET search_path = x",
  "SET ROLE dotmac_tenant; ALTER ROLE dotmac_tenant PASSWORD 'x'",
  "SET ROLE dotmac_tenant; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
  "ALTER ROLE dotmac_tenant IN DATABASE postgres SET search_path = x",
  "ALTER ROLE dotmac_tenant LOGIN PASSWORD 'x'",
  "ALTER ROLE dotmac_tenant CONNECTION LIMIT 0",
  "ALTER ROLE dotmac_tenant RENAME TO nobody",
  "ALTER GROUP dotmac_tenant DROP USER CURRENT_USER",
  "DROP ROLE dotmac_tenant",
  "COMMENT ON ROLE dotmac_tenant IS 'x'",
  "GRANT dotmac_tenant TO pgbouncer_auth",
  "GRANT dotmac_operator TO dotmac_tenant",
  "GRANT NORTH TO dotmac_tenant",
  "REVOKE dotmac_tenant FROM dotmac_operator",
  "ALTER DEFAULT PRIVILEGES FOR ROLE dotmac_tenant GRANT ALL ON TABLES TO PUBLIC",
  "ALTER DEFAULT PRIVILEGES FOR ROLE dotmac_tenant REVOKE ALL ON TABLES FROM dotmac_tenant",
  "REVOKE CONNECT ON DATABASE CURRENT FROM dotmac_tenant",
  "ALTER DATABASE CURRENT SET search_path = x",
];

describe.each(["postgres15", "postgres18"] as const)("the role that tenants share, on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;
  let migrator: ClientConfig;

  beforeAll(async () => {
    ({ platform, north, south } = await twoTenants(inject(server)));
    migrator = await migratorLogin(platform, north);
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  it.each(attacks)("takes nothing from another tenant by: %s", async (attack) => {
    // An app login is refused before PostgreSQL checks the rights. For a migrator only the rights decide.
    for (const attacker of [north.login, migrator])
      await withClient(attacker, (client) => attempt(client, attack));
    await expectAtWork(south);
    expect(await repairSharedObjects(platform)).toMatchObject({ faults: [] });
    expect(await repairSharedObjects(platform)).toEqual({ repaired: [], faults: [] });
    await expectAtWork(south);
    // The attacker keeps its own rights too: an attack must not be a way out of the audit.
    await expectAtWork(north);
  });

  it("hides the rows of others after every attack", async () => {
    await withClient(migrator, async (client) => {
      for (const attack of attacks) {
        await attempt(client, attack);
        await client.query("RESET ROLE");
      }
      expect((await client.query("SELECT id FROM public.tenants")).rows).toEqual([{ id: north.names.id }]);
    });
  });

  it("was attacked by a login that may become it, and that may change itself but not this role", async () => {
    await withClient(north.login, async (client) => {
      await client.query("SET ROLE dotmac_tenant");
      expect((await client.query("SELECT current_user AS role")).rows).toEqual([{ role: "dotmac_tenant" }]);
      await client.query("RESET ROLE");
      expect(await attemptStatement(client, "ALTER ROLE dotmac_tenant SET work_mem = '1MB'")).toBe("42501");
      await client.query(`ALTER ROLE ${north.names.roles.appA} SET work_mem = '1MB'`);
    });
    await withClient(north.login, async (client) => {
      expect((await client.query("SHOW work_mem")).rows).toEqual([{ work_mem: "1MB" }]);
    });
  });

  async function attempt(client: Client, attack: string): Promise<void> {
    // Separately, so that a refused statement does not undo those before it.
    for (const statement of bySituation(attack).split("; ")) await attemptStatement(client, statement);
  }

  function bySituation(statement: string): string {
    return statement
      .replace("DATABASE CURRENT", `DATABASE ${platform.database.name}`)
      .replaceAll("NORTHS", north.names.schema)
      .replaceAll("NORTH", north.names.roles.appA);
  }

  describe("a fault that a user with more rights has made", () => {
    const broken: readonly [string, string][] = [
      ["a dropped policy", "DROP POLICY own_row ON public.licenses"],
      ["a policy for one role", "ALTER POLICY own_row ON public.licenses TO dotmac_tenant"],
      ["an opened policy", "ALTER POLICY own_row ON public.tenants USING (true)"],
      ["a policy too many", "CREATE POLICY more ON public.tenants USING (true)"],
      ["row security switched off", "ALTER TABLE public.audit_logs DISABLE ROW LEVEL SECURITY"],
      ["row security that binds the operator", "ALTER TABLE public.tenants FORCE ROW LEVEL SECURITY"],
      ["a right too many", "GRANT DELETE ON public.audit_logs TO dotmac_tenant"],
      ["a right for all roles", "GRANT SELECT ON public.operator_epoch TO PUBLIC"],
      ["a column too many", "GRANT INSERT (id) ON public.audit_logs TO dotmac_tenant"],
      ["a lost right", "REVOKE SELECT ON public.licenses FROM dotmac_tenant"],
      ["a lost column", "REVOKE INSERT (actor) ON public.audit_logs FROM dotmac_tenant"],
      ["a right on the schema", "GRANT CREATE ON SCHEMA public TO PUBLIC"],
      ["a lost schema", "REVOKE USAGE ON SCHEMA public FROM dotmac_tenant"],
      ["a lost database", "REVOKE CONNECT ON DATABASE CURRENT FROM dotmac_tenant"],
      ["an opened database", "GRANT TEMPORARY ON DATABASE CURRENT TO PUBLIC"],
      ["a role that logs in", "ALTER ROLE dotmac_tenant LOGIN"],
      ["a setting of the role", "ALTER ROLE dotmac_tenant SET search_path = x"],
      ["a stranger in the role", "GRANT dotmac_tenant TO pgbouncer_auth"],
      ["a tenant's own right", "GRANT ALL ON public.tenants TO NORTH"],
      ["a right on the schema of audit records", "GRANT USAGE ON SCHEMA audit TO dotmac_tenant"],
      ["a right on a table of audit records", "GRANT SELECT ON audit.NORTHS TO PUBLIC"],
      ["an opened table of audit records", "ALTER TABLE audit.NORTHS DISABLE ROW LEVEL SECURITY"],
      ["a policy of such a table", "CREATE POLICY more ON audit.NORTHS USING (true)"],
      [
        "a table of audit records that a tenant owns",
        "GRANT CREATE ON SCHEMA audit TO NORTH; ALTER TABLE audit.NORTHS OWNER TO NORTH",
      ],
      ["a right on the numbers of records", "GRANT SELECT ON SEQUENCE audit.NORTHS_id_seq TO PUBLIC"],
      ["an opened function", "GRANT EXECUTE ON FUNCTION audit.write_record() TO PUBLIC"],
      [
        "a function that a tenant owns",
        "GRANT CREATE ON SCHEMA audit TO NORTH; ALTER FUNCTION audit.write_record() OWNER TO NORTH",
      ],
      ["a function without its owner's rights", "ALTER FUNCTION audit.write_record() SECURITY INVOKER"],
      ["a function with other settings", "ALTER FUNCTION audit.write_record() SET search_path = public"],
      ["a function with more settings", "ALTER FUNCTION audit.make_table SET work_mem = '1MB'"],
      ["a lost trigger", "DROP TRIGGER write_record ON public.audit_logs"],
      ["a disabled trigger", "ALTER TABLE public.audit_logs DISABLE TRIGGER refuse_full_audit"],
      ["a trigger for ordinary sessions only", "ALTER TABLE public.audit_logs ENABLE TRIGGER write_record"],
      [
        "a trigger of another function",
        "CREATE OR REPLACE TRIGGER write_record BEFORE INSERT ON public.audit_logs FOR EACH ROW EXECUTE FUNCTION audit.make_tenants_table()",
      ],
      [
        "a trigger too many",
        "CREATE TRIGGER more BEFORE INSERT ON audit.NORTHS EXECUTE FUNCTION public.refuse_full_audit()",
      ],
      ["a door that keeps records", "ALTER TABLE public.audit_logs DROP CONSTRAINT holds_nothing"],
    ];

    it.each(broken)("is repaired, once: %s", async (_, statement) => {
      await platform.postgres.query(bySituation(statement));
      expect((await repairSharedObjects(platform)).repaired).not.toEqual([]);
      expect(await repairSharedObjects(platform)).toEqual({ repaired: [], faults: [] });
      await expectAtWork(south);
    });

    const beyondTheOperator: readonly {
      readonly by: string;
      readonly faults: readonly string[];
      readonly undo: string;
    }[] = [
      {
        by: "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",
        faults: ["Tenants may use lo_create(oid)"],
        undo: "REVOKE EXECUTE ON FUNCTION lo_create(oid) FROM PUBLIC",
      },
      {
        by: "GRANT USAGE ON SCHEMA pgbouncer TO dotmac_tenant",
        faults: ["dotmac_tenant has USAGE on SCHEMA pgbouncer"],
        undo: "REVOKE USAGE ON SCHEMA pgbouncer FROM dotmac_tenant",
      },
      {
        by: "ALTER FUNCTION pgbouncer.user_lookup(text) SET search_path = public",
        faults: ["The function pgbouncer.user_lookup(text) is not as bootstrap.sql makes it"],
        undo: "ALTER FUNCTION pgbouncer.user_lookup(text) SET search_path = pg_catalog, pg_temp",
      },
      {
        by: "REVOKE USAGE ON SCHEMA pgbouncer FROM pgbouncer_auth",
        faults: ["pgbouncer_auth lacks USAGE on SCHEMA pgbouncer"],
        undo: "GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer_auth",
      },
      {
        by: "ALTER FUNCTION dotmac.schema_sizes() RESET enable_nestloop",
        faults: ["The function dotmac.schema_sizes() is not as bootstrap.sql makes it"],
        undo: "ALTER FUNCTION dotmac.schema_sizes() SET enable_nestloop = off",
      },
      {
        by: "ALTER FUNCTION dotmac.schema_sizes() OWNER TO dotmac_operator",
        faults: ["The function dotmac.schema_sizes() is not as bootstrap.sql makes it"],
        undo: "ALTER FUNCTION dotmac.schema_sizes() OWNER TO CURRENT_USER; GRANT EXECUTE ON FUNCTION dotmac.schema_sizes() TO dotmac_operator",
      },
      {
        by: "REVOKE EXECUTE ON FUNCTION dotmac.schema_sizes() FROM dotmac_operator",
        faults: ["The function dotmac.schema_sizes() is not as bootstrap.sql makes it"],
        undo: "GRANT EXECUTE ON FUNCTION dotmac.schema_sizes() TO dotmac_operator",
      },
      {
        by: "ALTER FUNCTION dotmac.guard_ddl() RESET search_path",
        faults: ["The function dotmac.guard_ddl() is not as bootstrap.sql makes it"],
        undo: "ALTER FUNCTION dotmac.guard_ddl() SET search_path = pg_catalog, pg_temp",
      },
      {
        by: "ALTER EVENT TRIGGER dotmac_guard_ddl DISABLE",
        faults: ["The event trigger dotmac_guard_ddl is not as bootstrap.sql makes it"],
        undo: "ALTER EVENT TRIGGER dotmac_guard_ddl ENABLE",
      },
      {
        by: "DROP EVENT TRIGGER dotmac_guard_ddl",
        faults: ["The event trigger dotmac_guard_ddl is not as bootstrap.sql makes it"],
        undo: "CREATE EVENT TRIGGER dotmac_guard_ddl ON ddl_command_start EXECUTE FUNCTION dotmac.guard_ddl()",
      },
      {
        by: "DROP EVENT TRIGGER dotmac_bound_schema",
        faults: ["The event trigger dotmac_bound_schema is not as bootstrap.sql makes it"],
        undo: "CREATE EVENT TRIGGER dotmac_bound_schema ON ddl_command_end EXECUTE FUNCTION dotmac.bound_schema()",
      },
      {
        by: "REVOKE USAGE ON SCHEMA dotmac FROM dotmac_operator",
        faults: [
          "The function dotmac.end_analysis(integer,oid)",
          "The function dotmac.global_bytes()",
          "The function dotmac.kill_session(integer,timestamp with time zone)",
          "The function dotmac.running_analyses()",
          "The function dotmac.schema_sizes()",
          "The function dotmac.tenant_verifiers(text[])",
          "The function dotmac.uncommitted_files()",
          "The function dotmac.unnamed_files()",
        ],
        undo: "GRANT USAGE ON SCHEMA dotmac TO dotmac_operator",
      },
    ];

    it.each(beyondTheOperator)(
      "is reported when only a superuser can repair it: $by",
      async ({ by, faults, undo }) => {
        await withClient(platform.database.superuser, (client) => client.query(by));
        const found = (await repairSharedObjects(platform)).faults;
        await withClient(platform.database.superuser, (client) => client.query(undo));
        expect(found).toEqual(faults.map((fault) => expect.stringContaining(fault)));
        expect(await repairSharedObjects(platform)).toEqual({ repaired: [], faults: [] });
      },
    );
  });

  it("is reported when an older bootstrap.sql counts no audit records", async () => {
    await withClient(platform.database.superuser, async (client) => {
      await client.query(`CREATE OR REPLACE FUNCTION dotmac.schema_sizes() RETURNS TABLE (schema_name text, bytes bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
        AS 'SELECT NULL::text, 0::bigint'`);
      const { faults } = await repairSharedObjects(platform);
      await bootstrapDatabase(client, inject(server).passwords);
      expect(faults).toEqual([expect.stringContaining("The function dotmac.schema_sizes() is not as")]);
      expect(await repairSharedObjects(platform)).toEqual({ repaired: [], faults: [] });
    });
  });

  /** The tenant logs in, sees only its own rows, and writes its audit record. */
  async function expectAtWork({ login, names }: TenantDatabase): Promise<void> {
    await withClient(login, async (client) => {
      expect((await client.query("SELECT id FROM public.tenants")).rows).toEqual([{ id: names.id }]);
      expect((await client.query("SELECT tenant_id FROM public.licenses")).rows).toEqual([
        { tenant_id: names.id },
      ]);
      await client.query(
        `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
         VALUES ($1, 'user', 'attacked', 'tenant', '1')`,
        [names.id],
      );
    });
  }
});
