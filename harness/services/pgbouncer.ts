import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { images } from "./place/images.ts";
import { newPlace, nobodyInContainers } from "./place/new-place.ts";
import type { Place } from "./place/place.ts";
import { serverProgram } from "./place/server-programs.ts";
import type { PostgresConnection } from "./postgres.ts";
import type { Server } from "./process/server.ts";

/** The connection of a client. It is plain data, so that Vitest can pass it from its set-up to its workers. */
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
  /** Settings that override the platform's: `{ query_timeout: "1" }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts PgBouncer in transaction mode before `postgres`, with verified TLS on both sides. */
export async function startPgBouncer(
  postgres: PostgresConnection,
  options: PgBouncerOptions = {},
): Promise<PgBouncer> {
  const { authority = await createAuthority("DotMac tests"), settings } = options;
  const place = await newPlace({
    name: "pgbouncer",
    process: () => serverProgram("pgbouncer"),
    container: { image: images.pgbouncer, user: nobodyInContainers, program: ["pgbouncer"] },
  });
  await place.write(await configuration(place, authority, postgres, settings));
  const server = await place.start({
    name: "PgBouncer",
    arguments: [join(place.directory, "pgbouncer.ini")],
    ready: () => answers(place.port),
  });
  return { host: "localhost", port: place.port, ca: authority.certificate, ...server };
}

async function configuration(
  place: Place,
  authority: Authority,
  postgres: PostgresConnection,
  extra: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const { directory } = place;
  const certificate = await certify(authority);
  const server = await place.reach(postgres.port);
  const settings = {
    listen_addr: place.address,
    listen_port: place.port,
    // Debian's default is a directory of its own service.
    unix_socket_dir: "",
    auth_file: `${directory}/userlist.txt`,
    client_tls_cert_file: `${directory}/tls.crt`,
    client_tls_key_file: `${directory}/tls.key`,
    // Not used, but PgBouncer reads it, and not every image has CA certificates of its own.
    client_tls_ca_file: `${directory}/server-ca.crt`,
    server_tls_ca_file: `${directory}/server-ca.crt`,
    ...extra,
  };
  return {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "server-ca.crt": postgres.ca,
    "userlist.txt": `"pgbouncer_auth" "${postgres.passwords.pooler}"\n`,
    "pgbouncer.ini": [
      "[databases]",
      `* = host=${server.host} port=${server.port}`,
      // A second section of the same name would start from empty settings, so the include stands inside of it.
      "[pgbouncer]",
      `%include ${place.platformFiles}/pgbouncer.ini`,
      ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
      "",
    ].join("\n"),
  };
}

/** Version 1234.5679 asks whether the server supports TLS (PostgreSQL, Frontend/Backend Protocol, SSLRequest). */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/**
 * Rejects unless a pooler answers on this loopback port. An accepted connection proves nothing, because the proxy of a
 * container engine accepts it too.
 */
async function answers(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1").end(sslRequest);
  try {
    const [answer] = await Promise.race([once(socket, "data"), once(socket, "close")]);
    if (String(answer) !== "S") throw new Error(`expected the answer S, found ${String(answer)}`);
  } finally {
    socket.destroy();
  }
}
