import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redis as RedisClient } from "ioredis";
import { type Authority, createAuthority } from "./authority.ts";
import { debianProgram } from "./debian-program.ts";
import { freePort } from "./free-port.ts";
import { serverDirectory, writeFiles } from "./server-directory.ts";
import { type Server, startServer } from "./start-server.ts";

/** What a client needs to know; plain data, so that it can cross from Vitest's set-up to its workers. */
export interface RedisConnection {
  readonly role: RedisRole;
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** The login `dotmac_operator`, which may do everything; there is no default user. */
  readonly operator: { readonly username: string; readonly password: string };
}

/** `cache` forgets what is used least; `state` keeps everything, in an append-only file. */
export type RedisRole = "cache" | "state";

/** A Redis server as the platform chart configures it. */
export interface Redis extends RedisConnection, Server {
  readonly authority: Authority;
  /** `rediss://dotmac_operator:…@localhost:…`; the client must be given `ca`. */
  readonly adminUrl: string;
}

export interface RedisServerOptions {
  readonly role?: RedisRole;
  readonly authority?: Authority;
}

const configuration = fileURLToPath(new URL("../../charts/platform/files", import.meta.url));

/** Starts Redis with TLS only and an ACL file that knows nobody but the operator. */
export async function startRedis(options: RedisServerOptions = {}): Promise<Redis> {
  const { role = "cache", authority = await createAuthority("DotMac tests") } = options;
  const program = await debianProgram("/usr/bin/redis-server", "redis-server");
  const directory = await serverDirectory(`redis-${role}`);
  const connection: RedisConnection = {
    role,
    host: "localhost",
    port: await freePort(),
    ca: authority.certificate,
    operator: { username: "dotmac_operator", password: randomBytes(24).toString("base64url") },
  };
  await configure(directory, connection, authority);
  const server = await startServer({
    name: `Redis (${role})`,
    directory,
    command: [program, join(directory, "redis.conf")],
    ready: () => withRedis(connection, (client) => client.ping()),
  });
  const { username, password } = connection.operator;
  const adminUrl = `rediss://${username}:${password}@${connection.host}:${connection.port}`;
  return { ...connection, ...server, authority, adminUrl };
}

/** The settings with which `ioredis` connects; as the operator unless another login is given. */
export function redisLogin(connection: RedisConnection, login = connection.operator) {
  const { host, port, ca } = connection;
  return { host, port, username: login.username, password: login.password, tls: { ca } };
}

/** Connects as the operator, works, disconnects. */
export async function withRedis<Result>(
  connection: RedisConnection,
  work: (client: RedisClient) => Promise<Result>,
): Promise<Result> {
  const client = new RedisClient({ ...redisLogin(connection), lazyConnect: true, retryStrategy: () => null });
  // `connect` rejects with the same error.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

async function configure(
  directory: string,
  connection: RedisConnection,
  authority: Authority,
): Promise<void> {
  const certificate = await authority.issue({ dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] });
  const { username, password } = connection.operator;
  const hash = createHash("sha256").update(password).digest("hex");
  await writeFiles(directory, {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "ca.crt": authority.certificate,
    "users.acl": `user default off resetkeys resetchannels -@all\nuser ${username} on #${hash} ~* &* +@all\n`,
    "redis.conf": [
      `include ${configuration}/redis.conf`,
      `include ${configuration}/redis-${connection.role}.conf`,
      "bind 127.0.0.1",
      `tls-port ${connection.port}`,
      `tls-cert-file ${directory}/tls.crt`,
      `tls-key-file ${directory}/tls.key`,
      `tls-ca-cert-file ${directory}/ca.crt`,
      `aclfile ${directory}/users.acl`,
      `dir ${directory}`,
      "maxmemory 64mb",
      "",
    ].join("\n"),
  });
}
