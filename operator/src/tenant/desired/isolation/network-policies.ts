import { labelKeys, runtimeName } from "../../../../../contract/labels.ts";
import { apiPort, managementPort } from "../../../../../contract/runtime-ports.ts";
import type { NetworkPolicy } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { componentSelector, tenantLabels } from "../labels.ts";

/** The names of all policies in a tenant's namespace. */
export const networkPolicyNames = [
  "deny-all",
  "allow-platform",
  "allow-gateway",
  "allow-management",
] as const;

type Spec = NonNullable<NetworkPolicy["spec"]>;
type Peer = NonNullable<NonNullable<NonNullable<Spec["egress"]>[number]["to"]>[number]>;

/** The part of a blueprint that the policies depend on, without the plan. */
type Place = Pick<Blueprint, "names" | "settings">;

/** All policies of a tenant's namespace. */
export function networkPolicies(plan: Place): NetworkPolicy[] {
  return [denyAll(plan.names), allowPlatform(plan), allowGateway(plan), allowManagement(plan)];
}

/** Denies all traffic in the tenant's namespace. Every other policy is an exception to it. */
export function denyAll(names: TenantNames): NetworkPolicy {
  return policy(names, "deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
}

/** Allows DNS and the platform's services only. Pods reach the internet through the egress proxy. */
export function allowPlatform({ names, settings }: Place): NetworkPolicy {
  const platform = (name: string) => peer(settings.namespace, { [labelKeys.name]: name });
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

/** Allows the gateway to reach the runtime's API. */
function allowGateway({ names, settings }: Place): NetworkPolicy {
  return policy(names, "allow-gateway", {
    podSelector: { matchLabels: componentSelector("runtime") },
    policyTypes: ["Ingress"],
    ingress: [
      { from: [peer(settings.gateway.namespace, settings.gateway.podLabels)], ports: [tcp(apiPort)] },
    ],
  });
}

/** Allows the operator and Prometheus to reach health and metrics of the runtime's pods and of workers. */
function allowManagement({ names, settings }: Place): NetworkPolicy {
  return policy(names, "allow-management", {
    podSelector: {
      matchLabels: { [labelKeys.name]: runtimeName },
      matchExpressions: [{ key: labelKeys.component, operator: "In", values: ["runtime", "worker"] }],
    },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          peer(settings.namespace, { [labelKeys.name]: "dotmac-operator" }),
          peer(settings.namespace, { [labelKeys.name]: "prometheus" }),
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
