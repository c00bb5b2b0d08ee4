import { type HorizontalPodAutoscaler, type Kind, kinds } from "../kubernetes/objects/kinds.ts";
import type { Reflector } from "../kubernetes/watch/reflector.ts";
import { type WatchContext, watchKind } from "../kubernetes/watch/watch-kinds.ts";
import { namesOf } from "../tenant/model/blueprint.ts";
import {
  backendTlsPolicyKind,
  type HostClaim,
  hostClaimKind,
  type Tenant,
  type TenantPlan,
  tenantKind,
  tenantPlanKind,
} from "../tenant/model/kinds.ts";
import { autoscalerTurned, isMeant, urgencyOf } from "./changes.ts";
import { type Enqueue, Owners } from "./owners.ts";
import { boundedBySchema, ours } from "./selections.ts";
import { type PlatformNames, watchConfigMaps } from "./watch-config-maps.ts";
import { watchPods } from "./watch-pods.ts";
import { watchSecrets } from "./watch-secrets.ts";

/** The optional kinds that the operator creates. */
export interface OwnedKindsConfig {
  readonly route: { readonly kind: "Ingress" | "HTTPRoute" };
  readonly certificates: { readonly mode: "local" | "cert-manager" };
}

/** The part of the configuration that selects the watched kinds. */
export interface WatchedConfig extends OwnedKindsConfig {
  readonly adminNamespace: string;
  readonly platform: PlatformNames;
}

/** Kinds whose status shows the progress of a tenant. For other kinds only a change of the spec counts. */
const kindsWithProgress = new Set<Kind>([
  kinds.namespace,
  kinds.deployment,
  kinds.job,
  kinds.certificate,
  kinds.httpRoute,
]);

/** Owned kinds for which only some objects or changes count. */
const watchedApart = new Set<Kind>([kinds.configMap, kinds.horizontalPodAutoscaler]);

/** Watches all objects that a tenant consists of or depends on, and queues the affected tenants. */
export function watchTenants(
  context: WatchContext,
  config: WatchedConfig,
  enqueue: Enqueue,
): Reflector<never>[] {
  const tenants = watchTenantObjects(context, enqueue);
  const known = Promise.all(tenants.map(({ synced }) => synced));
  const owners = new Owners(context.stores.of(tenantKind), known, enqueue);
  return [
    ...tenants,
    ...watchPlans(context, owners),
    ...watchHostClaims(context, owners),
    ...watchSecrets(context, config.adminNamespace, owners),
    ...watchConfigMaps(context, config.platform, owners),
    ...watchPods(context, owners),
    ...watchAutoscalers(context, owners),
    ...watchOwnedKinds(context, config, owners),
  ] as unknown as Reflector<never>[];
}

/** The kinds of objects that the operator creates for a tenant, by configuration, without Secrets. */
export function ownedKinds(config: OwnedKindsConfig): Kind[] {
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
    kinds.horizontalPodAutoscaler,
    ...(config.route.kind === "Ingress" ? [kinds.ingress] : [kinds.httpRoute, backendTlsPolicyKind]),
    ...(config.certificates.mode === "cert-manager" ? [kinds.certificate] : []),
  ] as Kind[];
}

function watchTenantObjects(context: WatchContext, enqueue: Enqueue): Reflector<Tenant>[] {
  return watchKind<Tenant>(context, tenantKind, {
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
}

function watchPlans(context: WatchContext, owners: Owners): Reflector<TenantPlan>[] {
  return watchKind<TenantPlan>(context, tenantPlanKind, {
    limits: boundedBySchema,
    onChange: (change) => {
      if (isMeant(change)) owners.enqueueIndexed("plan", change.object.metadata.name);
    },
  });
}

function watchHostClaims(context: WatchContext, owners: Owners): Reflector<HostClaim>[] {
  return watchKind<HostClaim>(context, hostClaimKind, {
    indexers: { holder: (claim) => [claim.spec.tenantRef.uid] },
    limits: boundedBySchema,
    onChange: ({ object: { metadata, spec } }) => {
      owners.enqueueNamed(spec.tenantRef.name, spec.tenantRef.uid);
      // Another tenant with the same host may wait for the end of this claim.
      owners.enqueueIndexed("host", metadata.name);
    },
  });
}

function watchAutoscalers(context: WatchContext, owners: Owners): Reflector<HorizontalPodAutoscaler>[] {
  return watchKind(context, kinds.horizontalPodAutoscaler, {
    limits: { counts: owners.counts },
    after: owners.known,
    parts: [{ selection: ours }],
    onChange: (change) => {
      if (isMeant(change) || autoscalerTurned(change)) owners.enqueueOwnerOf(change.object);
    },
  });
}

function watchOwnedKinds(context: WatchContext, config: WatchedConfig, owners: Owners): Reflector<never>[] {
  const others = ownedKinds(config).filter((kind) => !watchedApart.has(kind));
  return others.flatMap((kind) =>
    watchKind(context, kind, {
      limits: { counts: owners.counts },
      after: owners.known,
      parts: [{ selection: ours }],
      onChange: (change) => {
        if (kindsWithProgress.has(kind) || isMeant(change)) owners.enqueueOwnerOf(change.object);
      },
    }),
  ) as unknown as Reflector<never>[];
}
