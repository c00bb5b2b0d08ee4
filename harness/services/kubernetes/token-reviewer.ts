import { ApiException, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import type { TokenReviewer } from "../../vault/configure-vault.ts";

const namespace = "dotmac-system";
const name = "vault";

/** A cluster whose service accounts may log in to Vault. */
export interface ReviewingCluster {
  readonly url: string;
  /** PEM of the authority that signed the API server's certificate. */
  readonly ca: string;
  readonly kubeconfigPath: string;
}

/** Creates Vault's service account of a cluster, which may review tokens. */
export async function tokenReviewer({ kubeconfigPath, url, ca }: ReviewingCluster): Promise<TokenReviewer> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  const core = config.makeApiClient(CoreV1Api);
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  await unlessThere(core.createNamespace({ body: { metadata: { name: namespace } } }));
  await unlessThere(core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } }));
  const body = {
    metadata: { name: "dotmac-vault-token-review" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
  await unlessThere(rbac.createClusterRoleBinding({ body }));
  const request = { namespace, name, body: { spec: { audiences: [], expirationSeconds: 24 * 60 * 60 } } };
  const token = (await core.createNamespacedServiceAccountToken(request)).status?.token;
  if (token === undefined)
    throw new Error("expected the API server to issue a token, got an answer without one");
  return { host: url, ca, token };
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof ApiException && error.code === 409)) throw error;
  });
}
