import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, login, superuser, type TestDatabase, withClient } from "../postgres.ts";
import { bootstrapDatabase } from "./bootstrap-database.ts";

const insufficientPrivilege = "42501";

describe.each(["postgres15", "postgres18"] as const)("a bootstrapped database on %s", (name) => {
  const postgres = inject(name);
  const tenant = "t_bootstrap2_app_a";
  let database: TestDatabase;

  const asSuperuser = <Result>(work: (client: Client) => Promise<Result>) =>
    withClient(superuser(postgres, database.name), work);
  const asTenant = <Result>(work: (client: Client) => Promise<Result>) =>
    withClient(login(postgres, database.name, tenant, "secret of a tenant"), work);

  beforeAll(async () => {
    database = await createDatabase(postgres);
    await withClient(database.operator, async (client) => {
      await client.query(`CREATE ROLE ${tenant} LOGIN PASSWORD 'secret of a tenant'`);
      await client.query(`GRANT CONNECT ON DATABASE ${database.name} TO ${tenant}`);
    });
  });
  afterAll(async () => {
    await asSuperuser((client) => client.query(`DROP OWNED BY ${tenant}; DROP ROLE ${tenant}`));
    await database[Symbol.asyncDispose]();
  });

  it("refuses a login that the operator has not admitted", async () => {
    const stranger = "t_bootstrap2_app_b";
    await withClient(database.operator, (client) =>
      client.query(`CREATE ROLE ${stranger} LOGIN PASSWORD 'x'`),
    );
    const attempt = withClient(login(postgres, database.name, stranger, "x"), async () => "in");
    await expect(attempt).rejects.toMatchObject({ code: insufficientPrivilege });
    await withClient(database.operator, (client) => client.query(`DROP ROLE ${stranger}`));
    expect(await asTenant(async () => "in")).toBe("in");
  });

  it.each(["postgres", "template1"])("refuses a tenant the other database %s", async (other) => {
    const attempt = withClient(login(postgres, other, tenant, "secret of a tenant"), async () => "in");
    await expect(attempt).rejects.toMatchObject({ code: insufficientPrivilege });
  });

  it.each([
    ["a temporary table", "CREATE TEMPORARY TABLE mine (id int)"],
    ["a table in public", "CREATE TABLE public.mine (id int)"],
    ["a schema", "CREATE SCHEMA mine"],
    ["a large object", "SELECT lo_create(0)"],
    ["a large object from bytes", "SELECT lo_from_bytea(0, 'x')"],
    ["writing to a large object", "SELECT lowrite(0, 'x')"],
    ["a session advisory lock", "SELECT pg_advisory_lock(1)"],
    ["a transaction advisory lock", "SELECT pg_try_advisory_xact_lock(1, 2)"],
    ["releasing advisory locks", "SELECT pg_advisory_unlock_all()"],
    ["logins' verifiers", "SELECT * FROM pgbouncer.user_lookup('dotmac_operator')"],
    ["the password catalog", "SELECT rolpassword FROM pg_authid"],
    ["a server file", "SELECT pg_read_file('postgresql.conf')"],
    ["a server program", "COPY (SELECT 1) TO PROGRAM 'true'"],
    ["the operator's role", "SET ROLE dotmac_operator"],
    ["a larger limit for temporary files", "SET temp_file_limit = '1TB'"],
    ["a grant that grants nothing", "GRANT EXECUTE ON FUNCTION pg_catalog.now() TO CURRENT_USER"],
    ["a message in the log of writes", "SELECT pg_logical_emit_message(false, 'x', 'y')"],
    ["a lock on an index by a function", "SELECT brin_summarize_new_values('pg_class_oid_index'::regclass)"],
    ["asking which backends there are", "SELECT pg_cancel_backend(2147483647)"],
    ["asking which backends there are to end", "SELECT pg_terminate_backend(2147483647)"],
    ["asking for the sessions that block another", "SELECT pg_blocking_pids(1)"],
    ["asking for the sessions that block a snapshot", "SELECT pg_safe_snapshot_blocking_pids(1)"],
    ["asking whether a session waits", "SELECT pg_isolation_test_session_is_blocked(1, '{2}')"],
    ["the server's control file", "SELECT * FROM pg_control_checkpoint()"],
    ["a snapshot for others", "SELECT pg_export_snapshot()"],
    ["a role", "CREATE ROLE t_bootstrap2_app_c"],
  ])("refuses a tenant %s", async (_, statement) => {
    await expect(asTenant((client) => client.query(statement))).rejects.toMatchObject({
      code: insufficientPrivilege,
    });
  });

  it("does not grow in the catalog by grants that are refused", async () => {
    const size = () =>
      asSuperuser(
        async (client) => (await client.query("SELECT pg_relation_size('pg_proc') AS bytes")).rows[0].bytes,
      );
    const before = await size();
    await asTenant(async (client) => {
      for (let turn = 0; turn < 5; turn += 1) {
        const grant = client.query("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_catalog TO CURRENT_USER");
        await expect(grant).rejects.toMatchObject({ code: insufficientPrivilege });
      }
    });
    expect(await size()).toBe(before);
  });

  it("refuses the operator the rights of a superuser", async () => {
    await withClient(database.operator, async (client) => {
      for (const statement of [
        "CREATE ROLE root SUPERUSER",
        "ALTER ROLE dotmac_operator SUPERUSER",
        "ALTER ROLE postgres PASSWORD 'x'",
        "SELECT rolpassword FROM pg_authid",
        "SELECT * FROM pgbouncer.user_lookup('postgres')",
      ]) {
        await expect(client.query(statement), statement).rejects.toMatchObject({
          code: insufficientPrivilege,
        });
      }
    });
  });

  it("lets the operator create a tenant's schema and give it its owner", async () => {
    await withClient(database.operator, async (client) => {
      await client.query("CREATE ROLE t_bootstrap2_owner NOLOGIN");
      // From version 16 on, `createrole_self_grant` does this.
      if (postgres.version === 15) await client.query("GRANT t_bootstrap2_owner TO dotmac_operator");
      await client.query("CREATE SCHEMA t_bootstrap2 AUTHORIZATION t_bootstrap2_owner");
      const { rows } = await client.query(
        "SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 't_bootstrap2'",
      );
      expect(rows).toEqual([{ owner: "t_bootstrap2_owner" }]);
      await client.query("CREATE TABLE public.shared (id int); DROP TABLE public.shared");
      await client.query("DROP SCHEMA t_bootstrap2");
      await client.query("DROP ROLE t_bootstrap2_owner");
    });
  });

  describe("the pooler's look-up", () => {
    const lookUp = (user: string) =>
      withClient(
        login(postgres, database.name, "pgbouncer_auth", postgres.passwords.pooler),
        async (client) => {
          const { rows } = await client.query("SELECT * FROM pgbouncer.user_lookup($1)", [user]);
          return rows;
        },
      );

    it("returns a tenant's verifier, never a password", async () => {
      const [found] = await lookUp(tenant);
      expect(found.username).toBe(tenant);
      expect(found.verifier).toMatch(/^SCRAM-SHA-256\$4096:/);
    });

    const unknown = [
      { username: "dotmac_unknown", verifier: expect.stringMatching(/^SCRAM-SHA-256\$4096:/) },
    ];

    it.each(["postgres", "dotmac_operator", "nobody at all"])(
      "returns a login that does not exist for %s",
      async (user) => {
        expect(await lookUp(user)).toEqual(unknown);
      },
    );

    it.each(["NOLOGIN", "VALID UNTIL '2000-01-01'"])("does not return a tenant that is %s", async (state) => {
      const undo = state === "NOLOGIN" ? "LOGIN" : "VALID UNTIL 'infinity'";
      await asSuperuser((client) => client.query(`ALTER ROLE ${tenant} ${state}`));
      try {
        expect(await lookUp(tenant)).toEqual(unknown);
      } finally {
        await asSuperuser((client) => client.query(`ALTER ROLE ${tenant} ${undo}`));
      }
      expect(await lookUp(tenant)).toMatchObject([{ username: tenant }]);
    });

    it("is the only right of the pooler's own login", async () => {
      const asPooler = login(postgres, database.name, "pgbouncer_auth", postgres.passwords.pooler);
      await withClient(asPooler, async (client) => {
        for (const statement of ["SELECT rolpassword FROM pg_authid", "CREATE TABLE mine (id int)"]) {
          await expect(client.query(statement), statement).rejects.toMatchObject({
            code: expect.stringMatching(/^(42501|3F000)$/),
          });
        }
      });
    });
  });

  it("stays the same after another bootstrap", async () => {
    const before = await asSuperuser(rights);
    await asSuperuser((client) => bootstrapDatabase(client, postgres.passwords));
    expect(await asSuperuser(rights)).toEqual(before);
  });
});

/** Every right and owner that the bootstrap changes. */
async function rights(client: Client): Promise<unknown> {
  const { rows } = await client.query(`
    SELECT
      (SELECT array_agg(row(datname, datdba::regrole, datacl)::text ORDER BY datname) FROM pg_database WHERE datname = current_database() OR datname !~ '^test_') AS databases,
      (SELECT array_agg(row(nspname, nspacl)::text ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_t') AS schemas,
      (SELECT array_agg(row(oid::regprocedure, proacl)::text ORDER BY oid) FROM pg_proc WHERE proacl IS NOT NULL) AS functions,
      (SELECT array_agg(row(rolname, rolsuper, rolcreaterole, rolcanlogin, rolconfig)::text ORDER BY rolname) FROM pg_roles WHERE rolname IN ('dotmac_operator', 'pgbouncer_auth')) AS roles`);
  return rows[0];
}
