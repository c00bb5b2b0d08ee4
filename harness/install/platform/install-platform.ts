import { fileURLToPath } from "node:url";
import { installRelease } from "../../kubernetes/install-release.ts";
import { clusterKubectl, type Kubectl } from "../../kubernetes/kubectl.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import type { Progress } from "../../machine/progress.ts";
import { ensureNamespace, platformNamespace } from "../namespace.ts";
import { ensureCertificates } from "./ensure-certificates.ts";
import { ensurePasswords } from "./ensure-passwords.ts";
import { openPlatformVault } from "./open-platform-vault.ts";
import { platformValues } from "./platform-values.ts";
import { readSecrets } from "./secrets.ts";

const chart = fileURLToPath(new URL("../../../charts/platform", import.meta.url));

/**
 * Installs PostgreSQL, PgBouncer, Redis and Vault with the platform's chart, and everything that the chart expects:
 * passwords, certificates, an open Vault. On a complete cluster it writes nothing.
 */
export async function installPlatform(cluster: RunningCluster, progress: Progress): Promise<void> {
  const kubectl = clusterKubectl(cluster);
  await ensureNamespace(kubectl);
  const secrets = await readSecrets(kubectl);
  await ensurePasswords(kubectl, secrets);
  const revision = await ensureCertificates(kubectl, secrets, cluster.platformCa);
  const values = await platformValues(cluster, kubectl, revision, progress);
  progress("installing the chart");
  await installRelease(cluster, { name: "dotmac-platform", namespace: platformNamespace, chart, values });
  progress("opening Vault");
  await openPlatformVault(cluster, kubectl, progress);
  progress("waiting for PostgreSQL, PgBouncer, Redis and Vault");
  await waitForServices(kubectl);
}

const services = [
  "statefulset/postgres",
  "deployment/pgbouncer",
  "statefulset/redis-cache",
  "statefulset/redis-state",
  "statefulset/vault",
];

async function waitForServices(kubectl: Kubectl): Promise<void> {
  const status = ["rollout", "status", "-n", platformNamespace, "--timeout=180s"];
  await Promise.all(services.map((service) => kubectl([...status, service])));
}
