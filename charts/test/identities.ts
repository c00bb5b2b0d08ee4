import { ApiServer } from "../../crds/test/api-server.ts";
import type { KubernetesConnection } from "../../harness/services/kubernetes.ts";
import { asBreakGlass } from "./operator-token.ts";

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
}

/** A user with no group except that of all authenticated users. */
export function asUser(connection: KubernetesConnection, user: string): ApiServer {
  return new ApiServer(connection, {
    token: connection.adminToken,
    impersonate: { user, groups: ["system:authenticated"] },
  });
}

/** One of Kubernetes' own controllers, with its real rights. */
export function asController(connection: KubernetesConnection, name: string): ApiServer {
  const user = `system:serviceaccount:kube-system:${name}`;
  const groups = ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"];
  return new ApiServer(connection, { token: connection.adminToken, impersonate: { user, groups } });
}

/**
 * A component of the control plane, or a kubelet. The last group represents rights that clusters grant outside of RBAC,
 * as by the authorizer of nodes.
 */
export function asSystem(connection: KubernetesConnection, user: string, ...groups: string[]): ApiServer {
  const impersonate = { user, groups: [...groups, "system:masters"] };
  return new ApiServer(connection, { token: connection.adminToken, impersonate });
}

/**
 * Binds a user to the role `edit` in a namespace. Without controllers nothing aggregates the role's rules, so it binds
 * the parts of the role.
 */
export async function letEdit(
  connection: KubernetesConnection,
  namespace: string,
  user: string,
): Promise<void> {
  await using breakGlass = asBreakGlass(connection);
  for (const { metadata } of await partsOfEdit(breakGlass)) {
    const answer = await breakGlass.send(
      "POST",
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: metadata.name.replaceAll(":", "-") },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
        subjects: [{ kind: "User", name: user, apiGroup: "rbac.authorization.k8s.io" }],
      },
    );
    if (answer.status !== 201) throw new Error(`expected a RoleBinding, found ${answer.body.message}`);
  }
}

/** All rules of the role `edit`. */
export async function rulesOfEdit(admin: ApiServer): Promise<Rule[]> {
  return (await partsOfEdit(admin)).flatMap(({ rules }) => rules ?? []);
}

async function partsOfEdit(api: ApiServer): Promise<{ metadata: { name: string }; rules: Rule[] | null }[]> {
  const roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
  const parts = [];
  for (const role of ["edit", "view"]) {
    const selector = encodeURIComponent(`rbac.authorization.k8s.io/aggregate-to-${role}=true`);
    const { body } = await api.send("GET", `${roles}?labelSelector=${selector}`);
    parts.push(...body.items);
  }
  return parts;
}
