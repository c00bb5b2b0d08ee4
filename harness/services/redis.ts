import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { Redis as RedisClient } from "ioredis";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { images } from "./place/images.ts";
import { newPlace, nobodyInContainers, type ServerKind } from "./place/new-place.ts";
import type { Place } from "./place/place.ts";
import { serverProgram } from "./place/server-programs.ts";
import type { Server } from "./process/server.ts";

/** The connection of a client. It is plain data, so that Vitest can pass it from its set-up to its workers. */
export interface RedisConnection {
  readonly role: RedisRole;
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** The login `dotmac_operator` with all rights. The default user cannot log in. */
  readonly operator: { readonly username: string; readonly password: string };
}

/** `cache` evicts the least used keys. `state` keeps everything, in an append-only file. */
export type RedisRole = "cache" | "state";

/** A Redis server as the platform chart configures it. */
export interface Redis extends RedisConnection, Server {
  readonly authority: Authority;
  /** `rediss://dotmac_operator:…@localhost:…`. The client also needs `ca`. */
  readonly adminUrl: string;
}

export interface RedisServerOptions {
  readonly role?: RedisRole;
  readonly authority?: Authority;
  /** Settings that override the platform's: `{ maxmemory: "1mb" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder that keeps the server's files for the next start. Absent: they are deleted with the server. */
  readonly keptIn?: string | undefined;
}

/** Starts Redis with TLS only and an ACL file that contains only the operator. */
export async function startRedis(options: RedisServerOptions = {}): Promise<Redis> {
  const { role = "cache", authority = await createAuthority("DotMac tests"), settings, keptIn } = options;
  const kind: ServerKind = {
    name: `redis-${role}`,
    process: () => serverProgram("redis"),
    container: { image: images.redis, user: nobodyInContainers, program: ["redis-server"] },
  };
  const place = await newPlace(kind, keptIn);
  const connection: RedisConnection = {
    role,
    host: "localhost",
    port: place.port,
    ca: authority.certificate,
    operator: { username: "dotmac_operator", password: randomBytes(24).toString("base64url") },
  };
  await place.write(await configuration(place, connection, authority, settings));
  const server = await place.start({
    name: `Redis (${role})`,
    arguments: [join(place.directory, "redis.conf")],
    ready: () => withRedis(connection, (client) => client.ping()),
  });
  const { username, password } = connection.operator;
  const adminUrl = `rediss://${username}:${password}@${connection.host}:${connection.port}`;
  return { ...connection, ...server, authority, adminUrl };
}

/** The `ioredis` settings of a login, by default the operator's. */
export function redisLogin(connection: RedisConnection, login = connection.operator) {
  const { host, port, ca } = connection;
  return { host, port, username: login.username, password: login.password, tls: { ca } };
}

/** Connects as the operator, runs `work` and disconnects. */
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

async function configuration(
  { directory, address, platformFiles }: Place,
  { role, port, operator }: RedisConnection,
  authority: Authority,
  extra: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const certificate = await certify(authority);
  const hash = createHash("sha256").update(operator.password).digest("hex");
  return {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "ca.crt": authority.certificate,
    // See redis-start.sh of the platform chart.
    "users.acl": `user default off resetpass ~* &* +@all\nuser ${operator.username} on #${hash} ~* &* +@all\n`,
    "redis.conf": [
      `include ${platformFiles}/redis.conf`,
      `include ${platformFiles}/redis-${role}.conf`,
      `bind ${address}`,
      `tls-port ${port}`,
      `tls-cert-file ${directory}/tls.crt`,
      `tls-key-file ${directory}/tls.key`,
      `tls-ca-cert-file ${directory}/ca.crt`,
      `aclfile ${directory}/users.acl`,
      `dir ${directory}`,
      "maxmemory 64mb",
      ...Object.entries(extra).map(([name, value]) => `${name} ${value}`),
      "",
    ].join("\n"),
  };
}
