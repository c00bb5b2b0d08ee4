import { readFile } from "node:fs/promises";
import type { VaultApi } from "./vault-api.ts";

/** The API server that Vault asks for the owner of a token. */
export interface TokenReviewer {
  readonly host: string;
  /** Both are absent in a pod, where Vault uses its own service account. */
  readonly ca?: string;
  readonly token?: string;
}

/** The audience of the tokens that pods send only to Vault. */
export const vaultAudience = "vault";

/**
 * Configures Vault for the platform: the mounts `tenants` (KV v2) and `transit`, and with a token reviewer the
 * Kubernetes auth method with the roles of the operator and the runtimes. A repeated call changes nothing. One client
 * address may log in `loginsPerSecond` times a second.
 */
export async function configureVault(
  vault: VaultApi,
  reviewer?: TokenReviewer,
  { loginsPerSecond = 10 } = {},
): Promise<void> {
  await mountEngines(vault);
  await limitRate(vault, requestRate);
  if (reviewer === undefined) return;
  const accessor = await mountKubernetesAuth(vault);
  // For each login Vault asks the API server for the owner of the token.
  await limitRate(vault, { name: "kubernetes-login", path: "auth/kubernetes/login", rate: loginsPerSecond });
  await vault.request("POST", "auth/kubernetes/config", {
    kubernetes_host: reviewer.host,
    ...(reviewer.ca && { kubernetes_ca_cert: reviewer.ca }),
    ...(reviewer.token && { token_reviewer_jwt: reviewer.token }),
  });
  for (const role of roles) {
    await vault.request("PUT", `sys/policies/acl/${role.name}`, {
      policy: await policy(role.name, accessor),
    });
    await vault.request("POST", `auth/kubernetes/role/${role.name}`, {
      bound_service_account_names: role.serviceAccounts,
      bound_service_account_namespaces: role.namespaces,
      audience: vaultAudience,
      token_policies: [role.name],
      token_no_default_policy: true,
      ...role.token,
    });
  }
}

/** Each role has the policy of its name in the platform chart. */
const roles = [
  {
    name: "dotmac-operator",
    serviceAccounts: ["dotmac-operator"],
    namespaces: ["dotmac-system"],
    token: { token_type: "service", token_ttl: "1h", token_max_ttl: "24h" },
  },
  {
    name: "tenant-runtime",
    serviceAccounts: ["runtime"],
    // Any namespace, because the policy limits a service account to the paths of its own namespace.
    namespaces: ["*"],
    // Vault does not store a batch token, so a flood of logins fills no disk. It cannot be revoked either, so its
    // lifetime is short. A runtime logs in again when it needs a token.
    token: { token_type: "batch", token_ttl: "10m", token_max_ttl: "10m" },
  },
];

interface RateLimit {
  readonly name: string;
  /** A mount or a path in it; empty for all of Vault. */
  readonly path: string;
  /** Requests per second of one client address. */
  readonly rate: number;
}

/** More than the operator's workers send. */
const requestRate: RateLimit = { name: "requests", path: "", rate: 200 };

async function limitRate(vault: VaultApi, { name, ...limit }: RateLimit): Promise<void> {
  await vault.request("POST", `sys/quotas/rate-limit/${name}`, limit);
}

async function mountEngines(vault: VaultApi): Promise<void> {
  const mounts = await vault.request<Record<string, unknown>>("GET", "sys/mounts");
  if (mounts["tenants/"] === undefined) {
    await vault.request("POST", "sys/mounts/tenants", { type: "kv", options: { version: "2" } });
  }
  if (mounts["transit/"] === undefined)
    await vault.request("POST", "sys/mounts/transit", { type: "transit" });
}

async function mountKubernetesAuth(vault: VaultApi): Promise<string> {
  const find = () => vault.request<Record<string, { accessor: string }>>("GET", "sys/auth");
  if ((await find())["kubernetes/"] === undefined) {
    await vault.request("POST", "sys/auth/kubernetes", { type: "kubernetes" });
  }
  const mount = (await find())["kubernetes/"];
  if (mount === undefined)
    throw new Error("expected Vault to have the auth mount kubernetes/ just made: it has not");
  return mount.accessor;
}

async function policy(name: string, accessor: string): Promise<string> {
  const source = new URL(`../../charts/platform/files/vault/${name}.hcl`, import.meta.url);
  return (await readFile(source, "utf8")).replaceAll("aliases.KUBERNETES_ACCESSOR.", `aliases.${accessor}.`);
}
