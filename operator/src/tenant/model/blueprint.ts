import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical-json.ts";
import type { ConfigMap, Deployment } from "../../kubernetes/objects/kinds.ts";
import type { Tenant, TenantPlan } from "./kinds.ts";
import { type TenantNames, tenantId, tenantNames } from "./names/names.ts";
import type { PlatformSettings } from "./settings.ts";
import { type TenantMetadata, tenantMetadata } from "./tenant-metadata.ts";

export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** The bounds of the number of pods, and their desired CPU in per cent of the request. */
export type Autoscaling = NonNullable<NonNullable<Tenant["spec"]["runtime"]>["autoscaling"]>;

/** The configuration of pods while their update waits for the maintenance window. */
export interface HeldUpdate {
  readonly template: NonNullable<Deployment["spec"]>["template"];
  /** The data of the ConfigMap that pods read at start. */
  readonly config: ConfigMap["data"];
  readonly opensAt: Date;
  /** The waiting changes, the end of the wait, and the action to take, in words. */
  readonly message: string;
}

/** The desired state of a tenant: its spec, its plan and the platform's settings, with all defaults. */
export interface Blueprint {
  readonly names: TenantNames;
  readonly uid: string;
  readonly displayName: string;
  readonly plan: string;
  readonly hosts: readonly string[];
  /** The origins of web pages that may use the API in addition to those of the hosts. */
  readonly allowedOrigins: readonly string[];
  readonly adminEmail: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly country: string;
  readonly modules: readonly string[];
  readonly suspended: boolean;
  readonly image: string;
  /** The schema version of the image; undefined if only the image itself contains it. */
  readonly schemaVersion: number | undefined;
  /** The number of pods while not suspended; with an autoscaler, the maximum. */
  readonly replicas: number;
  /** Present when an autoscaler chooses the number of pods. */
  readonly autoscaling: Autoscaling | undefined;
  readonly resources: Resources;
  /** The pods that only do jobs. Without any, the pods above do them. */
  readonly workers: { readonly replicas: number; readonly resources: Resources };
  readonly database: {
    readonly connectionLimit: number;
    readonly poolSize: number;
    readonly statementTimeoutMs: number;
  };
  readonly limits: {
    readonly apiPerMinutePerUser: number;
    readonly loginPerMinutePerIp: number;
    readonly loginPerMinutePerAccount: number;
    readonly loginPerMinute: number;
    readonly searchPerMinute: number;
    readonly bulkPerHour: number;
  };
  /** Days for which a delivered event can be replayed. */
  readonly eventDays: number;
  readonly maxCustomers: number | null;
  /** The ISP's own labels and annotations. */
  readonly metadata: TenantMetadata;
  readonly settings: PlatformSettings;
  /** A digest of the Tenant's own settings for its pods. All other settings are the platform's choice. */
  readonly ownChoice: string;
  /** The same in the form of earlier versions of the operator, for Deployments that carry it. */
  readonly earlierChoice: string;
  /** Present only while an update waits. */
  readonly held?: HeldUpdate;
}

/**
 * The limit of an app login's server connections: PgBouncer's pool size per login. PostgreSQL's memory and buffers
 * are calculated for it (charts/platform/values.yaml). A plan may name a higher limit: the API server then warns.
 */
export const mostConnectionsOfLogin = 5;

/** Combines a tenant's spec and plan. The spec overrides the plan. */
export function blueprintOf(tenant: Tenant, plan: TenantPlan, settings: PlatformSettings): Blueprint {
  const { spec } = tenant;
  const image = spec.runtime?.image ?? settings.runtime.image;
  const resources = resourcesOf(spec.runtime?.resources ?? plan.spec.runtime.resources);
  const { workers } = plan.spec;
  return {
    names: namesOf(tenant),
    uid: uidOf(tenant),
    displayName: spec.displayName,
    plan: spec.plan,
    hosts: spec.hosts,
    allowedOrigins: spec.allowedOrigins ?? [],
    adminEmail: spec.adminEmail,
    currency: spec.currency,
    timeZone: spec.timeZone,
    country: spec.country,
    modules: spec.modules ?? plan.spec.modules,
    suspended: spec.suspended,
    image,
    schemaVersion: image === settings.runtime.image ? settings.runtime.schemaVersion : undefined,
    replicas: spec.runtime?.autoscaling?.maxReplicas ?? spec.runtime?.replicas ?? plan.spec.runtime.replicas,
    autoscaling: spec.runtime?.autoscaling,
    resources,
    workers: {
      replicas: workers.replicas,
      resources: workers.resources === undefined ? resources : resourcesOf(workers.resources),
    },
    database: {
      connectionLimit: Math.min(plan.spec.database.connectionLimit, mostConnectionsOfLogin),
      poolSize: plan.spec.database.poolSize,
      statementTimeoutMs: plan.spec.database.statementTimeoutSeconds * 1_000,
    },
    limits: plan.spec.rateLimits,
    eventDays: plan.spec.retention.eventDays,
    maxCustomers: plan.spec.quotas.customers ?? null,
    metadata: tenantMetadata(spec, settings.tenantMetadata),
    settings,
    ownChoice: ownChoice(spec, restartsNothing),
    earlierChoice: ownChoice(spec, recordedByEarlier),
  };
}

/** The fields of the spec that restart no pod. The restarting parts of `runtime` and `metadata` are listed below. */
const restartsNothing: ReadonlySet<string> = new Set<keyof Tenant["spec"]>([
  "hosts",
  "suspended",
  "adminEmail",
  "runtime",
  "metadata",
  "egress",
  "paused",
  "deletionPolicy",
  "deletionGrace",
  "adoptFrom",
  "maintenanceWindow",
]);

/** Earlier versions of the operator recorded `hosts` and `suspended` too, so that a change of them counted as an update. */
const recordedByEarlier = new Set(
  [...restartsNothing].filter((field) => !["hosts", "suspended"].includes(field)),
);

/** A digest of the fields of the spec that restart pods. It excludes the number of pods, which restarts none. */
function ownChoice(spec: Tenant["spec"], left: ReadonlySet<string>): string {
  const { image, resources } = spec.runtime ?? {};
  const choice = {
    ...Object.fromEntries(Object.entries(spec).filter(([field]) => !left.has(field))),
    image,
    resources,
    ...(spec.metadata?.pods && { podMetadata: spec.metadata.pods }),
  };
  return createHash("sha256").update(canonicalJson(choice)).digest("hex").slice(0, 16);
}

/** The names of a Tenant's objects. Its id comes from its uid unless it adopts retained data. */
export function namesOf(tenant: Tenant): TenantNames {
  return tenantNames(tenant.metadata.name, tenant.spec.adoptFrom ?? tenantId(uidOf(tenant)));
}

/** The uid that the API server gave to a Tenant. */
export function uidOf(tenant: Tenant): string {
  const { uid, name } = tenant.metadata;
  if (uid === undefined)
    throw new TypeError(`Expected the Tenant ${name} as read from the API server, with its uid.`);
  return uid;
}

function resourcesOf(given: {
  requests: { cpu: string | number; memory: string | number };
  limits: { cpu: string | number; memory: string | number };
}): Resources {
  const text = (values: { cpu: string | number; memory: string | number }) => ({
    cpu: String(values.cpu),
    memory: String(values.memory),
  });
  return { requests: text(given.requests), limits: text(given.limits) };
}
