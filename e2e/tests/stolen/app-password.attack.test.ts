import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cluster } from "../testing/live-cluster.ts";
import {
  accessToken,
  administrator,
  createCustomer,
  type SampleTenant,
  sampleTenant,
} from "../testing/sample-tenant.ts";
import { sharedTenants } from "../testing/shared-tenants.ts";
import { asAttacker, type StolenLogin, stolenLogin } from "./attacker.ts";

/** SQLSTATEs of a refusal: insufficient privilege, and the server's answer for an object that cannot be seen. */
const refused = ["42501", "0LP01"];

interface Surface {
  readonly surface: string;
  readonly sql: (other: Neighbour) => string;
}

interface Neighbour {
  readonly schema: string;
  readonly role: string;
}

/** Statements that an attacker would try. The server itself must refuse each. */
const surfaces: readonly Surface[] = [
  { surface: "tables of a neighbour", sql: ({ schema }) => `SELECT * FROM ${schema}.customers` },
  { surface: "users of a neighbour", sql: ({ schema }) => `SELECT * FROM ${schema}.users` },
  { surface: "lock a neighbour's table", sql: ({ schema }) => `BEGIN; LOCK TABLE ${schema}.customers` },
  {
    surface: "resetting a table's counters",
    sql: () => "SELECT pg_stat_reset_single_table_counters('public.audit_logs'::regclass)",
  },
  { surface: "truncate a neighbour's table", sql: ({ schema }) => `TRUNCATE ${schema}.customers` },
  { surface: "password verifiers", sql: () => "SELECT rolpassword FROM pg_authid" },
  { surface: "password verifiers by the view", sql: () => "SELECT passwd FROM pg_shadow" },
  { surface: "column statistics", sql: () => "SELECT stavalues1 FROM pg_statistic" },
  { surface: "configuration files", sql: () => "SELECT * FROM pg_file_settings" },
  { surface: "authentication rules", sql: () => "SELECT * FROM pg_hba_file_rules" },
  { surface: "subscriptions' passwords", sql: () => "SELECT subconninfo FROM pg_subscription" },
  { surface: "user mappings", sql: () => "SELECT umoptions FROM pg_user_mapping" },
  { surface: "the operator's epoch", sql: () => "SELECT * FROM public.operator_epoch" },
  { surface: "the pooler's look-up", sql: () => "SELECT * FROM pgbouncer.user_lookup('dotmac_operator')" },
  { surface: "large objects", sql: () => "SELECT lo_create(0)" },
  { surface: "large objects from a file", sql: () => "SELECT lo_import('/etc/passwd')" },
  { surface: "pages of large objects", sql: () => "SELECT data FROM pg_largeobject" },
  { surface: "COPY to a program", sql: () => "COPY (SELECT 1) TO PROGRAM 'id'" },
  { surface: "COPY from a program", sql: () => "COPY customers FROM PROGRAM 'id'" },
  { surface: "COPY to a file", sql: () => "COPY (SELECT 1) TO '/tmp/stolen'" },
  { surface: "COPY from a file", sql: () => "COPY customers FROM '/etc/passwd'" },
  { surface: "reading files", sql: () => "SELECT pg_read_file('/etc/passwd')" },
  { surface: "listing folders", sql: () => "SELECT pg_ls_dir('/')" },
  { surface: "the server's log folder", sql: () => "SELECT pg_ls_logdir()" },
  { surface: "WAL files", sql: () => "SELECT pg_ls_waldir()" },
  { surface: "trusted extensions", sql: () => "CREATE EXTENSION hstore" },
  { surface: "untrusted extensions", sql: () => "CREATE EXTENSION file_fdw" },
  { surface: "languages", sql: () => "CREATE LANGUAGE plperlu" },
  { surface: "functions", sql: () => "CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 1'" },
  {
    surface: "functions in public",
    sql: () => "CREATE FUNCTION public.answer() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  },
  { surface: "tables", sql: () => "CREATE TABLE x (id int)" },
  { surface: "temporary tables", sql: () => "CREATE TEMP TABLE x (id int)" },
  { surface: "schemas", sql: () => "CREATE SCHEMA x" },
  { surface: "databases", sql: () => "CREATE DATABASE x" },
  { surface: "roles", sql: () => "CREATE ROLE x" },
  { surface: "tablespaces", sql: () => "CREATE TABLESPACE x LOCATION '/tmp'" },
  {
    surface: "event triggers",
    sql: () => "CREATE EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION x()",
  },
  {
    surface: "triggers on its own tables",
    sql: () =>
      "CREATE TRIGGER x BEFORE INSERT ON customers EXECUTE FUNCTION suppress_redundant_updates_trigger()",
  },
  { surface: "rules on its own tables", sql: () => "CREATE RULE x AS ON INSERT TO customers DO NOTHING" },
  { surface: "policies on its own tables", sql: () => "CREATE POLICY x ON customers" },
  { surface: "policies on shared tables", sql: () => "CREATE POLICY x ON public.audit_logs USING (true)" },
  {
    surface: "row security of shared tables",
    sql: () => "ALTER TABLE public.audit_logs DISABLE ROW LEVEL SECURITY",
  },
  { surface: "casts", sql: () => "CREATE CAST (int AS text) WITHOUT FUNCTION" },
  {
    surface: "operators",
    sql: () => "CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
  },
  {
    surface: "foreign servers",
    sql: () => "CREATE SERVER x FOREIGN DATA WRAPPER postgres_fdw",
  },
  { surface: "publications", sql: () => "CREATE PUBLICATION x" },
  { surface: "subscriptions", sql: () => "CREATE SUBSCRIPTION x CONNECTION 'host=localhost' PUBLICATION x" },
  { surface: "replication slots", sql: () => "SELECT pg_create_physical_replication_slot('x')" },
  { surface: "advisory locks", sql: () => "SELECT pg_advisory_lock(1)" },
  { surface: "advisory locks of a transaction", sql: () => "SELECT pg_try_advisory_xact_lock(1)" },
  {
    surface: "ending a neighbour's sessions",
    // Tests the right to the function, with any process id, without a query of the sessions before.
    sql: () => "SELECT pg_terminate_backend(2147483647)",
  },
  { surface: "reloading the server", sql: () => "SELECT pg_reload_conf()" },
  { surface: "switching WAL", sql: () => "SELECT pg_switch_wal()" },
  { surface: "restore points", sql: () => "SELECT pg_create_restore_point('x')" },
  { surface: "settings of the server", sql: () => "ALTER SYSTEM SET max_connections = 1" },
  { surface: "settings of the database", sql: () => "ALTER DATABASE dotmac SET statement_timeout = 1" },
  { surface: "settings of every role", sql: () => "ALTER ROLE ALL SET statement_timeout = 1" },
  { surface: "settings of a neighbour's role", sql: ({ role }) => `ALTER ROLE ${role} SET search_path = x` },
  { surface: "a neighbour's password", sql: ({ role }) => `ALTER ROLE ${role} PASSWORD 'x'` },
  { surface: "limits of temporary files", sql: () => "SET temp_file_limit = -1" },
  { surface: "replication of changes", sql: () => "SET session_replication_role = replica" },
  { surface: "logging", sql: () => "SET log_statement = 'none'" },
  { surface: "a neighbour's role", sql: ({ role }) => `SET ROLE ${role}` },
  { surface: "the operator's role", sql: () => "SET ROLE dotmac_operator" },
  { surface: "a neighbour's session", sql: ({ role }) => `SET SESSION AUTHORIZATION ${role}` },
  {
    surface: "membership for a neighbour",
    sql: ({ role }) => `GRANT dotmac_tenant TO ${role} WITH ADMIN OPTION`,
  },
  { surface: "vacuum of a catalog", sql: () => "SELECT pg_stat_reset()" },
];

describe.runIf(cluster.outside)("an attacker with the password of a tenant's login", () => {
  let north: SampleTenant;
  let south: SampleTenant;
  let stolen: StolenLogin;
  let neighbour: Neighbour;

  beforeAll(async () => {
    ({ south } = await sharedTenants());
    // Some attacks break the attacker's own login until the operator repairs it.
    north = await sampleTenant("robbed");
    stolen = await stolenLogin(north, "runtime", "database.json");
    neighbour = {
      schema: `t_${south.id}`,
      role: (await stolenLogin(south, "runtime", "database.json")).user,
    };
  });

  afterAll(() => north?.[Symbol.asyncDispose]());

  it("reads the tables of that tenant", async () => {
    const { rows } = await asAttacker(stolen, (client) =>
      client.query("SELECT count(*)::int FROM customers"),
    );
    expect(rows).toEqual([{ count: expect.any(Number) }]);
  });

  it.each(surfaces)("is refused: $surface", async ({ sql }) => {
    const code = await asAttacker(stolen, (client) =>
      client.query(sql(neighbour)).then(
        () => "carried out",
        (error: { code?: string }) => error.code,
      ),
    );
    expect(refused).toContain(code);
  });

  it.each([
    ["postgres", "FATAL"],
    ["template1", "FATAL"],
    // PgBouncer 1.18 lets whoever asks for its own database wait for an answer.
    ["pgbouncer", "timeout expired"],
  ])("opens no database %s", async (database, refusal) => {
    const outcome = asAttacker(stolen, (client) => client.query("SELECT 1"), database).then(
      () => "opened",
      (error: { severity?: string; message: string }) => error.severity ?? error.message,
    );
    expect(await outcome).toBe(refusal);
  });

  it("sees no statement, address or wait of a neighbour's session", async () => {
    await asAttacker(stolen, async (client) => {
      for (const source of ["pg_stat_activity", "pg_stat_get_activity(NULL)", "pg_locks", "pg_lock_status()"])
        await expect(client.query(`SELECT * FROM ${source}`), source).rejects.toMatchObject({
          code: "42501",
        });
      // The attacker's own session still works.
      expect((await client.query("SELECT session_user AS login")).rows).toEqual([{ login: stolen.user }]);
    });
  });

  it("does not stop the neighbour's logins, writes and reads by any of these attacks", async () => {
    const statements = [
      "DROP OWNED BY dotmac_tenant",
      "DROP OWNED BY CURRENT_USER",
      "REASSIGN OWNED BY dotmac_tenant TO CURRENT_USER",
      "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC",
      "REVOKE ALL ON public.audit_logs FROM PUBLIC",
      "ALTER ROLE CURRENT_USER SET search_path = x",
      "SELECT pg_notify('x', repeat('y', 7000)) FROM generate_series(1, 1000)",
      "SELECT length(repeat('x', 900000000))",
    ];
    await using staff = await administrator(south);
    const id = await createCustomer(staff);
    const read = async () =>
      (await staff.client.call("GET", `/customers/${id}`, { token: staff.token })).status;
    const attack = (statement: string) =>
      asAttacker(stolen, (client) => client.query(statement)).then(
        () => "",
        (error: { code?: string }) => error.code,
      );
    for (const statement of statements) {
      const [code, status] = await Promise.all([attack(statement), read()]);
      // A statement with a syntax error or an unknown object attacks nothing, so the test fails on it.
      expect(code, statement).not.toMatch(/^42(?!501)/);
      expect(status, statement).toBe(200);
    }
    const token = await accessToken(staff.client, staff.login);
    await createCustomer({ ...staff, token });
    expect(await read()).toBe(200);
  });
});
