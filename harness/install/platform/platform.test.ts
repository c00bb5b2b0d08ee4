import { Redis } from "ioredis";
import { Client } from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { chooseProvider } from "../../cluster/choose-provider.ts";
import { providers } from "../../cluster/providers.ts";
import { clusterKubectl, type Kubectl } from "../../kubernetes/kubectl.ts";
import { portForward } from "../../kubernetes/port-forward.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { silent } from "../../machine/progress.ts";
import { VaultApi, type VaultError } from "../../vault/vault-api.ts";
import { platformNamespace } from "../namespace.ts";
import { installPlatform } from "./install-platform.ts";
import { readSecrets } from "./secrets.ts";

let cluster: RunningCluster;
let kubectl: Kubectl;

beforeAll(async () => {
  const found = await (await chooseProvider(process.env.CLUSTER, providers)).find();
  if (found === undefined) throw new Error("These tests need a running cluster. Start it with: make up");
  cluster = found;
  kubectl = clusterKubectl(cluster);
  await installPlatform(cluster, silent);
}, 300_000);

describe("an installed platform", () => {
  it("cannot be written by a second installation", async () => {
    const before = await versions();
    await installPlatform(cluster, silent);
    expect(await versions()).toEqual(before);
    expect(before.length).toBeGreaterThan(30);
  });

  it("runs under restricted Pod Security", async () => {
    const namespace = JSON.parse(await kubectl(["get", "namespace", platformNamespace, "-o", "json"]));
    expect(namespace.metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
  });

  it("keeps the superuser of PostgreSQL off the network", async () => {
    await using tunnel = await portForward(cluster, {
      namespace: platformNamespace,
      target: "pod/postgres-0",
      port: 5432,
    });
    const settings = {
      host: "127.0.0.1",
      port: tunnel.port,
      user: "postgres",
      password: "any",
      database: "dotmac",
    };
    const client = new Client({ ...settings, ssl: verified("postgres") });
    await expect(client.connect()).rejects.toThrow(/pg_hba.conf rejects connection/);
    expect(await sql("SELECT current_user")).toBe("postgres");
  });

  it.each(["redis-cache", "redis-state"])("keeps the users of %s when its pod is replaced", async (name) => {
    await withRedis(name, async (redis) => {
      await redis.call("ACL", "SETUSER", "t_restarted1", "on", ">secret", "~t:restarted1:*", "+get");
      await redis.call("ACL", "SAVE");
    });
    await replacePod(`${name}-0`);
    await withRedis(name, async (redis) => {
      expect(await redis.call("ACL", "USERS")).toEqual(
        expect.arrayContaining(["dotmac_operator", "t_restarted1"]),
      );
      await redis.call("ACL", "DELUSER", "t_restarted1");
      await redis.call("ACL", "SAVE");
    });
  });

  it("keeps sessions when the pod of redis-state is replaced", async () => {
    const value = `written at ${new Date().toISOString()}`;
    await withRedis("redis-state", (redis) => redis.set("platform-test:session", value));
    await replacePod("redis-state-0");
    await withRedis("redis-state", async (redis) => {
      expect(await redis.get("platform-test:session")).toBe(value);
      await redis.del("platform-test:session");
    });
  });

  it("keeps the database when the pod of PostgreSQL is replaced", async () => {
    await sql("CREATE SCHEMA platform_test; CREATE TABLE platform_test.kept AS SELECT 42 AS answer");
    await replacePod("postgres-0");
    expect(await sql("SELECT answer FROM platform_test.kept")).toBe("42");
    await sql("DROP SCHEMA platform_test CASCADE");
  });

  it("unseals Vault after its pod was replaced, with its data", async () => {
    await withVault((vault) =>
      vault.request("POST", "tenants/data/platform-test/kept", { data: { answer: 42 } }),
    );
    await kubectl(["delete", "pod", "vault-0", "-n", platformNamespace]);
    await kubectl([
      "wait",
      "pod/vault-0",
      "-n",
      platformNamespace,
      "--for=jsonpath={.status.phase}=Running",
      "--timeout=60s",
    ]);
    await installPlatform(cluster, silent);
    await withVault(async (vault) => {
      const kept = await vault.request<{ data: { data: object } }>("GET", "tenants/data/platform-test/kept");
      expect(kept.data.data).toEqual({ answer: 42 });
      await vault.request("DELETE", "tenants/metadata/platform-test/kept");
    });
  });

  it("unseals the Vault that an update of its StatefulSet starts, and not the one that is ending", async () => {
    const pod = async () =>
      JSON.parse(await kubectl(["get", "pod/vault-0", "-n", platformNamespace, "-o", "json"]));
    const before = (await pod()).metadata.uid;
    await kubectl(["rollout", "restart", "statefulset/vault", "-n", platformNamespace]);
    const told: string[] = [];
    await installPlatform(cluster, (step) => told.push(step));
    const { metadata, status } = await pod();
    expect(metadata.uid).not.toBe(before);
    const [{ containerID }] = status.containerStatuses;
    expect(told.filter((step) => step.startsWith("opening Vault's container"))).toEqual([
      `opening Vault's container ${containerID.slice(-12)}`,
    ]);
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
  });

  it("lets a pod log in to Vault with its token for Vault only", async () => {
    const token = (audience: string) =>
      kubectl(["create", "token", "vault", "-n", platformNamespace, `--audience=${audience}`]);
    const jwts = { vault: await token("vault"), other: await token("other") };
    await withVault(async (vault) => {
      const refusal = async (jwt: string) => {
        const attempt = vault.request("POST", "auth/kubernetes/login", { role: "tenant-runtime", jwt });
        return attempt.catch((error: VaultError) => error.message);
      };
      // The API server accepted the token. Only the role does not allow its account.
      expect(await refusal(jwts.vault)).toMatch(/service account name not authorized/);
      expect(await refusal(jwts.other)).toMatch(/audience/);
    });
  });
});

/** `kind/name resourceVersion` of all objects that the installation may write. */
async function versions(): Promise<string[]> {
  const kinds =
    "all,secrets,configmaps,serviceaccounts,networkpolicies,persistentvolumeclaims,poddisruptionbudgets";
  const list = JSON.parse(await kubectl(["get", kinds, "-n", platformNamespace, "-o", "json"]));
  const items = list.items as { kind: string; metadata: { name: string; resourceVersion: string } }[];
  return items.map(({ kind, metadata }) => `${kind}/${metadata.name} ${metadata.resourceVersion}`).toSorted();
}

async function replacePod(name: string): Promise<void> {
  await kubectl(["delete", "pod", name, "-n", platformNamespace]);
  const statefulSet = `statefulset/${name.replace(/-0$/, "")}`;
  await kubectl(["rollout", "status", statefulSet, "-n", platformNamespace, "--timeout=120s"]);
}

async function sql(statement: string): Promise<string> {
  const psql = [
    "psql",
    "--host=/run/postgresql",
    "--username=postgres",
    "--dbname=dotmac",
    "-qAtc",
    statement,
  ];
  return kubectl(["exec", "-n", platformNamespace, "postgres-0", "--", ...psql]);
}

async function withRedis<Result>(name: string, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const login = (await readSecrets(kubectl)).get("redis-operator")?.data;
  await using tunnel = await portForward(cluster, {
    namespace: platformNamespace,
    target: `pod/${name}-0`,
    port: 6379,
  });
  const redis = new Redis({
    host: "127.0.0.1",
    port: tunnel.port,
    username: login?.username ?? "",
    password: login?.password ?? "",
    tls: verified(name),
  });
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function withVault<Result>(work: (vault: VaultApi) => Promise<Result>): Promise<Result> {
  const keys = (await readSecrets(kubectl)).get("vault-development-keys")?.data;
  await using tunnel = await portForward(cluster, {
    namespace: platformNamespace,
    target: "pod/vault-0",
    port: 8200,
  });
  await using vault = new VaultApi({
    address: `https://127.0.0.1:${tunnel.port}`,
    ca: cluster.platformCa.certificate,
    serverName: `vault.${platformNamespace}.svc`,
    token: keys?.rootToken ?? "",
  });
  return await work(vault);
}

function verified(service: string) {
  return { ca: cluster.platformCa.certificate, servername: `${service}.${platformNamespace}.svc` };
}
