import type { TestProject } from "vitest/node";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { type KubernetesConnection, startKubernetes } from "./kubernetes.ts";
import { type PgBouncerConnection, startPgBouncer } from "./pgbouncer.ts";
import { type PostgresConnection, startPostgres } from "./postgres.ts";
import { type RedisConnection, startRedis } from "./redis.ts";
import { startVault, type VaultConnection } from "./vault.ts";

/** The servers of a run, by the name for `inject`. */
export interface Services {
  readonly postgres15: PostgresConnection;
  readonly postgres18: PostgresConnection;
  /** Before the PostgreSQL of the same number, which must be chosen too. */
  readonly pgbouncer15: PgBouncerConnection;
  readonly pgbouncer18: PgBouncerConnection;
  readonly redisCache: RedisConnection;
  readonly redisState: RedisConnection;
  readonly kubernetes: KubernetesConnection;
  /** Service accounts of `kubernetes` may log in, if that is chosen too. */
  readonly vault: VaultConnection;
}

declare module "vitest" {
  interface ProvidedContext extends Services {}
}

export type ServiceName = keyof Services;

type Start = (authority: Authority, get: Get) => Promise<AsyncDisposable>;
/** The started service of that name; undefined when it is not chosen. */
type Get = <Name extends ServiceName>(name: Name) => Promise<Services[Name] | undefined>;

const starts: Record<ServiceName, Start> = {
  postgres15: (authority) => startPostgres({ version: 15, authority }),
  postgres18: (authority) => startPostgres({ version: 18, authority }),
  pgbouncer15: async (authority, get) => startPgBouncer(await required(get, "postgres15"), { authority }),
  pgbouncer18: async (authority, get) => startPgBouncer(await required(get, "postgres18"), { authority }),
  redisCache: (authority) => startRedis({ role: "cache", authority }),
  redisState: (authority) => startRedis({ role: "state", authority }),
  kubernetes: () => startKubernetes(),
  vault: async (authority, get) => {
    const kubernetes = await get("kubernetes");
    // All tests of a run come from one address.
    return startVault({ authority, loginsPerSecond: 1_000, ...(kubernetes && { kubernetes }) });
  },
};

/**
 * A Vitest `globalSetup` that starts these servers once per run, with one certificate authority, and provides each
 * connection under its name. The servers end with the run, even when it is killed.
 */
export function provideServices(...names: readonly ServiceName[]) {
  return async function setup(project: TestProject): Promise<() => Promise<void>> {
    await using servers = new AsyncDisposableStack();
    const authority = await createAuthority("DotMac tests");
    const started = new Map<ServiceName, Promise<AsyncDisposable>>();
    // Sound: a service's promise comes from the start function of the same name.
    const get = (async (name: ServiceName) => started.get(name)) as Get;
    // The table lists servers before those that need them.
    for (const name of orderOfStart.filter((each) => names.includes(each))) {
      started.set(name, starts[name](authority, get));
    }
    for (const settled of await Promise.allSettled(started.values())) {
      if (settled.status === "fulfilled") servers.use(settled.value);
    }
    for (const [name, server] of started) project.provide(name, plainData(await server) as never);
    const running = servers.move();
    return () => running.disposeAsync();
  };
}

const orderOfStart: readonly ServiceName[] = [
  "postgres15",
  "postgres18",
  "kubernetes",
  "pgbouncer15",
  "pgbouncer18",
  "redisCache",
  "redisState",
  "vault",
];

async function required<Name extends ServiceName>(get: Get, name: Name): Promise<Services[Name]> {
  const service = await get(name);
  if (service === undefined) throw new Error(`expected ${name} among the services of this run: add it`);
  return service;
}

/** The data that can be passed to another process, without functions. */
function plainData(server: object): object {
  const entries = Object.entries(server).filter(([name, value]) => {
    return typeof value !== "function" && name !== "authority" && name !== "api";
  });
  return Object.fromEntries(entries);
}
