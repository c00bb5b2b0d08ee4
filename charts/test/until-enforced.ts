import { setTimeout as delay } from "node:timers/promises";
import { ApiServer, type Manifest } from "../../crds/test/api-server.ts";
import type { KubernetesConnection } from "../../harness/services/kubernetes.ts";
import { configMap, hostClaim, ingress, namespace, networkPolicy, service, tenant } from "./objects.ts";
import { handLeaseTo, operatorToken, tenantNamespace } from "./operator-token.ts";

/** A write that exactly one policy refuses, and the text of its refusal. */
interface Probe {
  readonly words: string;
  readonly path: string;
  readonly body: Manifest;
}

/**
 * Resolves when every admission policy of the chart is in force. The API server enforces a new one a little after it
 * answered its creation.
 */
export async function untilEnforced(admin: ApiServer, connection: KubernetesConnection): Promise<void> {
  const token = await operatorToken(admin, "probe");
  await using operator = new ApiServer(connection, { token });
  await handLeaseTo(admin, "nobody");
  await expectRefusal(operator, probes.fencing);
  // The API server reports only one of several refusals.
  await handLeaseTo(admin, "probe");
  await expectRefusal(operator, probes.confinement);
  await expectRefusal(operator, probes.clusterConfinement);
  await expectRefusal(admin, probes.labels);
  await tenantNamespace(connection, "canary");
  await expectRefusal(admin, probes.objects);
  await expectRefusal(admin, probes.reservedLabel);
  await expectRefusal(admin, probes.claims);
  await expectRefusal(admin, probes.gateway);
  await expectRefusal(admin, probes.metadata);
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
  metadata: {
    words: "keys that this platform does not let Tenants set",
    path: "/apis/dotmac.io/v1alpha1/tenants",
    body: tenant("probe", { metadata: { pods: { labels: { probe: "probe" } } } }),
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
