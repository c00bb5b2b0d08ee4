import { canonicalJson } from "./base/canonical-json.ts";
import type { OperatorConfig } from "./config.ts";
import type { Priority } from "./kubernetes/loop/queue.ts";
import { essentials } from "./kubernetes/objects/essentials.ts";
import { fingerprint } from "./kubernetes/objects/fingerprint.ts";
import {
  type ConfigMap,
  type Kind,
  type KubernetesObject,
  kinds,
  type Pod,
  type Secret,
} from "./kubernetes/objects/kinds.ts";
import { trim } from "./kubernetes/objects/trim.ts";
import type { Reflector } from "./kubernetes/watch/reflector.ts";
import type { Change } from "./kubernetes/watch/store.ts";
import { mostBytes, type WatchContext, type WatchedPart, watchKind } from "./kubernetes/watch/watch-kinds.ts";
import { namesOf } from "./tenant/model/blueprint.ts";
import {
  backendTlsPolicyKind,
  type HostClaim,
  hostClaimKind,
  type Tenant,
  type TenantPlan,
  tenantKind,
  tenantPlanKind,
} from "./tenant/model/kinds.ts";
import { looksLikeTenantNamespace } from "./tenant/model/names.ts";

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
const kindsWithProgress = new Set<Kind>([
  kinds.namespace,
  kinds.deployment,
  kinds.job,
  kinds.certificate,
  kinds.httpRoute,
]);

/** Of resources of our own: their schemas bound the rest, and nothing else in their metadata is ours to read. */
const ownResource = { reduce: <T extends KubernetesObject>(object: T) => essentials(object, "dotmac.io/") };
const boundedBySchema = { ...ownResource, mostBytes: () => Number.POSITIVE_INFINITY };

/** A ConfigMap has at most 1 MiB of data. */
const platformCaBytes = 2 * 2 ** 20;

/**
 * Watches everything that a tenant is made of or depends on, and makes the right tenants due. What an object says of
 * itself decides nothing: it counts when its namespace is that of a Tenant, and makes that Tenant due.
 */
export function watchTenants(
  context: WatchContext,
  config: WatchedConfig,
  enqueue: Enqueue,
): Reflector<never>[] {
  const tenants = watchKind<Tenant>(context, tenantKind, {
    indexers: {
      plan: (tenant) => [tenant.spec.plan],
      host: (tenant) => tenant.spec.hosts,
      namespace: (tenant) => [namesOf(tenant).namespace],
    },
    limits: boundedBySchema,
    onChange: (change) => {
      const priority = urgencyOf(change);
      if (priority) enqueue(change.object.metadata.name, priority);
    },
  });
  const after = Promise.all(tenants.map(({ synced }) => synced));
  const known = context.stores.of(tenantKind);
  const withIndex = (index: "plan" | "host" | "namespace", value: string) => {
    for (const tenant of known.indexed(index, value)) enqueue(tenant.metadata.name, "change");
  };
  const enqueueOwner = ({ object }: Change<KubernetesObject>) => withIndex("namespace", placeOf(object));
  const counts = (object: KubernetesObject) => {
    if (known.indexed("namespace", placeOf(object)).length > 0) return "yes";
    return looksLikeTenantNamespace(placeOf(object)) ? "later" : "no";
  };
  const owned = { limits: { counts }, after } as const;

  const plans = watchKind<TenantPlan>(context, tenantPlanKind, {
    limits: boundedBySchema,
    onChange: (change) => {
      if (isMeant(change)) withIndex("plan", change.object.metadata.name);
    },
  });
  const claims = watchKind<HostClaim>(context, hostClaimKind, {
    indexers: { holder: (claim) => [claim.spec.tenantRef.uid] },
    limits: boundedBySchema,
    onChange: ({ object: { metadata, spec } }) => {
      const holder = known.get({ name: spec.tenantRef.name });
      if (holder?.metadata.uid === spec.tenantRef.uid) enqueue(spec.tenantRef.name, "change");
      // Whoever wants the same host may have waited for this claim to go.
      withIndex("host", metadata.name);
    },
  });
  const isAdmins = ({ metadata }: Secret) => metadata.namespace === config.adminNamespace;
  const secrets = watchKind<Secret>(context, kinds.secret, {
    after,
    parts: secretParts(config.adminNamespace),
    limits: {
      counts: (secret) => {
        if (!isAdmins(secret)) return counts(secret);
        return known.get({ name: secret.metadata.name }) ? "yes" : "later";
      },
      // `counts` allows one admin Secret for each tenant; the others are watched by name.
      mostPerNamespace: Number.POSITIVE_INFINITY,
    },
    onChange: (change) => {
      if (!isMeant(change)) return;
      if (!isAdmins(change.object)) return enqueueOwner(change);
      const { name } = change.object.metadata;
      if (known.get({ name })) enqueue(name, "change");
    },
  });
  const isCa = (object: ConfigMap) => isPlatformCa(object, config.platform);
  const configMaps = watchKind<ConfigMap>(context, kinds.configMap, {
    after,
    parts: configMapParts(config.platform),
    limits: {
      counts: (object) => (isCa(object) ? "yes" : counts(object)),
      // The operator reads what is in it.
      reduce: (object) => (isCa(object) ? essentials(object, "dotmac.io/") : trim(object)),
      mostBytes: (object) => (isCa(object) ? platformCaBytes : mostBytes),
    },
    onChange: (change) => {
      if (!isMeant(change)) return;
      if (!isCa(change.object)) return enqueueOwner(change);
      for (const tenant of known.all()) enqueue(tenant.metadata.name, "change");
    },
  });
  const pods = watchKind<Pod>(context, kinds.pod, {
    after,
    parts: [{ selection: ours }],
    limits: { counts, reduce: troubleOnly },
    onChange: (change) => {
      if (changesTrouble(change)) enqueueOwner(change);
    },
  });
  const others = ownedKinds(config)
    .filter((kind) => kind !== kinds.configMap)
    .flatMap((kind) =>
      watchKind(context, kind, {
        ...owned,
        parts: [{ selection: ours }],
        onChange: (change) => {
          if (kindsWithProgress.has(kind) || isMeant(change)) enqueueOwner(change);
        },
      }),
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

type ContainerStatus = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];
const unnamed = { name: "", image: "", imageID: "", ready: false, restartCount: 0 };

/** Of pods only what tells why a runtime does not come up, and their end: the Deployment says the rest. */
function changesTrouble(change: Change<Pod>): boolean {
  if (change.type !== "updated") return change.type === "deleted";
  return troubleOf(change.object) !== troubleOf(change.previous);
}

function troubleOf({ status }: Pod): string {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return [status?.phase, ...containers.map(reasonOf)].join("/");
}

function reasonOf({ state }: ContainerStatus): string {
  return state?.waiting?.reason ?? state?.terminated?.reason ?? "";
}

/** Pods are many and large: nothing else of them is kept. */
function troubleOnly(pod: Pod): Pod {
  const { apiVersion, kind, metadata } = essentials(pod, "dotmac.io/");
  const { phase, initContainerStatuses, containerStatuses } = pod.status ?? {};
  const status = {
    ...(phase !== undefined && { phase }),
    ...(initContainerStatuses && { initContainerStatuses: initContainerStatuses.map(stateOnly) }),
    ...(containerStatuses && { containerStatuses: containerStatuses.map(stateOnly) }),
  };
  return { apiVersion, kind, metadata, status };
}

function stateOnly(status: ContainerStatus): ContainerStatus {
  return { ...unnamed, state: { waiting: { reason: reasonOf(status) } } };
}

/** The namespace that an object is in, or is. */
function placeOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? metadata.name;
}

/**
 * A person's change first. Our own writes of the status need no answer, and are in the watched copy before their event
 * comes: a status that differs from the copy was written by somebody else.
 */
function urgencyOf(change: Change<Tenant>): Priority | undefined {
  if (change.type !== "updated") return change.type === "added" ? "person" : "change";
  const { metadata: next } = change.object;
  const { metadata: before } = change.previous;
  if (next.generation !== before.generation) return "person";
  if (next.deletionTimestamp !== before.deletionTimestamp) return "person";
  const foreignStatus =
    canonicalJson(change.object.status ?? {}) !== canonicalJson(change.previous.status ?? {});
  const isOther = foreignStatus || next.finalizers?.length !== before.finalizers?.length;
  return isMeant(change) || isOther ? "change" : undefined;
}

/** Whether more than status and bookkeeping changed. */
function isMeant(change: Change<KubernetesObject>): boolean {
  if (change.type !== "updated") return true;
  const { object, previous } = change;
  if (object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp) return true;
  return fingerprint(object) !== fingerprint(previous);
}
