import type { OperatorConfig } from "./config.ts";
import { fingerprint } from "./controller/fingerprint.ts";
import {
  type ConfigMap,
  type Kind,
  type KubernetesObject,
  kinds,
  type Pod,
  type Secret,
} from "./controller/kinds.ts";
import type { Priority } from "./controller/queue.ts";
import type { Reflector } from "./controller/reflector.ts";
import type { Change, ChangeHandler } from "./controller/store.ts";
import { type WatchContext, type WatchedPart, watchKind } from "./controller/watch-kinds.ts";
import { tenantOf } from "./controller/watched-cluster.ts";
import {
  backendTlsPolicyKind,
  type HostClaim,
  hostClaimKind,
  type Tenant,
  type TenantPlan,
  tenantKind,
  tenantPlanKind,
} from "./tenant/kinds.ts";

/** What of the configuration decides what is watched. */
type WatchedConfig = Pick<OperatorConfig, "route" | "certificates" | "adminNamespace"> & {
  readonly platform: Pick<OperatorConfig["platform"], "namespace" | "caConfigMap">;
};

/** Makes a tenant due. */
export type Enqueue = (tenant: string, priority: Priority) => void;

const ours = { labelSelector: "app.kubernetes.io/managed-by=dotmac-operator" };

/**
 * The Secrets of a tenant's namespace. They are watched by name, one reflector each, because the operator
 * may read no other Secret of the cluster and RBAC can say that only by name.
 */
const secretNames = ["runtime", "migrator", "runtime-tls", "gateway-tls"];

/** Kinds whose status decides how far a tenant is; of the others only what someone sets matters. */
const kindsWithProgress = new Set<Kind>([kinds.namespace, kinds.deployment, kinds.job, kinds.certificate]);

/** Watches everything that a tenant is made of or depends on, and makes the right tenants due. */
export function watchTenants(
  context: WatchContext,
  config: WatchedConfig,
  enqueue: Enqueue,
): Reflector<never>[] {
  const tenants = watchKind(context, tenantKind, {
    indexers: { plan: (tenant) => [tenant.spec.plan], host: (tenant) => tenant.spec.hosts },
    onChange: (change) => {
      const priority = urgencyOf(change);
      if (priority) enqueue(change.object.metadata.name, priority);
    },
  });
  const withIndex = (index: "plan" | "host", value: string) => {
    const waiting = context.stores.of(tenantKind).indexed(index, value);
    for (const tenant of waiting) enqueue(tenant.metadata.name, "change");
  };
  const plans = watchKind<TenantPlan>(context, tenantPlanKind, {
    onChange: (change) => {
      if (isMeant(change)) withIndex("plan", change.object.metadata.name);
    },
  });
  const claims = watchKind<HostClaim>(context, hostClaimKind, {
    onChange: (change) => {
      enqueueOwner(enqueue, change);
      // Whoever wants the same host may have waited for this claim to go.
      withIndex("host", change.object.metadata.name);
    },
  });
  const secrets = watchKind(context, kinds.secret, {
    parts: secretParts(config.adminNamespace),
    onChange: (change) => {
      if (isMeant(change)) enqueueOwner(enqueue, change);
    },
  });
  const configMaps = watchKind(context, kinds.configMap, {
    parts: configMapParts(config.platform),
    onChange: (change) => {
      if (!isMeant(change)) return;
      if (!isPlatformCa(change.object, config.platform)) return enqueueOwner(enqueue, change);
      for (const tenant of context.stores.of(tenantKind).all()) enqueue(tenant.metadata.name, "change");
    },
  });
  const pods = watchKind(context, kinds.pod, {
    parts: [{ selection: ours }],
    onChange: (change) => {
      if (changesTrouble(change)) enqueueOwner(enqueue, change);
    },
  });
  const others = ownedKinds(config)
    .filter((kind) => kind !== kinds.configMap)
    .flatMap((kind) =>
      watchKind(context, kind, { parts: [{ selection: ours }], onChange: ownedHandler(kind, enqueue) }),
    );
  return [
    ...tenants,
    ...plans,
    ...claims,
    ...secrets,
    ...configMaps,
    ...pods,
    ...others,
  ] as unknown as Reflector<never>[];
}

/** The kinds of objects that the operator makes for a tenant, by configuration, without Secrets. */
export function ownedKinds(config: Pick<OperatorConfig, "route" | "certificates">): Kind[] {
  return [
    kinds.namespace,
    kinds.serviceAccount,
    kinds.configMap,
    kinds.networkPolicy,
    kinds.resourceQuota,
    kinds.limitRange,
    kinds.job,
    kinds.deployment,
    kinds.service,
    kinds.podDisruptionBudget,
    ...(config.route.kind === "Ingress" ? [kinds.ingress] : [kinds.httpRoute, backendTlsPolicyKind]),
    ...(config.certificates.mode === "cert-manager" ? [kinds.certificate] : []),
  ] as Kind[];
}

function secretParts(adminNamespace: string): WatchedPart<Secret>[] {
  const named = secretNames.map((name) => ({
    selection: { ...ours, fieldSelector: `metadata.name=${name}` },
    scope: ({ metadata }: Secret) => metadata.name === name,
  }));
  const admins = {
    selection: { ...ours, namespace: adminNamespace },
    scope: ({ metadata }: Secret) =>
      metadata.namespace === adminNamespace && !secretNames.includes(metadata.name),
  };
  return [...named, admins];
}

/** Those of tenants, and the one that holds the platform's CA: it is not ours, but in every tenant's namespace too. */
function configMapParts(platform: WatchedConfig["platform"]): WatchedPart<ConfigMap>[] {
  const { namespace, caConfigMap } = platform;
  return [
    { selection: ours, scope: (object) => !isPlatformCa(object, platform) },
    {
      selection: { namespace, fieldSelector: `metadata.name=${caConfigMap}` },
      scope: (object) => isPlatformCa(object, platform),
    },
  ];
}

function isPlatformCa(
  { metadata }: ConfigMap,
  { namespace, caConfigMap }: WatchedConfig["platform"],
): boolean {
  return metadata.namespace === namespace && metadata.name === caConfigMap;
}

/** Of pods only what tells why a runtime does not come up, and their end: the Deployment says the rest. */
function changesTrouble(change: Change<Pod>): boolean {
  if (change.type !== "updated") return change.type === "deleted";
  return troubleOf(change.object) !== troubleOf(change.previous);
}

function troubleOf({ status }: Pod): string {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const reasons = containers.map(({ state }) => state?.waiting?.reason ?? state?.terminated?.reason ?? "");
  return [status?.phase, ...reasons].join("/");
}

function ownedHandler(kind: Kind, enqueue: Enqueue): ChangeHandler<KubernetesObject> {
  return (change) => {
    if (kindsWithProgress.has(kind) || isMeant(change)) enqueueOwner(enqueue, change);
  };
}

function enqueueOwner(enqueue: Enqueue, change: Change<KubernetesObject>): void {
  const before = change.type === "updated" ? tenantOf(change.previous) : undefined;
  const now = tenantOf(change.object);
  for (const tenant of new Set([before, now])) if (tenant !== undefined) enqueue(tenant, "change");
}

/** A person's change first; our own status writes need no answer. */
function urgencyOf(change: Change<Tenant>): Priority | undefined {
  if (change.type !== "updated") return change.type === "added" ? "person" : "change";
  const { metadata: next } = change.object;
  const { metadata: before } = change.previous;
  if (next.generation !== before.generation) return "person";
  if (next.deletionTimestamp !== before.deletionTimestamp) return "person";
  return isMeant(change) || next.finalizers?.length !== before.finalizers?.length ? "change" : undefined;
}

/** Whether more than status and bookkeeping changed. */
function isMeant(change: Change<KubernetesObject>): boolean {
  if (change.type !== "updated") return true;
  const { object, previous } = change;
  if (object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp) return true;
  return fingerprint(object) !== fingerprint(previous);
}
