import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Client, type ClientConfig, escapeIdentifier } from "pg";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import type { Place } from "./place/place.ts";
import { bootstrapDatabase, type PlatformPasswords } from "./postgres/bootstrap-database.ts";
import type { PostgresVersion } from "./postgres/postgres-binaries.ts";
import { postgresPlace } from "./postgres/postgres-place.ts";
import type { Server } from "./process/server.ts";

/** The connection of a client. It is plain data, so that Vitest can pass it from its set-up to its workers. */
export interface PostgresConnection {
  readonly version: PostgresVersion;
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly superuserPassword: string;
  readonly passwords: PlatformPasswords;
}

/** A PostgreSQL server with a database `dotmac` that is set up as by the platform chart. */
export interface Postgres extends PostgresConnection, Server {
  readonly authority: Authority;
  /** See `createDatabase`. */
  createDatabase(template?: string): Promise<TestDatabase>;
}

/** A separate database for one test file. Disposing drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly superuser: ClientConfig;
  /** The login `dotmac_operator`. */
  readonly operator: ClientConfig;
}

export interface PostgresOptions {
  readonly version: PostgresVersion;
  readonly authority?: Authority;
  /** Settings that override the platform's: `{ max_connections: "20" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder that keeps the data for the next start. Absent: the data are deleted with the server. */
  readonly keptIn?: string | undefined;
}

/** Starts PostgreSQL with TLS, SCRAM and `log_statement=all`, and bootstraps its database `dotmac`. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { version, authority = await createAuthority("DotMac tests"), keptIn } = options;
  const { place, superuserPassword } = await postgresPlace(version, keptIn);
  const connection: PostgresConnection = {
    version,
    host: "localhost",
    port: place.port,
    ca: authority.certificate,
    superuserPassword,
    passwords: { operator: newPassword(), pooler: newPassword() },
  };
  await place.write(await configuration(place, authority, { ...durability(keptIn), ...options.settings }));
  const server = await place.start({
    name: `PostgreSQL ${version}`,
    arguments: ["-D", join(place.directory, "data"), `--config-file=${place.directory}/postgresql.conf`],
    stopSignal: "INT",
    ready: () => withClient(superuser(connection, "postgres"), async () => {}),
  });
  try {
    await bootstrapPlatform(connection);
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ...connection,
    ...server,
    authority,
    createDatabase: (template) => createDatabase(connection, template),
  };
}

/**
 * Creates a database for one test file on a running server, bootstrapped like `dotmac`; with `template`, a copy of that
 * database. Roles belong to the whole server, so tenants of different files need different ids.
 */
export async function createDatabase(
  connection: PostgresConnection,
  template?: string,
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await bootstrapNew(connection, name, template);
  return {
    name,
    superuser: superuser(connection, name),
    operator: login(connection, name, "dotmac_operator", connection.passwords.operator),
    [Symbol.asyncDispose]: () =>
      withClient(superuser(connection, "postgres"), async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
      }),
  };
}

/** The `pg` settings of a login for a database of this server. */
export function login(
  { host, port, ca }: PostgresConnection,
  database: string,
  user: string,
  password: string,
): ClientConfig {
  return { host, port, database, user, password, ssl: { ca } };
}

/** The `pg` settings of the server's superuser. */
export function superuser(connection: PostgresConnection, database = "dotmac"): ClientConfig {
  return login(connection, database, "postgres", connection.superuserPassword);
}

/** Connects, works, disconnects. */
export async function withClient<Result>(
  config: ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(config);
  // An idle connection may be lost, for example when its database is dropped. Tests ignore this.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

async function configuration(
  { directory, address, port, platformFiles }: Place,
  authority: Authority,
  extra: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const certificate = await certify(authority);
  const settings = {
    listen_addresses: address,
    port: String(port),
    unix_socket_directories: "",
    ssl_cert_file: join(directory, "server.crt"),
    ssl_key_file: join(directory, "server.key"),
    hba_file: join(directory, "pg_hba.conf"),
    log_statement: "all",
    shared_buffers: "32MB",
    ...extra,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return {
    "server.crt": certificate.certificate,
    "server.key": certificate.key,
    "pg_hba.conf": "hostssl all all all scram-sha-256\n",
    "postgresql.conf": [`include '${platformFiles}/postgresql.conf'`, ...lines, ""].join("\n"),
  };
}

/** Settings for speed: data that are deleted with the server need not reach the disk. */
function durability(keptIn: string | undefined): Record<string, string> {
  return keptIn === undefined ? { fsync: "off", full_page_writes: "off", synchronous_commit: "off" } : {};
}

/** Creates the database `dotmac` unless a kept data directory has it. The passwords are new each time. */
async function bootstrapPlatform(connection: PostgresConnection): Promise<void> {
  const { rowCount } = await withClient(superuser(connection, "postgres"), (client) =>
    client.query("SELECT FROM pg_database WHERE datname = 'dotmac'"),
  );
  if (rowCount === 0) return bootstrapNew(connection, "dotmac");
  await withClient(superuser(connection), (client) => bootstrapDatabase(client, connection.passwords));
}

async function bootstrapNew(connection: PostgresConnection, name: string, template?: string): Promise<void> {
  await withClient(superuser(connection, "postgres"), async (client) => {
    const from = template === undefined ? "" : ` TEMPLATE ${escapeIdentifier(template)}`;
    await client.query(`CREATE DATABASE ${escapeIdentifier(name)}${from}`);
  });
  // A database does not get the ownership and rights of its template.
  await withClient(superuser(connection, name), (client) => bootstrapDatabase(client, connection.passwords));
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}
