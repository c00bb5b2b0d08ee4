import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { type Authority, createAuthority } from "../../../../harness/authority/authority.ts";
import type { RedisConnection } from "../../../../harness/services/redis.ts";
import { startVault } from "../../../../harness/services/vault.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { systemClock } from "../../../../process/clock.ts";
import { connectRedis, type Redis } from "../../clients/redis/redis.ts";
import { connectRuntimes } from "../../clients/runtime/runtimes.ts";
import { kubernetesLogin } from "../../clients/vault/login.ts";
import { connectVault, type Vault } from "../../clients/vault/vault.ts";
import type { NewEvent } from "../../kubernetes/loop/events.ts";
import { defineKind, type KubernetesObject, kinds } from "../../kubernetes/objects/kinds.ts";
import type { PlatformSettings, RouteSettings } from "../model/settings.ts";
import { type PlatformDatabase, platformDatabase } from "./database/platform-database.ts";
import { type ObservedWorld, observedWorld } from "./observed-world.ts";
import { startTestCluster, type TestCluster } from "./test-cluster.ts";

/** All systems of a reconcile, real except pods. */
export interface TestPlatform extends AsyncDisposable {
  readonly cluster: TestCluster;
  readonly database: PlatformDatabase;
  readonly vault: Vault;
  readonly events: NewEvent[];
  /** A new process of the operator, without memory of an earlier one. */
  newWorld(): ObservedWorld;
  /** The same platform with another PostgreSQL. */
  on(database: PlatformDatabase): TestPlatform;
}

interface TokenRequest extends KubernetesObject {
  spec: { audiences: string[]; expirationSeconds: number };
  status?: { token: string };
}

/** Creates one on the run's PostgreSQL 18 and Redis servers, with its own API server and Vault. */
export async function startTestPlatform(
  options: {
    /** Default: an Ingress. */
    readonly route?: RouteSettings;
  } = {},
): Promise<TestPlatform> {
  await using opened = new AsyncDisposableStack();
  const cluster = opened.use(await startTestCluster(options));
  const database = opened.use(await platformDatabase(inject("postgres18")));
  const server = opened.use(await startVault({ kubernetes: cluster.kubernetes }));
  const tokenFile = join(cluster.kubernetes.directory, "vault-token");
  await writeFile(tokenFile, await operatorToken(cluster), { mode: 0o600 });
  const vault = connectVault({
    address: server.address,
    ca: () => server.ca,
    kvMount: "tenants",
    transitMount: "transit",
    login: kubernetesLogin({ mount: "kubernetes", role: "dotmac-operator", tokenFile }),
    clock: systemClock,
  });
  const redis = {
    cache: opened.use(openRedis(inject("redisCache"))),
    state: opened.use(openRedis(inject("redisState"))),
  };
  const authority = await createAuthority("DotMac tests");
  const runtimes = connectRuntimes({ ca: () => authority.certificate });
  const settings = testSettings(server, authority, cluster.route);
  const events: NewEvent[] = [];
  const resources = opened.move();
  const on = (place: PlatformDatabase): TestPlatform => ({
    cluster,
    database: place,
    vault,
    events,
    newWorld: () =>
      observedWorld({
        cluster: cluster.cluster,
        events: { publish: (event) => events.push(event) },
        clock: systemClock,
        signal: new AbortController().signal,
        epoch: place.epoch,
        postgres: place.postgres,
        vault,
        redis,
        runtimes,
        random: randomBytes,
        settings,
      }),
    on,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  });
  return on(database);
}

function openRedis({ host, port, ca, operator }: RedisConnection): Redis {
  return connectRedis({ host, port, ca: () => ca, ...operator });
}

/** The image in the platform's settings, and its schema version. */
export const defaultImage = "registry.example.test/dotmac/tenant-runtime:1.0.0";
export const schemaVersion = 2;

function testSettings(
  vault: { readonly address: string; readonly ca: string },
  authority: Authority,
  route: RouteSettings,
): PlatformSettings {
  const inSystem = (name: string) => `${name}.dotmac-system.svc.cluster.local`;
  return {
    namespace: "dotmac-system",
    adminNamespace: "dotmac-admins",
    runtime: { image: defaultImage, schemaVersion },
    pgbouncer: { host: inSystem("pgbouncer"), port: 6432 },
    databaseName: "dotmac",
    redis: {
      cache: { host: inSystem("redis-cache"), port: 6379 },
      state: { host: inSystem("redis-state"), port: 6379 },
    },
    redisShares: {
      cache: { bytes: 16 * 1024 * 1024, keys: 100_000 },
      state: { bytes: 16 * 1024 * 1024, keys: 100_000 },
    },
    vault: { address: vault.address, authMount: "kubernetes" },
    egress: { host: "egress-proxy.dotmac-system.svc.cluster.local", port: 3128 },
    ca: vault.ca,
    gateway: { namespace: "dotmac-gateway", podLabels: { "app.kubernetes.io/name": "gateway" } },
    route,
    certificates: {
      mode: "local",
      authority: async () => ({ certificate: authority.certificate, privateKey: authority.key }),
    },
    tenantMetadata: {
      namespace: { labels: ["team"], annotations: ["example.com/"] },
      pods: { labels: ["team"], annotations: ["example.com/"] },
    },
    credentials: {},
  };
}

/** A token of the operator's ServiceAccount, as the kubelet projects it. */
async function operatorToken({ client }: TestCluster): Promise<string> {
  const name = "dotmac-operator";
  const metadata = { namespace: "dotmac-system", name };
  await client.create(
    kinds.serviceAccount,
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    { fieldManager: "test" },
  );
  const tokenKind = defineKind<TokenRequest>(
    "v1",
    "TokenRequest",
    `serviceaccounts/${name}/token`,
    "namespaced",
  );
  const request = await client.create(
    { ...tokenKind, apiVersion: "v1" },
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata,
      spec: { audiences: ["vault"], expirationSeconds: 3_600 },
    },
    { fieldManager: "test" },
  );
  return request.status?.token ?? "";
}
