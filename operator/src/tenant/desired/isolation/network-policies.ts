import { apiPort, managementPort } from "../../../../../contract/runtime-ports.ts";
import type { NetworkPolicy } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { TenantNames } from "../../model/names.ts";
import { componentSelector, tenantLabels } from "../labels.ts";

/** Which there are in a tenant's namespace. */
export const networkPolicyNames = [
  "deny-all",
  "allow-platform",
  "allow-gateway",
  "allow-management",
] as const;

type Spec = NonNullable<NetworkPolicy["spec"]>;
type Peer = NonNullable<NonNullable<NonNullable<Spec["egress"]>[number]["to"]>[number]>;

/** All that the policies depend on: no plan. */
type Place = Pick<Blueprint, "names" | "settings">;

/** All policies of a tenant's namespace. */
export function networkPolicies(plan: Place): NetworkPolicy[] {
  return [denyAll(plan.names), allowPlatform(plan), allowGateway(plan), allowManagement(plan)];
}

/** Denies all traffic in the tenant's namespace; every other policy is an exception to it. */
export function denyAll(names: TenantNames): NetworkPolicy {
  return policy(names, "deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
}

/** Lets pods ask DNS and reach the platform's services, and nothing else; the egress proxy leads on from there. */
export function allowPlatform({ names, settings }: Place): NetworkPolicy {
  const platform = (name: string) => peer(settings.namespace, { "app.kubernetes.io/name": name });
  return policy(names, "allow-platform", {
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [
      {
        to: [peer("kube-system", { "k8s-app": "kube-dns" })],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
      { to: [platform("pgbouncer")], ports: [tcp(settings.pgbouncer.port)] },
      { to: [platform("redis-cache")], ports: [tcp(settings.redis.cache.port)] },
      { to: [platform("redis-state")], ports: [tcp(settings.redis.state.port)] },
      { to: [platform("vault")], ports: [tcp(portOf(settings.vault.address))] },
      { to: [platform("egress-proxy")], ports: [tcp(settings.egress.port)] },
    ],
  });
}

/** Lets the gateway reach the API of the runtime. */
export function allowGateway({ names, settings }: Place): NetworkPolicy {
  return policy(names, "allow-gateway", {
    podSelector: { matchLabels: componentSelector("runtime") },
    policyTypes: ["Ingress"],
    ingress: [
      { from: [peer(settings.gateway.namespace, settings.gateway.podLabels)], ports: [tcp(apiPort)] },
    ],
  });
}

/** Lets the operator and Prometheus reach health and metrics. */
export function allowManagement({ names, settings }: Place): NetworkPolicy {
  return policy(names, "allow-management", {
    podSelector: { matchLabels: componentSelector("runtime") },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          peer(settings.namespace, { "app.kubernetes.io/name": "dotmac-operator" }),
          peer(settings.namespace, { "app.kubernetes.io/name": "prometheus" }),
        ],
        ports: [tcp(managementPort)],
      },
    ],
  });
}

function policy(names: TenantNames, name: (typeof networkPolicyNames)[number], spec: Spec): NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    spec,
  };
}

function peer(namespace: string, podLabels: Readonly<Record<string, string>>): Peer {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: { ...podLabels } },
  };
}

function tcp(port: number) {
  return { protocol: "TCP", port };
}

function portOf(address: string): number {
  const url = new URL(address);
  return url.port === "" ? 443 : Number(url.port);
}
