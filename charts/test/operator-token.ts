import { breakGlassGroup } from "../../contract/break-glass.ts";
import { ApiServer } from "../../crds/test/api-server.ts";
import type { KubernetesConnection } from "../../harness/services/kubernetes.ts";
import { namespace, pod } from "./objects.ts";

const accounts = "/api/v1/namespaces/dotmac-system/serviceaccounts";
export const leases = "/apis/coordination.k8s.io/v1/namespaces/dotmac-system/leases";

/** Creates an operator's pod of that name and returns a token as the kubelet gives it to the pod. */
export async function operatorToken(admin: ApiServer, podName: string): Promise<string> {
  const created = await admin.send("POST", "/api/v1/namespaces/dotmac-system/pods", {
    ...pod(podName),
    spec: { ...pod(podName).spec, serviceAccountName: "dotmac-operator" },
  });
  if (created.status !== 201) throw new Error(`expected a pod, found ${created.body.message}`);
  return requestToken(admin, {
    boundObjectRef: { apiVersion: "v1", kind: "Pod", name: podName, uid: created.body.metadata.uid },
  });
}

/** A token that belongs to no pod, of the operator's account or another one of the platform. */
export function unboundToken(admin: ApiServer, account = "dotmac-operator"): Promise<string> {
  return requestToken(admin, {}, account);
}

async function requestToken(admin: ApiServer, spec: object, account = "dotmac-operator"): Promise<string> {
  const answer = await admin.send("POST", `${accounts}/${account}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec,
  });
  if (answer.status !== 201) throw new Error(`expected a token, found ${answer.body.message}`);
  return answer.body.status.token;
}

/** Makes `holder` the holder of the Lease, independent of the previous one. */
export async function handLeaseTo(admin: ApiServer, holder: string): Promise<void> {
  const answer = await admin.send("APPLY", `${leases}/dotmac-operator?fieldManager=test&force=true`, {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "dotmac-operator" },
    spec: { holderIdentity: holder, leaseDurationSeconds: 15 },
  });
  if (answer.status > 201) throw new Error(`expected the lease handed over, found ${answer.body.message}`);
}

/** Creates the namespace of a tenant, which only the operator and the break-glass group may do. */
export async function tenantNamespace(connection: KubernetesConnection, tenant: string): Promise<string> {
  await using breakGlass = asBreakGlass(connection);
  const name = `isp-${tenant}`;
  const labels = {
    "dotmac.io/tenant": tenant,
    "dotmac.io/tenant-id": "aaaaaaaaaa",
    "pod-security.kubernetes.io/enforce": "restricted",
  };
  const answer = await breakGlass.send("POST", "/api/v1/namespaces", namespace(name, labels));
  if (answer.status !== 201) throw new Error(`expected ${name} created, found ${answer.body.message}`);
  return name;
}

/** An administrator in the break-glass group, as with kubectl's `--as` and `--as-group`. */
export function asBreakGlass(connection: KubernetesConnection): ApiServer {
  return new ApiServer(connection, {
    token: connection.adminToken,
    impersonate: { user: "admin", groups: ["system:masters", breakGlassGroup] },
  });
}
