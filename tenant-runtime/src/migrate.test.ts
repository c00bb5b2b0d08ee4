import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import { type PgBouncer, startPgBouncer } from "../../harness/services/pgbouncer.ts";
import {
  createDatabase,
  login,
  type Postgres,
  startPostgres,
  type TestDatabase,
  withClient,
} from "../../harness/services/postgres.ts";
import { readMigrations } from "../../process/migrations/migrations-directory.ts";
import { coverageEnvironment } from "../test/testing/coverage/coverage-environment.ts";
import { createPlatformTables } from "../test/testing/process/create-platform-tables.ts";
import { migrationFolders } from "./platform/migrations/migration-folders.ts";

const source = import.meta.dirname;
const password = "correct horse battery";
const versions = (await readMigrations(...migrationFolders())).map(({ version }) => version);
const lastVersion = versions.length;

describe.each([15, 18] as const)("a migration Job on PostgreSQL %i, through the pooler", (version) => {
  const id = `migrate${version === 15 ? "aaa" : "bbb"}`;
  const { schema, ownerRole, migratorRole, readWriteRole, appLogins } = namesOnServers(id);
  let postgres: Postgres;
  let pooler: PgBouncer;
  let database: TestDatabase;
  let directory: string;

  beforeAll(async () => {
    postgres = await startPostgres({ version });
    pooler = await startPgBouncer(postgres, { authority: postgres.authority });
    database = await createDatabase(postgres);
    await withClient(database.operator, async (client) => {
      await createPlatformTables(client);
      await client.query(`
        CREATE ROLE ${ownerRole} NOLOGIN;
        CREATE ROLE ${readWriteRole} NOLOGIN;
        CREATE ROLE ${migratorRole} LOGIN NOINHERIT PASSWORD '${password}';
        CREATE ROLE ${appLogins.a} LOGIN PASSWORD '${password}';
        GRANT dotmac_tenant TO ${readWriteRole}, ${migratorRole};
        GRANT ${readWriteRole} TO ${appLogins.a};
        GRANT CONNECT ON DATABASE "${database.name}" TO ${migratorRole};
        GRANT ${ownerRole} TO ${migratorRole}, CURRENT_USER;`);
    });
  });
  afterAll(async () => {
    await database?.[Symbol.asyncDispose]();
    await pooler?.[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    await sql(`DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema} AUTHORIZATION ${ownerRole}`);
    directory = await mkdtemp(join(tmpdir(), "dotmac-migrate-"));
    await write("etc/tenant.json", {
      tenant: { id, name: "north" },
      database: { host: pooler.host, port: pooler.port, name: database.name, schema },
    });
    await write("etc/ca/ca.crt", postgres.ca);
    await write("run/secrets/database.json", { user: migratorRole, password });
    return () => rm(directory, { recursive: true });
  });

  const sql = (statement: string) =>
    withClient(database.superuser, async (client) => (await client.query(statement)).rows);

  const asApp = <Row>(statement: string): Promise<Row[]> =>
    withClient(login(postgres, database.name, appLogins.a, password), async (client) => {
      await client.query(`SET search_path = ${schema}`);
      return (await client.query(statement)).rows;
    });

  async function write(path: string, content: string | object): Promise<void> {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
  }

  /** Runs the Job's program: the project's own, or a copy with these migrations beside it. */
  async function run(program = join(source, "migrate.ts")) {
    const terminationLog = join(directory, `termination-log-${randomUUID()}`);
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH,
        ...coverageEnvironment(),
        DOTMAC_CONFIG_DIR: join(directory, "etc"),
        DOTMAC_RUN_DIR: join(directory, "run"),
        DOTMAC_TERMINATION_LOG: terminationLog,
      },
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    const lines = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { level: string; message: string });
    return { code, lines, message: await readFile(terminationLog, "utf8") };
  }

  /** Copies the layout of the image: the program with the directory `migrations` beside it. */
  async function withMigrations(
    files: Readonly<Record<string, string>>,
  ): Promise<() => ReturnType<typeof run>> {
    const { build } = await import("esbuild");
    const program = join(directory, "app", "migrate.js");
    await build({
      entryPoints: [join(source, "migrate.ts")],
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    });
    await writeFile(join(directory, "app", "package.json"), '{"type":"module"}');
    for (const [name, content] of Object.entries(files)) await write(`app/migrations/${name}`, content);
    return () => run(program);
  }

  it("brings an empty schema to the last version and prints the version", async () => {
    const job = await run();
    expect(job).toMatchObject({ code: 0, message: String(lastVersion) });
    const applied = await sql(`SELECT version, name FROM ${schema}.schema_migrations ORDER BY version`);
    expect(applied.map((row) => row.version)).toEqual(versions);
  });

  it("changes nothing when it runs again", async () => {
    await run();
    const before = await sql(`SELECT * FROM ${schema}.schema_migrations`);
    expect(await run()).toMatchObject({ code: 0, message: String(lastVersion) });
    expect(await sql(`SELECT * FROM ${schema}.schema_migrations`)).toEqual(before);
  });

  it("is safe beside others that start at the same moment", async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => run()));
    expect(jobs.map(({ code, message }) => [code, message])).toEqual(
      jobs.map(() => [0, String(lastVersion)]),
    );
    const applied = jobs.flatMap(({ lines }) =>
      lines.filter(({ message }) => message === "migration applied"),
    );
    expect(applied).toHaveLength(lastVersion);
  });

  it("leaves tables of the owner that the application may write, except the record of migrations", async () => {
    await run();
    const owners = await sql(`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = '${schema}'`);
    expect(owners).toEqual([{ tableowner: ownerRole }]);
    const draw = "INSERT INTO taken_account_numbers DEFAULT VALUES RETURNING number";
    expect(await asApp(draw)).toEqual([{ number: "1000000" }]);
    expect(await asApp("SELECT max(version) AS version FROM schema_migrations")).toEqual([
      { version: lastVersion },
    ]);
    await asApp("DELETE FROM outbox_events");
    await expect(asApp("DELETE FROM schema_migrations")).rejects.toThrow(/permission denied/);
    await expect(asApp("DROP TABLE outbox_events")).rejects.toThrow(/DROP TABLE is not allowed/);
    await expect(asApp("CREATE TABLE own (id int)")).rejects.toThrow(/CREATE TABLE is not allowed/);
  });

  it("tries again for a lock that another session holds, and does not block that session", async () => {
    const migrateAll = await withMigrations({ "0001_one.sql": "CREATE TABLE one (id int);" });
    await migrateAll();
    await write("app/migrations/0002_two.sql", "ALTER TABLE one ADD COLUMN two int;");
    const job = await withClient(database.superuser, async (reader) => {
      await reader.query(`BEGIN; SELECT * FROM ${schema}.one`);
      const running = migrateAll();
      const waiting = `SELECT FROM pg_locks WHERE relation = '${schema}.one'::regclass AND NOT granted`;
      while ((await sql(waiting)).length === 0);
      await sql(`SET statement_timeout = '2s'; SELECT * FROM ${schema}.one`);
      while ((await sql(waiting)).length > 0);
      while ((await sql(waiting)).length === 0);
      await reader.query("COMMIT");
      return running;
    });
    expect(job).toMatchObject({ code: 0, message: "2" });
  });

  it("refuses a history that was edited, with advice", async () => {
    const first = await withMigrations({ "0001_one.sql": "CREATE TABLE one (id int);" });
    expect(await first()).toMatchObject({ code: 0, message: "1" });
    await write("app/migrations/0001_one.sql", "CREATE TABLE one (id bigint);");
    const job = await first();
    expect(job.code).toBe(1);
    expect(job.message).toMatch(/^migration 1 was applied as one \(SHA-256 .*put the file back as it was/);
  });

  it("keeps the migrations before the failed one, undoes the failed one, and prints the reason in one line", async () => {
    const job = await (
      await withMigrations({
        "0001_one.sql": "CREATE TABLE one (id int);",
        "0002_two.sql": "CREATE TABLE two (id int); SELECT 1 / 0;",
      })
    )();
    expect(job.code).toBe(1);
    expect(job.message).toBe("migration 2 (two) failed and was rolled back: division by zero");
    expect(job.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    const tables = await sql(`SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' ORDER BY 1`);
    expect(tables.map((row) => row.tablename)).toEqual(["one", "schema_migrations"]);
  });

  it("refuses a file that ends its own transaction", async () => {
    const run = await withMigrations({ "0001_one.sql": "CREATE TABLE one (id int); COMMIT; BEGIN;" });
    const job = await run();
    expect(job.code).toBe(1);
    expect(job.message).toMatch(/ended its transaction: remove BEGIN, COMMIT and ROLLBACK/);
  });

  it("refuses a schema that is newer than its image", async () => {
    const run = await withMigrations({ "0001_one.sql": "SELECT 1;", "0002_two.sql": "SELECT 2;" });
    await run();
    await rm(join(directory, "app/migrations/0002_two.sql"));
    const job = await run();
    expect(job.code).toBe(1);
    expect(job.message).toMatch(/the schema is at version 2, this image brings 1: use an image/);
  });

  it.each([
    [{ "0002_two.sql": "" }, /expected number 1, found 2/],
    [{ "1_one.sql": "" }, /expected a name like 0001_what_it_does\.sql/],
  ])("refuses the files %j", async (files, message) => {
    const job = await (await withMigrations(files))();
    expect([job.code, job.message]).toEqual([1, expect.stringMatching(message)]);
  });

  it.each([
    ["etc/tenant.json", "{", /tenant\.json: is not JSON/],
    ["run/secrets/database.json", { user: migratorRole }, /database\.json: password: is required/],
    ["run/secrets/database.json", { user: migratorRole, password: "wrong" }, /authentication failed/i],
  ])(
    "with an unusable %s fails with one line that says so, without any password",
    async (path, content, message) => {
      await write(path, content);
      const job = await run();
      expect([job.code, job.message]).toEqual([1, expect.stringMatching(message)]);
      expect(job.lines).toHaveLength(1);
      expect(JSON.stringify(job)).not.toContain(password);
    },
  );
});
