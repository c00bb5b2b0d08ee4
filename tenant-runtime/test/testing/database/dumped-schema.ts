import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { escapeIdentifier } from "pg";
import { serverProgram } from "../../../../harness/services/place/server-programs.ts";
import {
  createDatabase,
  type PostgresConnection,
  superuser,
  type TestDatabase,
  withClient,
} from "../../../../harness/services/postgres.ts";

const run = promisify(execFile);

/** The contents of each table of a schema: its rows as text, in order. */
export type SchemaContent = Readonly<Record<string, readonly string[]>>;

/**
 * Dumps a schema like a platform's backup and returns the content of a restored copy. On 15 it uses pg_dump and
 * psql; on other versions, where these programs are absent, COPY, which they use too. Throws their error or the
 * server's.
 */
export function restoredContent(
  server: PostgresConnection,
  database: TestDatabase,
  schema: string,
): Promise<SchemaContent> {
  return server.version === 15 ? byPgDump(server, database, schema) : byCopy(database, schema);
}

export function schemaContent(database: TestDatabase, schema: string): Promise<SchemaContent> {
  return withClient(database.superuser, (client) => contentOf(client, schema));
}

async function contentOf(client: Client, schema: string): Promise<SchemaContent> {
  const content: Record<string, string[]> = {};
  for (const table of await tablesOf(client, schema)) {
    // As bytes, because a value that is not text could not be sent.
    const { rows } = await client.query<{ row: string }>(
      `SELECT encode(textsend(t::text), 'hex') AS row FROM ${escapeIdentifier(schema)}.${table} t ORDER BY 1`,
    );
    content[table] = rows.map(({ row }) => row);
  }
  return content;
}

type Client = Parameters<Parameters<typeof withClient>[1]>[0];

async function tablesOf(client: Client, schema: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1",
    [schema],
  );
  return rows.map(({ name }) => name);
}

async function byPgDump(
  server: PostgresConnection,
  database: TestDatabase,
  schema: string,
): Promise<SchemaContent> {
  const directory = await mkdtemp(join(tmpdir(), "dotmac-dump-"));
  await using restored = await createDatabase(server);
  const [ca, file] = [join(directory, "ca.crt"), join(directory, "dump.sql")];
  const programs = dirname(await serverProgram("postgres15"));
  const { user = "", password = "" } = superuser(server);
  const env = {
    ...process.env,
    PGHOST: server.host,
    PGPORT: String(server.port),
    PGUSER: user,
    PGPASSWORD: String(password),
    PGSSLMODE: "verify-full",
    PGSSLROOTCERT: ca,
  };
  try {
    await writeFile(ca, server.ca);
    await run(
      join(programs, "pg_dump"),
      ["--no-owner", "--no-privileges", "-n", schema, "-f", file, database.name],
      {
        env,
      },
    );
    await run(join(programs, "psql"), ["-qX", "-v", "ON_ERROR_STOP=1", "-f", file, restored.name], { env });
    return await schemaContent(restored, schema);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function byCopy(database: TestDatabase, schema: string): Promise<SchemaContent> {
  const copies = `${schema}_copy`;
  return withClient(database.superuser, async (client) => {
    // Never committed: the end of the connection removes the copy.
    await client.query(`BEGIN; CREATE SCHEMA ${escapeIdentifier(copies)}`);
    const { rows } = await client.query<{ path: string }>(
      "SELECT current_setting('data_directory') || '/dotmac-copy' AS path",
    );
    for (const table of await tablesOf(client, schema)) {
      const [from, to] = [`${escapeIdentifier(schema)}.${table}`, `${escapeIdentifier(copies)}.${table}`];
      await client.query(`CREATE TABLE ${to} (LIKE ${from} INCLUDING CONSTRAINTS)`);
      await client.query(`COPY ${from} TO '${rows[0]?.path}'`);
      await client.query(`COPY ${to} FROM '${rows[0]?.path}'`);
    }
    return contentOf(client, copies);
  });
}
