import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { createDatabase, superuser, type TestDatabase, withClient } from "../postgres.ts";
import type {} from "../vitest.ts";
import { bootstrapDatabase } from "./bootstrap-database.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Grants the caller's power to the operator, if the caller has it. */
const trap = `CREATE FUNCTION public.trap() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN ALTER ROLE dotmac_operator SUPERUSER; END IF;
  RETURN 'SELECT 1';
END $$`;

/** Functions and operators that match bootstrap.sql's calls better than PostgreSQL's own. */
const plants = [
  trap,
  "CREATE FUNCTION public.format(text, name) RETURNS text LANGUAGE sql AS 'SELECT public.trap()'",
  "CREATE FUNCTION public.format(text, regprocedure) RETURNS text LANGUAGE sql AS 'SELECT public.trap()'",
  "CREATE FUNCTION public.format(text, regclass) RETURNS text LANGUAGE sql AS 'SELECT public.trap()'",
  "CREATE FUNCTION public.to_regrole(name) RETURNS regrole LANGUAGE sql AS 'SELECT public.trap(); SELECT NULL::regrole'",
  "CREATE FUNCTION public.quote_ident(name) RETURNS text LANGUAGE sql AS 'SELECT public.trap()'",
  "CREATE FUNCTION public.matches(name, text) RETURNS boolean LANGUAGE sql AS 'SELECT public.trap() IS NULL'",
  "CREATE OPERATOR public.~ (LEFTARG = name, RIGHTARG = text, FUNCTION = public.matches)",
  "CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = public.matches)",
  "CREATE TABLE public.pg_proc (oid oid)",
  "CREATE VIEW public.pg_roles AS SELECT public.trap() AS rolname",
];

describe.each(["postgres15", "postgres18"] as const)(
  "bootstrap.sql on %s, run again by a superuser",
  (name) => {
    const postgres = inject(name);
    let database: TestDatabase;

    beforeEach(async () => {
      database = await createDatabase(postgres);
    });

    afterEach(async () => {
      await asSuperuser((client) => client.query("ALTER ROLE dotmac_operator NOSUPERUSER"));
      await database[Symbol.asyncDispose]();
    });

    const asSuperuser = <Result>(work: (client: Client) => Promise<Result>) =>
      withClient(superuser(postgres, database.name), work);

    it("waits for a login's GRANT on the database, although PostgreSQL would let it fail", async () => {
      await withClient(database.operator, async (holder) => {
        await holder.query(`BEGIN; GRANT CONNECT ON DATABASE "${database.name}" TO CURRENT_USER`);
        const done = asSuperuser((client) => bootstrapDatabase(client, postgres.passwords));
        const waits = "SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted";
        while ((await holder.query(waits)).rows.length === 0);
        await holder.query("COMMIT");
        await done;
      });
    });

    it("evaluates nothing that the operator has put into public", async () => {
      await asOperator(plants);
      await asOperator([`ALTER DATABASE ${database.name} SET search_path = public, pg_catalog`]);
      await asSuperuser((client) => bootstrapDatabase(client, postgres.passwords));
      expect(await operatorIsSuperuser()).toBe(false);
    });

    it("would evaluate it without its first line, so the traps work", async () => {
      await asOperator(plants);
      await asSuperuser(async (client) => {
        await client.query("SELECT format('%I', current_database())");
      });
      expect(await operatorIsSuperuser()).toBe(true);
    });

    it("takes ownership of the operator's objects in its schemas", async () => {
      const function_ = `dotmac.tenant_verifiers(logins text[]) RETURNS TABLE (login text, verifier text) LANGUAGE sql
      SECURITY DEFINER AS 'SELECT NULL::text, NULL::text'`;
      await asSuperuser((client) =>
        client.query("DROP SCHEMA dotmac CASCADE; DROP SCHEMA pgbouncer CASCADE"),
      );
      await asOperator([
        "CREATE SCHEMA dotmac",
        "CREATE SCHEMA pgbouncer",
        `CREATE FUNCTION ${function_}`,
        "CREATE FUNCTION dotmac.schema_sizes() RETURNS TABLE (schema_name text, bytes bigint) LANGUAGE sql AS 'SELECT NULL::text, 0::bigint'",
        "CREATE FUNCTION dotmac.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "GRANT ALL ON SCHEMA dotmac, pgbouncer TO PUBLIC",
      ]);
      await asSuperuser((client) => bootstrapDatabase(client, postgres.passwords));
      await withClient(database.operator, async (client) => {
        for (const statement of [
          "CREATE FUNCTION dotmac.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "SELECT * FROM pgbouncer.user_lookup('x')",
          "DROP SCHEMA dotmac CASCADE",
        ])
          await expect(client.query(statement), statement).rejects.toMatchObject({ code: "42501" });
        const { rows } = await client.query(
          `SELECT p.oid::regprocedure::text AS name, proowner::regrole::text AS owner, prosecdef AS definer, proconfig AS config
         FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname IN ('dotmac', 'pgbouncer') ORDER BY 1`,
        );
        const path = "search_path=pg_catalog, pg_temp";
        const made = { owner: "postgres", definer: true, config: [path] };
        expect(rows).toEqual([
          { name: "dotmac.bound_schema()", ...made },
          { name: "dotmac.end_analysis(integer,oid)", ...made, config: [path, "lock_timeout=1s"] },
          { name: "dotmac.global_bytes()", ...made },
          { name: "dotmac.guard_ddl()", ...made },
          {
            name: "dotmac.guard_grants()",
            ...made,
            config: [path, "enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off"],
          },
          { name: "dotmac.guard_ranges()", ...made },
          { name: "dotmac.kill_session(integer,timestamp with time zone)", ...made },
          { name: "dotmac.relation_files()", ...made },
          { name: "dotmac.running_analyses()", ...made },
          { name: "dotmac.schema_counts(oid)", ...made },
          { name: "dotmac.schema_sizes()", ...made, config: [path, "enable_nestloop=off"] },
          { name: "dotmac.tenant_verifiers(text[])", ...made },
          { name: "dotmac.uncommitted_files()", ...made, config: [path, "enable_nestloop=off"] },
          { name: "dotmac.unnamed_files()", ...made, config: [path, "enable_nestloop=off"] },
          { name: "pgbouncer.user_lookup(text)", ...made },
        ]);
      });
    });

    it("gives the operator's logins a path without public", async () => {
      await withClient(database.operator, async (client) => {
        expect((await client.query("SHOW search_path")).rows).toEqual([
          { search_path: "pg_catalog, pg_temp" },
        ]);
      });
    });

    async function asOperator(statements: readonly string[]): Promise<void> {
      await withClient(database.operator, async (client) => {
        for (const statement of statements) await client.query(statement);
      });
    }

    async function operatorIsSuperuser(): Promise<boolean> {
      return asSuperuser(async (client) => {
        const { rows } = await client.query(
          "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'dotmac_operator'",
        );
        return rows[0].rolsuper;
      });
    }
  },
);

describe("SQL of a superuser or the operator", () => {
  it.each([
    ["charts/platform/files", "SET search_path = pg_catalog, pg_temp;"],
    ["operator/sql", "SET LOCAL search_path = pg_catalog, pg_temp;"],
  ])("begins by fixing the path, in every file of %s", async (directory, first) => {
    const files = (await readdir(join(repository, directory))).filter((file) => file.endsWith(".sql"));
    expect(files).not.toEqual([]);
    for (const file of files) {
      const text = await readFile(join(repository, directory, file), "utf8");
      expect(firstStatement(text), `${directory}/${file}`).toBe(first);
    }
  });

  it("has a fixed path in every function with its owner's rights", async () => {
    for (const file of ["charts/platform/files/bootstrap.sql", ...(await sqlFiles("operator/sql"))]) {
      const text = await readFile(join(repository, file), "utf8");
      const definers = text.match(/SECURITY DEFINER.*/g) ?? [];
      expect(definers.filter((line) => !line.includes("SET search_path = pg_catalog, pg_temp"))).toEqual([]);
    }
  });

  it("is sent by the operator only through connections with a fixed path", async () => {
    const opening: string[] = [];
    for (const file of await sources("operator/src")) {
      if (/new (pg\.)?(Pool|Client)\(/.test(await readFile(file, "utf8")))
        opening.push(file.slice(repository.length));
    }
    expect(opening).toEqual(["operator/src/clients/postgres/postgres.ts"]);
    const text = await readFile(join(repository, opening[0] ?? ""), "utf8");
    expect(text).toContain('options: "-c search_path=pg_catalog,pg_temp"');
  });

  function firstStatement(sql: string): string | undefined {
    return sql.split("\n").find((line) => line.trim() !== "" && !line.startsWith("--"));
  }

  async function sqlFiles(directory: string): Promise<string[]> {
    const files = await readdir(join(repository, directory));
    return files.filter((file) => file.endsWith(".sql")).map((file) => join(directory, file));
  }

  async function sources(directory: string): Promise<string[]> {
    const entries = await readdir(join(repository, directory), { recursive: true });
    return entries
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => join(repository, directory, file));
  }
});
