import { setTimeout as delay } from "node:timers/promises";
import { ApiServer, type Manifest } from "../../crds/test/api-server.ts";
import type { KubernetesConnection } from "../../harness/services/kubernetes.ts";
import { configMap, hostClaim, ingress, namespace, networkPolicy, service } from "./objects.ts";
import { handLeaseTo, operatorToken, tenantNamespace } from "./operator-token.ts";

/** Something that exactly one policy refuses, and the words by which its refusal is known. */
interface Probe {
  readonly words: string;
  readonly path: string;
  readonly body: Manifest;
}

/**
 * Resolves once every admission policy of the chart is in force: the API server takes up a new one a
 * little after it answered its creation.
 */
export async function untilEnforced(admin: ApiServer, connection: KubernetesConnection): Promise<void> {
  const token = await operatorToken(admin, "probe");
  await using operator = new ApiServer(connection, { token });
  await handLeaseTo(admin, "nobody");
  await expectRefusal(operator, probes.fencing);
  // Of several refusals the API server tells only one.
  await handLeaseTo(admin, "probe");
  await expectRefusal(operator, probes.confinement);
  await expectRefusal(operator, probes.clusterConfinement);
  await expectRefusal(admin, probes.labels);
  await tenantNamespace(connection, "canary");
  await expectRefusal(admin, probes.objects);
  await expectRefusal(admin, probes.reservedLabel);
  await expectRefusal(admin, probes.claims);
  await expectRefusal(admin, probes.gateway);
}

const managed = { "app.kubernetes.io/managed-by": "dotmac-operator" };

const probes = {
  fencing: {
    words: "only the replica that holds the lease may write",
    path: "/api/v1/namespaces",
    body: namespace("isp-probe", {
      "dotmac.io/tenant": "probe",
      "dotmac.io/tenant-id": "aaaaaaaaaa",
      "pod-security.kubernetes.io/enforce": "restricted",
    }),
  },
  confinement: {
    words: "the operator writes only in namespaces",
    path: "/api/v1/namespaces/default/services",
    body: service("probe"),
  },
  clusterConfinement: {
    words: "the operator's namespaces are named",
    path: "/api/v1/namespaces",
    body: namespace("probe"),
  },
  labels: {
    words: "only the operator gives a namespace the labels",
    path: "/api/v1/namespaces",
    body: namespace("probe", { "dotmac.io/tenant": "probe" }),
  },
  objects: {
    words: "only the operator writes networkpolicies",
    path: "/apis/networking.k8s.io/v1/namespaces/isp-canary/networkpolicies",
    body: networkPolicy("probe"),
  },
  reservedLabel: {
    words: "is reserved for objects of DotMac's operator",
    path: "/api/v1/namespaces/default/configmaps",
    body: { ...configMap("probe"), metadata: { name: "probe", labels: managed } },
  },
  claims: {
    words: "only the operator writes hostclaims.dotmac.io",
    path: "/apis/dotmac.io/v1alpha1/hostclaims",
    body: hostClaim("probe.example.com"),
  },
  gateway: {
    words: "a route without a host",
    path: "/apis/networking.k8s.io/v1/namespaces/default/ingresses",
    body: ingress("probe"),
  },
} satisfies Record<string, Probe>;

async function expectRefusal(api: ApiServer, { words, path, body }: Probe): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await api.send("POST", `${path}?dryRun=All`, body);
    if (answer.status >= 400 && answer.body.message.includes(words)) return;
    if (Date.now() > deadline)
      throw new Error(`expected "${words}" within 30 s, found ${answer.status} ${answer.body.message}`);
    await delay(50);
  }
}
