import { createHash } from "node:crypto";
import { canonicalJson } from "../../base/canonical-json.ts";
import type { ConfigMap, Deployment } from "../../kubernetes/objects/kinds.ts";
import type { Tenant, TenantPlan } from "./kinds.ts";
import { type TenantNames, tenantId, tenantNames } from "./names.ts";
import type { PlatformSettings } from "./settings.ts";

export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** What pods are made from while an update of them waits for the maintenance window. */
export interface HeldUpdate {
  readonly template: NonNullable<Deployment["spec"]>["template"];
  /** The data of the ConfigMap that pods read at their start. */
  readonly config: ConfigMap["data"];
  readonly opensAt: Date;
  /** For people: what waits, until when, and what to do. */
  readonly message: string;
}

/** What a tenant shall be: its spec, its plan and the platform's settings as one, all defaults filled in. */
export interface Blueprint {
  readonly names: TenantNames;
  readonly uid: string;
  readonly displayName: string;
  readonly plan: string;
  readonly hosts: readonly string[];
  readonly adminEmail: string;
  readonly currency: string;
  readonly timeZone: string;
  readonly country: string;
  readonly modules: readonly string[];
  readonly suspended: boolean;
  readonly image: string;
  /** The schema version that the image brings; undefined when only the image itself knows. */
  readonly schemaVersion: number | undefined;
  /** The pods wanted when not suspended. */
  readonly replicas: number;
  readonly resources: Resources;
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
  /** Days for which a delivered event can still be asked for. */
  readonly eventDays: number;
  readonly maxCustomers: number | null;
  readonly settings: PlatformSettings;
  /** A digest of what the Tenant itself says about its pods; the rest is the platform's choice. */
  readonly ownChoice: string;
  /** Only while an update waits. */
  readonly held?: HeldUpdate;
}

/** Puts a tenant's spec and plan together; the spec goes before the plan. */
export function blueprint(tenant: Tenant, plan: TenantPlan, settings: PlatformSettings): Blueprint {
  const { spec } = tenant;
  const image = spec.runtime?.image ?? settings.runtime.image;
  return {
    names: namesOf(tenant),
    uid: uidOf(tenant),
    displayName: spec.displayName,
    plan: spec.plan,
    hosts: spec.hosts,
    adminEmail: spec.adminEmail,
    currency: spec.currency,
    timeZone: spec.timeZone,
    country: spec.country,
    modules: spec.modules ?? plan.spec.modules,
    suspended: spec.suspended,
    image,
    schemaVersion: image === settings.runtime.image ? settings.runtime.schemaVersion : undefined,
    replicas: spec.runtime?.replicas ?? plan.spec.runtime.replicas,
    resources: resourcesOf(spec.runtime?.resources ?? plan.spec.runtime.resources),
    database: {
      connectionLimit: plan.spec.database.connectionLimit,
      poolSize: plan.spec.database.poolSize,
      statementTimeoutMs: plan.spec.database.statementTimeoutSeconds * 1_000,
    },
    limits: plan.spec.rateLimits,
    eventDays: plan.spec.retention.eventDays,
    maxCustomers: plan.spec.quotas.customers ?? null,
    settings,
    ownChoice: ownChoice(spec),
  };
}

/** A digest of all fields of the spec that restart pods. The number of pods restarts none, so it is left out. */
function ownChoice({
  displayName,
  plan,
  hosts,
  currency,
  timeZone,
  country,
  modules,
  suspended,
  ...spec
}: Tenant["spec"]) {
  const { image, resources } = spec.runtime ?? {};
  const choice = {
    displayName,
    plan,
    hosts,
    currency,
    timeZone,
    country,
    modules,
    suspended,
    image,
    resources,
  };
  return createHash("sha256").update(canonicalJson(choice)).digest("hex").slice(0, 16);
}

/** The names of a Tenant's things: its id comes from its uid unless it adopts another's data. */
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
