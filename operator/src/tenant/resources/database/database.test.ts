import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { sessionEnded } from "../../../../../harness/services/session-ended.ts";
import type {} from "../../../../../harness/services/vitest.ts";
import { beginEpoch } from "../../../clients/postgres/epoch.ts";
import { FencedError } from "../../../clients/postgres/errors.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { scramVerifier } from "../../../clients/postgres/scram.ts";
import {
  disableMigrator,
  enableMigrator,
  observeMigration,
  recordMigration,
  refuseFiles,
} from "../../database/migration-state.ts";
import { repairSharedObjects } from "../../shared/repair-shared-objects.ts";
import { startPlatform } from "../../start-platform.ts";
import { allowCreation } from "../../testing/database/allow-creation.ts";
import { type PlatformDatabase, platformDatabase } from "../../testing/database/platform-database.ts";
import { loggedOf } from "../../testing/database/server-log.ts";
import { converge, type TenantDatabase, tenantDatabase } from "../../testing/database/tenant-database.ts";
import { databaseDifferences } from "./differences.ts";
import { observeDatabase } from "./observe.ts";
import { revokeLogins } from "./revoke.ts";

describe.each(["postgres15", "postgres18"] as const)("on %s", (server) => {
  let platform: PlatformDatabase;
  let north: TenantDatabase;
  let south: TenantDatabase;

  beforeAll(async () => {
    platform = await platformDatabase(inject(server));
    north = await tenantDatabase(platform, "north");
    south = await tenantDatabase(platform, "south");
    for (const tenant of [north, south]) await migrateByHand(platform, tenant);
  });

  afterAll(() => platform[Symbol.asyncDispose]());

  describe("a tenant's login", () => {
    it("reads and writes its own tables, by their names without a schema", async () => {
      await asNorth(async (client) => {
        await client.query("INSERT INTO customers (id, name) VALUES (1, 'Ada')");
        expect((await client.query("SELECT name FROM customers")).rows).toEqual([{ name: "Ada" }]);
      });
    });

    it("sees its own row of the shared tables and no other", async () => {
      await asNorth(async (client) => {
        expect((await client.query("SELECT id FROM public.tenants")).rows).toEqual([{ id: north.names.id }]);
        expect((await client.query("SELECT tenant_id, max_customers FROM public.licenses")).rows).toEqual([
          { tenant_id: north.names.id, max_customers: 100 },
        ]);
      });
    });

    it("writes audit records of its own and reads none", async () => {
      const insert = `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
                      VALUES ($1, 'user', 'create', 'customer', '1')`;
      await withClient(south.login, (client) => client.query(insert, [south.names.id]));
      await asNorth(async (client) => {
        await client.query(insert, [north.names.id]);
        await expect(client.query(insert, [south.names.id])).rejects.toMatchObject({
          code: "42501",
          hint: `Expected the tenant_id ${north.names.id}, found ${south.names.id}.`,
        });
        expect((await client.query("SELECT tenant_id FROM public.audit_logs")).rows).toEqual([]);
      });
      for (const { names } of [north, south]) {
        const records = await platform.postgres.query(`SELECT actor FROM audit.${names.schema}`);
        expect(records).toEqual([{ actor: "user" }]);
      }
    });

    it.each([
      ["read another's table", () => `SELECT * FROM ${south.names.schema}.customers`],
      ["write another's table", () => `INSERT INTO ${south.names.schema}.customers VALUES (2, 'Eve')`],
      ["read another's migrations", () => `SELECT * FROM ${south.names.schema}.schema_migrations`],
      ["use another's function", () => `SELECT ${south.names.schema}.answer()`],
      ["use another's sequence", () => `SELECT nextval('${south.names.schema}.customers_number_seq')`],
      ["create in another's schema", () => `CREATE TABLE ${south.names.schema}.x (id int)`],
      ["create in its own schema", () => "CREATE TABLE x (id int)"],
      ["drop its own table", () => "DROP TABLE customers"],
      ["create in public", () => "CREATE TABLE public.x (id int)"],
      ["create a schema", () => "CREATE SCHEMA x"],
      ["create a temporary table", () => "CREATE TEMP TABLE x (id int)"],
      ["create a role", () => "CREATE ROLE x"],
      ["change its record", () => "UPDATE public.tenants SET name = 'x'"],
      ["change its licence", () => "UPDATE public.licenses SET max_customers = NULL"],
      ["delete audit records", () => "DELETE FROM public.audit_logs"],
      ["read how far schemas are", () => "SELECT * FROM public.tenant_migrations"],
      ["say how far its schema is", () => "UPDATE public.tenant_migrations SET version = 9"],
      ["read the epoch", () => "SELECT * FROM public.operator_epoch"],
      ["switch row security off", () => "ALTER TABLE public.tenants DISABLE ROW LEVEL SECURITY"],
      ["read verifiers", () => "SELECT rolpassword FROM pg_authid"],
      ["ask as the pooler does", () => "SELECT * FROM pgbouncer.user_lookup('dotmac_operator')"],
      ["become its owner", () => `SET ROLE ${north.names.roles.owner}`],
      ["become its migrator", () => `SET ROLE ${north.names.roles.migrator}`],
      ["become its other login", () => `SET ROLE ${north.names.roles.appB}`],
      ["become another's login", () => `SET ROLE ${south.names.roles.appA}`],
      ["become the operator", () => "SET ROLE dotmac_operator"],
      ["begin as another", () => `SET SESSION AUTHORIZATION ${south.names.roles.appA}`],
      ["give itself more connections", () => `ALTER ROLE ${north.names.roles.appA} CONNECTION LIMIT -1`],
      ["give itself more time", () => `ALTER ROLE ${north.names.roles.appA} VALID UNTIL 'infinity'`],
      ["change another's login", () => `ALTER ROLE ${south.names.roles.appA} PASSWORD 'x'`],
      ["raise its limit of temporary files", () => "SET temp_file_limit = -1"],
      ["change the server", () => "ALTER SYSTEM SET max_connections = 1"],
      ["read files", () => "SELECT pg_read_file('/etc/passwd')"],
      ["run programs", () => "COPY customers FROM PROGRAM 'id'"],
      ["keep large objects", () => "SELECT lo_create(0)"],
      ["hold advisory locks", () => "SELECT pg_advisory_lock(1)"],
    ])("is refused to %s", async (_, statement) => {
      await asNorth(async (client) => {
        await expect(client.query(statement())).rejects.toMatchObject({ code: "42501" });
      });
    });

    it("may not end another session", async () => {
      await withClient(south.login, async (other) => {
        const { rows } = await other.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        await asNorth(async (client) => {
          const end = client.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
          await expect(end).rejects.toMatchObject({ code: "42501" });
        });
        expect((await other.query("SELECT answer()")).rows).toEqual([{ answer: 42 }]);
      });
    });

    it("is refused a connection beyond its limit", async () => {
      await asNorth(() =>
        asNorth(() =>
          asNorth(async () => {
            await expect(asNorth(async () => {})).rejects.toThrow("too many connections for role");
          }),
        ),
      );
    });

    it("opens no other database of the server", async () => {
      for (const database of ["postgres", "template1"]) {
        await expect(withClient({ ...north.login, database }, async () => {})).rejects.toThrow(
          "permission denied",
        );
      }
    });

    it("cannot log in as the inactive login", async () => {
      const { appB } = north.names.roles;
      const other = { ...north.login, user: appB, password: north.passwords[appB] ?? "" };
      await expect(withClient(other, async () => {})).rejects.toThrow("not permitted to log in");
    });
  });

  describe("the desired database", () => {
    it("takes no statement when it exists already", async () => {
      expect(await converge(platform, north.desired, north.passwords)).toBe(0);
    });

    it.each([
      ["a login that was closed", () => `ALTER ROLE ${south.names.roles.appA} NOLOGIN`],
      ["a login that was opened", () => `ALTER ROLE ${south.names.roles.appB} LOGIN`],
      ["a changed connection limit", () => `ALTER ROLE ${south.names.roles.appA} CONNECTION LIMIT 99`],
      ["a changed search path", () => `ALTER ROLE ${south.names.roles.appA} SET search_path = public`],
      ["a further setting", () => `ALTER ROLE ${south.names.roles.appA} SET statement_timeout = 0`],
      [
        "a setting for one database",
        () =>
          `ALTER ROLE ${south.names.roles.appA} IN DATABASE ${platform.database.name} SET search_path = public`,
      ],
      ["a lost membership", () => `REVOKE ${south.names.roles.readWrite} FROM ${south.names.roles.appA}`],
      ["a membership too many", () => `GRANT ${south.names.roles.owner} TO ${south.names.roles.appA}`],
      ["another tenant as member", () => `GRANT ${south.names.roles.readWrite} TO ${north.names.roles.appA}`],
      [
        "a lost grant",
        () => `REVOKE USAGE ON SCHEMA ${south.names.schema} FROM ${south.names.roles.readWrite}`,
      ],
      ["a grant too many", () => `GRANT USAGE ON SCHEMA ${south.names.schema} TO PUBLIC`],
      ["another owner", () => `ALTER SCHEMA ${south.names.schema} OWNER TO dotmac_operator`],
      ["a lost licence", () => `DELETE FROM public.licenses WHERE tenant_id = '${south.names.id}'`],
      [
        "a forgotten password",
        () => `DELETE FROM public.login_marks WHERE login = '${south.names.roles.appA}'`,
      ],
      ["a comment, which every login reads", () => `COMMENT ON ROLE ${south.names.roles.appA} IS 'x'`],
    ])("repairs %s, once", async (_, drift) => {
      await platform.postgres.query(drift());
      expect(await converge(platform, south.desired, south.passwords)).toBeGreaterThan(0);
      expect(await converge(platform, south.desired, south.passwords)).toBe(0);
      await withClient(south.login, (client) => client.query("SELECT * FROM customers"));
    });

    it("is not changed by settings of a login in a database that it cannot open", async () => {
      const { appA } = north.names.roles;
      await asNorth((client) => client.query(`ALTER ROLE ${appA} IN DATABASE postgres SET search_path = x`));
      expect(await converge(platform, north.desired, north.passwords)).toBe(0);
    });

    it("is observed for many tenants at once", async () => {
      const observed = await observeDatabase(platform.postgres, [
        north.names.id,
        south.names.id,
        "aaaaaaaaaa",
      ]);
      expect(observed.get("aaaaaaaaaa")).toEqual({
        settable: ["log_min_messages", "log_min_error_statement", "log_error_verbosity"],
        auditTable: false,
        roles: [],
        schema: undefined,
        licence: undefined,
      });
      const { passwordMarks: _, ...desired } = north.desired;
      const found = observed.get(north.names.id);
      expect(found && databaseDifferences(desired, found, {})).toEqual([]);
    });

    it("gets its table of audit records again, with its bounds, after it was lost", async () => {
      const { schema, id } = north.names;
      await platform.postgres.query(`ALTER TABLE audit.${schema} RENAME TO kept`);
      expect(await converge(platform, north.desired, north.passwords)).toBe(1);
      const insert = `INSERT INTO public.audit_logs (tenant_id, actor, action, entity_type, entity_id)
                      VALUES ('${id}', repeat('x', $1), 'create', 'customer', '1')`;
      await asNorth(async (client) => {
        await expect(client.query(insert, [257])).rejects.toMatchObject({ code: "23514" });
        await client.query(insert, [256]);
      });
      expect(await repairSharedObjects(platform)).toEqual({ repaired: [], faults: [] });
      await platform.postgres.query(`DROP TABLE audit.${schema}; ALTER TABLE audit.kept RENAME TO ${schema}`);
    });

    it("keeps its audit records from an older operator, which deletes them by their place in the file", async () => {
      const records = () => platform.postgres.query(`SELECT at FROM audit.${north.names.schema}`);
      const before = await records();
      expect(before).not.toEqual([]);
      await platform.postgres.query(
        "DELETE FROM public.audit_logs WHERE ctid = ANY (ARRAY(SELECT ctid FROM public.audit_logs))",
      );
      expect(await records()).toEqual(before);
    });

    it("follows the plan", async () => {
      const larger = { ...north.desired, licence: { ...north.desired.licence, maxCustomers: null } };
      expect(await converge(platform, larger, north.passwords)).toBe(1);
      expect(await converge(platform, north.desired, north.passwords)).toBe(1);
    });
  });

  describe("the migrator", () => {
    it("is enabled for one migration only, and its sessions end with it", async () => {
      const password = "a-migrator-password-of-this-test";
      const login = { ...north.login, user: north.names.roles.migrator, password };
      await expect(withClient(login, async () => {})).rejects.toMatchObject({ code: "28P01" });
      await enable(password, new Date(Date.now() + 60_000));
      await withClient(login, async (client) => {
        await client.query(`SET ROLE ${north.names.roles.owner}`);
        await client.query("CREATE TABLE plans (id int)");
        await disableMigrator(platform.postgres, platform.epoch, north.names);
        await expect(client.query("SELECT 1")).rejects.toThrow(sessionEnded);
      });
      await expect(withClient(login, async () => {})).rejects.toMatchObject({ code: "28P01" });
      expect((await observeMigration(platform.postgres, north.names)).migratorEnabled).toBe(false);
    });

    it("expires after its time, even if it is not disabled", async () => {
      const password = "another-migrator-password";
      await enable(password, new Date(Date.now() - 1_000));
      const login = { ...north.login, user: north.names.roles.migrator, password };
      await expect(withClient(login, async () => {})).rejects.toThrow("password authentication failed");
    });

    it("leaves a schema with the recorded version", async () => {
      const none = { version: null, imageMark: null };
      expect(await observeMigration(platform.postgres, north.names)).toMatchObject(none);
      for (const reported of [
        { version: null, imageMark: "0123456789abcdef" },
        { version: 2, imageMark: null },
      ]) {
        await runStatements(platform.postgres, platform.epoch, [recordMigration(north.names, reported)]);
        expect(await observeMigration(platform.postgres, north.names)).toMatchObject(reported);
      }
    });

    async function enable(password: string, until: Date): Promise<void> {
      const verifier = await scramVerifier(password, Buffer.alloc(16, 1));
      await runStatements(platform.postgres, platform.epoch, enableMigrator(north.names, verifier, until));
    }
  });

  it("a retired tenant's logins are closed and their sessions ended", async () => {
    const gone = await tenantDatabase(platform, "gone");
    await withClient(gone.login, async (client) => {
      await revokeLogins(platform.postgres, platform.epoch, gone.names);
      await expect(client.query("SELECT 1")).rejects.toThrow(sessionEnded);
    });
    await expect(withClient(gone.login, async () => {})).rejects.toMatchObject({ code: "28P01" });
  });

  it("a deposed leader's transaction is refused and changes nothing", async () => {
    const other = await platformDatabase(inject(server));
    await using _ = other;
    await beginEpoch(other.postgres, "the-next-leader");
    const late = other.postgres.fenced(other.epoch, (transaction) =>
      transaction.query(
        "INSERT INTO public.tenants (id, uid, name) VALUES ('aaaaaaaaaa', gen_random_uuid(), 'late')",
      ),
    );
    await expect(late).rejects.toThrow(FencedError);
    expect(await other.postgres.query("SELECT FROM public.tenants")).toEqual([]);
  });

  it("the platform's tables are created once, and each start begins an epoch", async () => {
    const other = await platformDatabase(inject(server));
    await using _ = other;
    expect(await startPlatform(other.postgres, "again")).toBe(other.epoch + 1);
  });

  it("no statement in the server's log contains a password", async () => {
    const passwords = [north, south].flatMap((tenant) => Object.values(tenant.passwords));
    const statement = `ALTER ROLE "${north.names.roles.appA}" PASSWORD 'SCRAM-SHA-256`;
    expect(await loggedOf(platform, [statement, ...passwords])).toEqual([statement]);
  });

  function asNorth<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    return withClient(north.login, work);
  }
});

/** Creates the result of a migration: tables of the owner with rights for the logins' group. */
async function migrateByHand(platform: PlatformDatabase, tenant: TenantDatabase): Promise<void> {
  const { names } = tenant;
  await allowCreation(platform, tenant);
  await platform.postgres.transaction(async (transaction) => {
    await transaction.query(`SET LOCAL ROLE ${names.roles.owner}`);
    await transaction.query(`SET LOCAL search_path = ${names.schema}`);
    await transaction.query("CREATE TABLE schema_migrations (version int PRIMARY KEY)");
    await transaction.query("INSERT INTO schema_migrations VALUES (1), (2)");
    await transaction.query(
      "CREATE TABLE customers (id int PRIMARY KEY, name text, number int GENERATED ALWAYS AS IDENTITY)",
    );
    await transaction.query("CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'");
    await transaction.query(
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${names.schema} TO ${names.roles.readWrite}`,
    );
    await transaction.query(
      `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${names.schema} TO ${names.roles.readWrite}`,
    );
  });
  for (const { text } of refuseFiles(names)) await platform.postgres.query(text);
}
