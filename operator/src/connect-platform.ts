import type { Clock } from "../../process/clock.ts";
import type { Logger } from "../../process/log.ts";
import { RetryableError } from "./base/errors.ts";
import { connectPostgres } from "./clients/postgres/postgres.ts";
import { connectRedis, type Redis } from "./clients/redis/redis.ts";
import { connectRuntimes } from "./clients/runtime/runtimes.ts";
import { kubernetesLogin } from "./clients/vault/login.ts";
import { connectVault } from "./clients/vault/vault.ts";
import type { OperatorConfig } from "./config.ts";
import type { Cluster } from "./kubernetes/apply/cluster.ts";
import { kinds } from "./kubernetes/objects/kinds.ts";
import { followPlatformCa } from "./platform-ca.ts";
import type { RedisRole } from "./tenant/model/redis-roles.ts";
import type { CertificateSettings, PlatformSettings } from "./tenant/model/settings.ts";
import type { World } from "./tenant/step/world.ts";

/** The mounts in Vault that the platform's chart creates. */
const kvMount = "tenants";
const transitMount = "transit";

/** The clients of the platform's services, open until disposed. */
export interface Platform extends AsyncDisposable {
  readonly postgres: World["postgres"];
  readonly vault: World["vault"];
  readonly redis: World["redis"];
  readonly runtimes: World["runtimes"];
  readonly settings: PlatformSettings;
}

/**
 * Reads the platform's credentials from the cluster and creates the clients of its services. Each client connects at
 * first use.
 * @throws RetryableError when a Secret or ConfigMap does not exist yet
 */
export async function connectPlatform(
  config: OperatorConfig,
  cluster: Cluster,
  options: { readonly clock: Clock; readonly log: Logger; readonly vaultTokenFile: string },
): Promise<Platform> {
  const { platform } = config;
  const { namespace, caConfigMap } = platform;
  const ca = followPlatformCa(cluster, { namespace, name: caConfigMap }, options.log);
  const login = (key: "username" | "password") =>
    secretValue(cluster, platform.namespace, platform.postgres.secret, key);
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(
    connectPostgres({
      host: platform.postgres.host,
      port: platform.postgres.port,
      database: platform.postgres.database,
      user: await login("username"),
      password: () => login("password"),
      ca,
    }),
  );
  const vault = connectVault({
    address: platform.vault.address,
    ca,
    kvMount,
    transitMount,
    login: kubernetesLogin({
      mount: platform.vault.authMount,
      role: platform.vault.role,
      tokenFile: options.vaultTokenFile,
    }),
    clock: options.clock,
  });
  const redis = {
    cache: opened.use(await openRedis(config, cluster, ca, "cache")),
    state: opened.use(await openRedis(config, cluster, ca, "state")),
  };
  const settings = platformSettings(config, cluster, ca);
  const runtimes = connectRuntimes({ ca });
  const services = opened.move();
  return { postgres, vault, redis, runtimes, settings, [Symbol.asyncDispose]: () => services.disposeAsync() };
}

async function openRedis(
  config: OperatorConfig,
  cluster: Cluster,
  ca: () => string,
  role: RedisRole,
): Promise<Redis> {
  const { namespace, redis } = config.platform;
  return connectRedis({
    ...redis[role],
    username: await secretValue(cluster, namespace, redis.secret, "username"),
    password: await secretValue(cluster, namespace, redis.secret, "password"),
    ca,
  });
}

function platformSettings(config: OperatorConfig, cluster: Cluster, ca: () => string): PlatformSettings {
  const { platform } = config;
  return {
    namespace: platform.namespace,
    adminNamespace: config.adminNamespace,
    runtime: config.runtime,
    pgbouncer: platform.pgbouncer,
    databaseName: platform.postgres.database,
    redis: { cache: platform.redis.cache, state: platform.redis.state },
    redisShares: config.redisShares,
    vault: { address: platform.vault.address, authMount: platform.vault.authMount },
    egress: platform.egress,
    get ca() {
      return ca();
    },
    gateway: config.gateway,
    route: config.route,
    certificates: certificateSettings(config, cluster),
    tenantMetadata: config.tenantMetadata,
    credentials: config.credentials,
    authentication: config.authentication,
  };
}

function certificateSettings(config: OperatorConfig, cluster: Cluster): CertificateSettings {
  const { certificates, platform } = config;
  if (certificates.mode === "cert-manager") return certificates;
  const read = (key: string) => secretValue(cluster, platform.namespace, certificates.caSecret, key);
  return {
    mode: "local",
    authority: async () => ({ certificate: await read("tls.crt"), privateKey: await read("tls.key") }),
  };
}

async function secretValue(cluster: Cluster, namespace: string, name: string, key: string): Promise<string> {
  const secret = await cluster.get(kinds.secret, { namespace, name });
  const value = secret?.data?.[key];
  if (value === undefined) throw missing(namespace, name, key, secret !== undefined);
  return Buffer.from(value, "base64").toString("utf8");
}

function missing(namespace: string, name: string, key: string, exists: boolean): RetryableError {
  return new RetryableError(
    "PlatformIncomplete",
    exists
      ? `Secret ${namespace}/${name} has no key "${key}": the platform chart writes it`
      : `Secret ${namespace}/${name} does not exist: install the platform chart, or name another in the operator's configuration`,
  );
}
