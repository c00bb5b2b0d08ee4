import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Authority } from "./authority.ts";
import { createAuthority } from "./authority.ts";
import { debianProgram } from "./debian-program.ts";
import { freePort } from "./free-port.ts";
import type { PostgresConnection } from "./postgres.ts";
import { serverDirectory, writeFiles } from "./server-directory.ts";
import { type Server, startServer } from "./start-server.ts";

/** What a client needs to know; plain data, so that it can cross from Vitest's set-up to its workers. */
export interface PgBouncerConnection {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the pooler's certificate. */
  readonly ca: string;
}

/** A PgBouncer as the platform chart configures it, for every database of its server. */
export interface PgBouncer extends PgBouncerConnection, Server {}

export interface PgBouncerOptions {
  readonly authority?: Authority;
  /** Settings on top of the platform's: `{ query_timeout: "1" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const platformSettings = fileURLToPath(new URL("../../charts/platform/files/pgbouncer.ini", import.meta.url));

/** Starts PgBouncer in transaction mode in front of `postgres`, TLS verified on both sides. */
export async function startPgBouncer(
  postgres: PostgresConnection,
  options: PgBouncerOptions = {},
): Promise<PgBouncer> {
  const { authority = await createAuthority("DotMac tests"), settings = {} } = options;
  const program = await debianProgram("/usr/sbin/pgbouncer", "pgbouncer");
  const directory = await serverDirectory("pgbouncer");
  const port = await freePort();
  await configure(directory, port, authority, postgres, settings);
  const server = await startServer({
    name: "PgBouncer",
    directory,
    command: [program, join(directory, "pgbouncer.ini")],
    ready: () => listens(port),
  });
  return { host: "localhost", port, ca: authority.certificate, ...server };
}

async function configure(
  directory: string,
  port: number,
  authority: Authority,
  postgres: PostgresConnection,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const certificate = await authority.issue({ dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] });
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    // Debian's default is a directory of its own service.
    unix_socket_dir: "",
    auth_file: `${directory}/userlist.txt`,
    client_tls_cert_file: `${directory}/tls.crt`,
    client_tls_key_file: `${directory}/tls.key`,
    server_tls_ca_file: `${directory}/server-ca.crt`,
    ...extra,
  };
  await writeFiles(directory, {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "server-ca.crt": postgres.ca,
    "userlist.txt": `"pgbouncer_auth" "${postgres.passwords.pooler}"\n`,
    "pgbouncer.ini": [
      "[databases]",
      `* = host=${postgres.host} port=${postgres.port}`,
      // A section that is opened twice starts anew: the include stands inside of it.
      "[pgbouncer]",
      `%include ${platformSettings}`,
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
      "",
    ].join("\n"),
  });
}

/** Rejects while nobody accepts connections on this loopback port. */
async function listens(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}
