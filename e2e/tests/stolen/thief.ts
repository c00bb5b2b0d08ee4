import { Redis } from "ioredis";
import { Client } from "pg";
import { cluster, kubectl, read } from "../live-cluster.ts";
import type { SampleTenant } from "../sample-tenant.ts";

/** A login as the files of a Secret hold it. */
export interface StolenLogin {
  readonly user: string;
  readonly password: string;
}

/** A login from a file of a Secret in the tenant's namespace, as someone has it who once read that file. */
export async function stolenLogin(
  tenant: Pick<SampleTenant, "namespace">,
  secret: "runtime" | "migrator",
  file: "database.json" | "redis.json",
): Promise<StolenLogin> {
  const { data } = await read("secret", secret, "-n", tenant.namespace);
  return JSON.parse(Buffer.from(data[file], "base64").toString());
}

/** The address of a Service of the platform. This machine reaches it, as the tenant's pods do. */
export async function serviceAddress(name: string): Promise<string> {
  return (
    await kubectl("get", "service", name, "-n", "dotmac-system", "-o=jsonpath={.spec.clusterIP}")
  ).trim();
}

/** Connects to PostgreSQL through the pooler, works, and disconnects. */
export async function asThief<Result>(
  login: StolenLogin,
  work: (client: Client) => Promise<Result>,
  database = "dotmac",
): Promise<Result> {
  const client = new Client({
    ...login,
    database,
    host: await serviceAddress("pgbouncer"),
    port: 6432,
    ssl: { ca: cluster.ca, servername: platformHost("pgbouncer") },
    // The pooler's own database answers a login that is no administrator's with nothing at all.
    connectionTimeoutMillis: 5_000,
  });
  // A statement may cost the thief the connection: its own query rejects then, which is what tests look at.
  client.on("error", () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Connects to a Redis of the platform with a stolen password. Closes when its scope ends. */
export async function redisThief(
  { user, password }: StolenLogin,
  service: "redis-cache" | "redis-state",
): Promise<Redis & Disposable> {
  const redis = new Redis({
    host: await serviceAddress(service),
    port: 6379,
    username: user,
    password,
    tls: { ca: cluster.ca, servername: platformHost(service) },
    enableReadyCheck: false,
    disableClientInfo: true,
    lazyConnect: true,
    retryStrategy: () => null,
  });
  redis.on("error", () => {});
  await redis.connect();
  return Object.assign(redis, { [Symbol.dispose]: () => redis.disconnect() });
}

function platformHost(service: string): string {
  return `${service}.dotmac-system.svc.cluster.local`;
}
