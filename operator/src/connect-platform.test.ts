import { PassThrough } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Authority, createAuthority } from "../../harness/authority/authority.ts";
import { startTlsFront, type TlsFront } from "../../harness/services/network/tls-front.ts";
import { type Postgres, startPostgres } from "../../harness/services/postgres.ts";
import type {} from "../../harness/services/vitest.ts";
import { systemClock } from "../../process/clock.ts";
import { createLogger } from "../../process/log.ts";
import type { OperatorConfig } from "./config.ts";
import { connectPlatform, type Platform } from "./connect-platform.ts";
import { kinds } from "./kubernetes/objects/kinds.ts";
import { eventually } from "./kubernetes/testing/eventually.ts";
import { startTestCluster, type TestCluster } from "./tenant/testing/test-cluster.ts";

const namespace = "dotmac-system";
const manager = { fieldManager: "admin" };
const opened = new AsyncDisposableStack();
let first: Authority;
let second: Authority;
let cluster: TestCluster;
let postgres: Postgres;
let redis: TlsFront;
let platform: Platform;
let logged: string;

beforeAll(async () => {
  [first, second] = [await createAuthority("The first"), await createAuthority("The second")];
  cluster = opened.use(await startTestCluster());
  postgres = opened.use(await startPostgres({ version: 18, authority: second }));
  redis = opened.use(
    await startTlsFront(inject("redisCache"), await second.issue({ dnsNames: ["localhost"] })),
  );
  const { operator } = inject("redisCache");
  const create = (name: string, data: object) =>
    cluster.client.create(
      kinds.secret,
      { apiVersion: "v1", kind: "Secret", metadata: { namespace, name }, stringData: data } as never,
      manager,
    );
  await create("postgres-operator", { username: "dotmac_operator", password: postgres.passwords.operator });
  await create("redis-operator", operator);
  await create("platform-ca", { "tls.crt": first.certificate, "tls.key": first.key });
  await cluster.client.create(
    kinds.configMap,
    { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "platform-ca" } },
    manager,
  );
});
afterAll(() => opened.disposeAsync());

beforeEach(async () => {
  logged = "";
  await trust(first);
  platform = await connect();
  return () => platform[Symbol.asyncDispose]();
});

/** Writes the CA bundle, and waits until the watched copy has it. */
async function writeBundle(bundle: string): Promise<void> {
  const name = { namespace, name: "platform-ca" };
  await cluster.client.merge(kinds.configMap, name, { data: { "ca.crt": bundle } }, manager);
  await eventually("the watch has brought it", () => {
    return cluster.cluster.read(kinds.configMap, name)?.data?.["ca.crt"] === bundle;
  });
}

function trust(...authorities: Authority[]): Promise<void> {
  return writeBundle(authorities.map(({ certificate }) => certificate).join(""));
}

function connect(): Promise<Platform> {
  const lines = new PassThrough().on("data", (line) => (logged += line));
  const log = createLogger("info", lines);
  const options = { clock: systemClock, log, vaultTokenFile: "/nowhere/token" };
  return connectPlatform(config(), cluster.cluster, options);
}

function config(): OperatorConfig {
  const at = ({ port }: { port: number }) => ({ host: "localhost", port });
  return {
    platform: {
      namespace,
      postgres: { ...at(postgres), database: "dotmac", secret: "postgres-operator" },
      pgbouncer: at(postgres),
      redis: { cache: at(redis), state: at(redis), secret: "redis-operator" },
      vault: { address: "https://localhost:1", authMount: "kubernetes", role: "dotmac-operator" },
      egress: at(postgres),
      caConfigMap: "platform-ca",
    },
    certificates: { mode: "local", caSecret: "platform-ca" },
  } as OperatorConfig;
}

const untrusted = (reason: string) => ({ reason, message: expect.stringContaining("certificate") });

async function expectUntrusted(): Promise<void> {
  await expect(platform.postgres.query("SELECT 1")).rejects.toMatchObject(untrusted("DatabaseUnavailable"));
  await expect(platform.redis.cache.users()).rejects.toMatchObject({ reason: "RedisUnavailable" });
}

describe("the platform's CA, replaced while the operator runs", () => {
  it("is trusted by new connections from its addition on, and no longer after its removal", async () => {
    await expectUntrusted();
    expect(redis.trusted).toBe(0);

    await trust(first, second);
    expect(platform.settings.ca).toBe(first.certificate + second.certificate);
    expect(await platform.postgres.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await eventually("Redis is reached", () =>
      platform.redis.cache.users().then(
        () => true,
        () => false,
      ),
    );

    await trust(first);
    redis.present(await second.issue({ dnsNames: ["localhost"] }));
    await expect(platform.postgres.query("SELECT pg_terminate_backend(pg_backend_pid())")).rejects.toThrow();
    await expectUntrusted();
  });

  it.each([
    ["no certificate", "", "found none"],
    [
      "half a certificate",
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      "found that number 1 of 1 cannot be read",
    ],
  ])(
    "is not replaced, with one line in the log, while the ConfigMap holds %s",
    async (_what, bundle, found) => {
      await writeBundle(bundle);
      expect([platform.settings.ca, platform.settings.ca]).toEqual([first.certificate, first.certificate]);
      expect(logged.match(/the last good one stays/g)).toHaveLength(1);
      expect(logged).toContain(
        `ca.crt in the ConfigMap dotmac-system/platform-ca, ${found}: write the certificates`,
      );
      await expect(connect()).rejects.toMatchObject({
        reason: "PlatformIncomplete",
        message: expect.stringContaining(found),
      });
    },
  );
});

it("tenants' certificates are signed by the present authority", async () => {
  const { certificates } = platform.settings;
  if (certificates.mode !== "local") throw new Error("expected the mode local");
  expect(await certificates.authority()).toEqual({ certificate: first.certificate, privateKey: first.key });
  const stringData = { "tls.crt": second.certificate, "tls.key": second.key };
  await cluster.client.merge(kinds.secret, { namespace, name: "platform-ca" }, { stringData }, manager);
  expect(await certificates.authority()).toEqual({ certificate: second.certificate, privateKey: second.key });
});
