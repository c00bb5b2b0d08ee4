import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { connectPostgres } from "../../operator/src/clients/postgres/postgres.ts";
import { connectRedis } from "../../operator/src/clients/redis/redis.ts";
import { connectRuntimes } from "../../operator/src/clients/runtime/runtimes.ts";
import { tokenOf } from "../../operator/src/clients/vault/login.ts";
import { connectVault } from "../../operator/src/clients/vault/vault.ts";
import type { PlatformSettings } from "../../operator/src/tenant/model/settings.ts";
import { noKeys } from "../../operator/src/tenant/model/tenant-metadata.ts";
import { startPlatform } from "../../operator/src/tenant/start-platform.ts";
import type { World } from "../../operator/src/tenant/step/world.ts";
import { systemClock } from "../../process/clock.ts";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { startPgBouncer } from "../services/pgbouncer.ts";
import { type Postgres, startPostgres } from "../services/postgres.ts";
import { type Redis, startRedis } from "../services/redis.ts";
import { startVault, type Vault } from "../services/vault.ts";
import { MemoryCluster } from "./memory-cluster.ts";
import { startTokenReviews, type TokenReviews } from "./token-reviews.ts";

/** The servers that all tenants share, and the operator's world on them. */
export interface DevPlatform extends AsyncDisposable {
  readonly authority: Authority;
  readonly postgres: Postgres;
  readonly tokens: TokenReviews;
  readonly cluster: MemoryCluster;
  /** @param schemaVersion of the current migrations */
  world(schemaVersion: number): World;
}

interface Servers {
  readonly postgres: Postgres;
  readonly pgbouncer: { readonly host: string; readonly port: number };
  readonly cache: Redis;
  readonly state: Redis;
  readonly vault: Vault;
}

/** Starts PostgreSQL, PgBouncer, both Redis and Vault, and migrates the shared tables. */
export async function startDevPlatform(data: string | undefined): Promise<DevPlatform> {
  await using opened = new AsyncDisposableStack();
  const authority = await createAuthority("DotMac make dev");
  if (data !== undefined) await writeFile(join(data, "ca.crt"), authority.certificate);
  const tokens = opened.use(await startTokenReviews(authority));
  const servers = await startServers(opened, authority, tokens, data);
  const cluster = new MemoryCluster();
  const clients = openClients(opened, authority, servers, tokens);
  const epoch = await startPlatform(clients.postgres, "make-dev");
  const resources = opened.move();
  return {
    authority,
    postgres: servers.postgres,
    tokens,
    cluster,
    world: (schemaVersion) => ({
      ...clients,
      cluster,
      events: { publish() {} },
      clock: systemClock,
      signal: new AbortController().signal,
      epoch,
      random: randomBytes,
      settings: settingsOf(authority, servers, schemaVersion),
    }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Starts all at once. When one fails, the others are stopped. */
async function startServers(
  opened: AsyncDisposableStack,
  authority: Authority,
  { reviewer }: TokenReviews,
  keptIn: string | undefined,
): Promise<Servers> {
  const use = async <T extends AsyncDisposable>(starting: Promise<T>) => opened.use(await starting);
  const postgres = use(startPostgres({ version: 18, authority, keptIn }));
  const starting = [
    postgres,
    postgres.then((server) => use(startPgBouncer(server, { authority }))),
    use(startRedis({ role: "cache", authority, keptIn })),
    use(startRedis({ role: "state", authority, keptIn })),
    use(startVault({ authority, reviewer, keptIn })),
  ] as const;
  await Promise.allSettled(starting);
  const [, pgbouncer, cache, state, vault] = await Promise.all(starting);
  return { postgres: await postgres, pgbouncer, cache, state, vault };
}

/** The operator's own clients. */
function openClients(
  opened: AsyncDisposableStack,
  { certificate }: Authority,
  { postgres, cache, state, vault }: Servers,
  tokens: TokenReviews,
): Pick<World, "postgres" | "redis" | "vault" | "runtimes"> {
  const ca = () => certificate;
  const jwt = tokens.issue({ namespace: "dotmac-system", name: "dotmac-operator" });
  const redis = ({ host, port, operator }: Redis) =>
    opened.use(connectRedis({ host, port, ca, ...operator }));
  return {
    postgres: opened.use(
      connectPostgres({
        host: postgres.host,
        port: postgres.port,
        database: "dotmac",
        user: "dotmac_operator",
        password: async () => postgres.passwords.operator,
        ca,
      }),
    ),
    redis: { cache: redis(cache), state: redis(state) },
    vault: connectVault({
      address: vault.address,
      ca,
      kvMount: "tenants",
      transitMount: "transit",
      login: async (ask) =>
        tokenOf(await ask("POST", "/auth/kubernetes/login", { role: "dotmac-operator", jwt })),
      clock: systemClock,
    }),
    runtimes: connectRuntimes({ ca }),
  };
}

function settingsOf(authority: Authority, servers: Servers, schemaVersion: number): PlatformSettings {
  const { pgbouncer, cache, state, vault } = servers;
  const share = { bytes: 16 * 1_024 * 1_024, keys: 100_000 };
  return {
    namespace: "dotmac-system",
    adminNamespace: "dotmac-admins",
    runtime: { image: "tenant-runtime:dev", schemaVersion },
    pgbouncer: { host: pgbouncer.host, port: pgbouncer.port },
    databaseName: "dotmac",
    redis: {
      cache: { host: cache.host, port: cache.port },
      state: { host: state.host, port: state.port },
    },
    redisShares: { cache: share, state: share },
    vault: { address: vault.address, authMount: "kubernetes" },
    // Not used, because there is no proxy; see `dev-runtime.ts`.
    egress: { host: "localhost", port: 1 },
    ca: authority.certificate,
    gateway: { namespace: "dotmac-gateway", podLabels: {} },
    route: { kind: "Ingress", className: "none", annotations: {} },
    certificates: {
      mode: "local",
      authority: async () => ({ certificate: authority.certificate, privateKey: authority.key }),
    },
    tenantMetadata: noKeys,
    credentials: {},
  };
}
