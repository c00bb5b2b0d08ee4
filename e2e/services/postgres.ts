import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, type ClientConfig, escapeIdentifier } from "pg";
import { type Authority, createAuthority } from "./authority.ts";
import { bootstrapDatabase, type PlatformPasswords } from "./bootstrap-database.ts";
import { freePort } from "./free-port.ts";
import { type PostgresVersion, postgresBinaries } from "./postgres-binaries.ts";
import { freshDataDirectory } from "./postgres-template.ts";
import { serverDirectory, writeFiles } from "./server-directory.ts";
import { type Server, startServer } from "./start-server.ts";

/** What a client needs to know; plain data, so that it can cross from Vitest's set-up to its workers. */
export interface PostgresConnection {
  readonly version: PostgresVersion;
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly superuserPassword: string;
  readonly passwords: PlatformPasswords;
}

/** A PostgreSQL server whose database `dotmac` is as the platform chart leaves it. */
export interface Postgres extends PostgresConnection, Server {
  readonly authority: Authority;
  /** `postgresql://…/dotmac` with the certificate verified. */
  readonly superuserUrl: string;
  /** See `createDatabase`. */
  createDatabase(template?: string): Promise<TestDatabase>;
}

/** A database of its own for one test file; disposing it drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly superuser: ClientConfig;
  /** The login `dotmac_operator`. */
  readonly operator: ClientConfig;
}

export interface PostgresOptions {
  readonly version: PostgresVersion;
  readonly authority?: Authority;
  /** Settings on top of the platform's: `{ max_connections: "20" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const platformSettings = fileURLToPath(
  new URL("../../charts/platform/files/postgresql.conf", import.meta.url),
);

/** Starts PostgreSQL with TLS, SCRAM and `log_statement=all`, and bootstraps its database `dotmac`. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { version, authority = await createAuthority("DotMac tests") } = options;
  const binaries = await postgresBinaries(version);
  const directory = await serverDirectory(`postgres-${version}`);
  const connection: PostgresConnection = {
    version,
    host: "localhost",
    port: await freePort(),
    ca: authority.certificate,
    superuserPassword: await freshDataDirectory(binaries, directory),
    passwords: { operator: newPassword(), pooler: newPassword() },
  };
  await configure(directory, connection.port, authority, options.settings);
  const server = await startServer({
    name: `PostgreSQL ${binaries.release}`,
    directory,
    command: [join(binaries.directory, "postgres"), "-D", join(directory, "data")],
    stopSignal: "INT",
    ready: () => withClient(superuser(connection, "postgres"), async () => {}),
  });
  try {
    await bootstrapNew(connection, "dotmac");
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return {
    ...connection,
    ...server,
    authority,
    superuserUrl: superuserUrl(connection, directory),
    createDatabase: (template) => createDatabase(connection, template),
  };
}

/**
 * Makes a database for one test file on a running server, bootstrapped as `dotmac` is; with `template`, a copy
 * of that database. Roles belong to the whole server: give tenants of different files different ids.
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

/** The settings with which `pg` connects a login to a database of this server. */
export function login(
  { host, port, ca }: PostgresConnection,
  database: string,
  user: string,
  password: string,
): ClientConfig {
  return { host, port, database, user, password, ssl: { ca } };
}

/** The settings with which `pg` connects as the server's superuser. */
export function superuser(connection: PostgresConnection, database = "dotmac"): ClientConfig {
  return login(connection, database, "postgres", connection.superuserPassword);
}

/** Connects, works, disconnects. */
export async function withClient<Result>(
  config: ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(config);
  // A connection lost while nothing is asked, as when its database is dropped, is no news to a test.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

async function configure(
  directory: string,
  port: number,
  authority: Authority,
  extra: Readonly<Record<string, string>> = {},
): Promise<void> {
  const certificate = await authority.issue({ dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] });
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    ssl_cert_file: join(directory, "server.crt"),
    ssl_key_file: join(directory, "server.key"),
    hba_file: join(directory, "pg_hba.conf"),
    log_statement: "all",
    // The data dies with the test: nothing needs to reach the disk.
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    shared_buffers: "32MB",
    ...extra,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await writeFiles(directory, {
    "server.crt": certificate.certificate,
    "server.key": certificate.key,
    "ca.crt": authority.certificate,
    "pg_hba.conf": "hostssl all all all scram-sha-256\n",
    "data/postgresql.conf": [`include '${platformSettings}'`, ...lines, ""].join("\n"),
  });
}

async function bootstrapNew(connection: PostgresConnection, name: string, template?: string): Promise<void> {
  await withClient(superuser(connection, "postgres"), async (client) => {
    const from = template === undefined ? "" : ` TEMPLATE ${escapeIdentifier(template)}`;
    await client.query(`CREATE DATABASE ${escapeIdentifier(name)}${from}`);
  });
  // Ownership and rights on a database are not copied from its template.
  await withClient(superuser(connection, name), (client) => bootstrapDatabase(client, connection.passwords));
}

function superuserUrl({ host, port, superuserPassword }: PostgresConnection, directory: string): string {
  const ca = encodeURIComponent(join(directory, "ca.crt"));
  return `postgresql://postgres:${superuserPassword}@${host}:${port}/dotmac?sslmode=verify-full&sslrootcert=${ca}`;
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}
