import { Redis } from "ioredis";
import { Client } from "pg";
import { cluster, read } from "../testing/live-cluster.ts";
import type { SampleTenant } from "../testing/sample-tenant.ts";
import { platformDoor } from "./platform-door.ts";

/** A login in the form of a Secret's files. */
export interface StolenLogin {
  readonly user: string;
  readonly password: string;
}

/** A login from a file of a Secret in the tenant's namespace, for an attacker who once read that file. */
export async function stolenLogin(
  tenant: Pick<SampleTenant, "namespace">,
  secret: "runtime" | "migrator",
  file: "database.json" | "redis.json",
): Promise<StolenLogin> {
  const { data } = await read("secret", secret, "-n", tenant.namespace);
  return JSON.parse(Buffer.from(data[file], "base64").toString());
}

/** Connects to PostgreSQL through the pooler, runs `work`, and disconnects. */
export async function asAttacker<Result>(
  login: StolenLogin,
  work: (client: Client) => Promise<Result>,
  database = "dotmac",
): Promise<Result> {
  await using door = await platformDoor("pgbouncer", 6432);
  const client = new Client({
    ...login,
    database,
    host: door.host,
    port: door.port,
    ssl: { ca: cluster.ca, servername: platformHost("pgbouncer") },
    // The pooler's own database does not answer logins of non-administrators.
    connectionTimeoutMillis: 5_000,
  });
  // A statement may end the attacker's connection. Its own query then rejects, which the tests check.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Connects to a Redis of the platform with a stolen password, or without one where it is empty. Closes when its scope
 * ends. Throws the server's refusal.
 */
export async function redisOfAttacker(
  { user, password }: StolenLogin,
  service: "redis-cache" | "redis-state",
): Promise<Redis & AsyncDisposable> {
  const door = await platformDoor(service, 6379);
  const redis = new Redis({
    host: door.host,
    port: door.port,
    username: user,
    password,
    tls: { ca: cluster.ca, servername: platformHost(service) },
    enableReadyCheck: false,
    disableClientInfo: true,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  let refusal: Error | undefined;
  redis.on("error", (error: Error) => {
    refusal ??= error;
  });
  try {
    await redis.connect();
  } catch (error) {
    await door[Symbol.asyncDispose]();
    throw refusal ?? error;
  }
  const leave = async () => {
    redis.disconnect();
    await door[Symbol.asyncDispose]();
  };
  return Object.assign(redis, { [Symbol.asyncDispose]: leave });
}

function platformHost(service: string): string {
  return `${service}.dotmac-system.svc.cluster.local`;
}
