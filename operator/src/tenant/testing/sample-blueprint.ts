import { type Blueprint, blueprintOf } from "../model/blueprint.ts";
import type { Tenant, TenantPlan } from "../model/kinds.ts";
import type { PlatformSettings } from "../model/settings.ts";
import { noKeys } from "../model/tenant-metadata.ts";

/** Settings of a platform without running services. */
export const sampleSettings: PlatformSettings = {
  namespace: "dotmac-system",
  adminNamespace: "dotmac-admins",
  runtime: { image: "registry.example.test/dotmac/tenant-runtime:1.0.0", schemaVersion: 4 },
  pgbouncer: { host: "pgbouncer.dotmac-system.svc.cluster.local", port: 6432 },
  databaseName: "dotmac",
  redis: {
    cache: { host: "redis-cache.dotmac-system.svc.cluster.local", port: 6379 },
    state: { host: "redis-state.dotmac-system.svc.cluster.local", port: 6379 },
  },
  redisShares: { cache: { bytes: 1_000_000, keys: 1_000 }, state: { bytes: 1_000_000, keys: 1_000 } },
  vault: { address: "https://vault.dotmac-system.svc.cluster.local:8200", authMount: "kubernetes" },
  egress: { host: "egress-proxy.dotmac-system.svc.cluster.local", port: 3128 },
  ca: "the authority's certificate\n",
  gateway: { namespace: "dotmac-gateway", podLabels: { "app.kubernetes.io/name": "gateway" } },
  route: { kind: "Ingress", className: "skipper", annotations: { "example.test/protocol": "https" } },
  certificates: { mode: "cert-manager", issuerRef: { kind: "ClusterIssuer", name: "dotmac" } },
  tenantMetadata: noKeys,
  credentials: {},
};

const tenant: Tenant = {
  apiVersion: "dotmac.io/v1alpha1",
  kind: "Tenant",
  metadata: { name: "north", uid: "5f0c8a0e-1b1f-4a77-9d6e-0e6f9d3f1a2b", generation: 1 },
  spec: {
    displayName: "North Fibre",
    plan: "standard",
    hosts: ["north.example.test", "www.north.example.test"],
    adminEmail: "admin@north.example.test",
    currency: "EUR",
    timeZone: "Europe/Paris",
    country: "FR",
    suspended: false,
    paused: false,
    deletionPolicy: "Retain",
    adoptFrom: "k3v7q2mzxa",
  },
};

/** The plan of {@link sampleTenant}. */
export const samplePlan: TenantPlan = {
  apiVersion: "dotmac.io/v1alpha1",
  kind: "TenantPlan",
  metadata: { name: "standard" },
  spec: {
    runtime: {
      replicas: 2,
      resources: { requests: { cpu: "100m", memory: "192Mi" }, limits: { cpu: 1, memory: "512Mi" } },
    },
    workers: { replicas: 0 },
    quotas: { customers: 500 },
    rateLimits: {
      apiPerMinutePerUser: 100,
      loginPerMinutePerIp: 5,
      loginPerMinutePerAccount: 10,
      loginPerMinute: 120,
      searchPerMinute: 30,
      bulkPerHour: 10,
    },
    modules: ["customers", "billing"],
    retention: { auditDays: 365, eventDays: 30 },
    database: {
      connectionLimit: 5,
      poolSize: 5,
      statementTimeoutSeconds: 15,
      storage: "5Gi",
      auditRecordsPerDay: 50_000,
    },
  },
};

/** A Tenant as read from the API server. `spec` overrides fields. */
export function sampleTenant(spec: Partial<Tenant["spec"]> = {}): Tenant {
  return { ...tenant, spec: { ...tenant.spec, ...spec } };
}

/** The blueprint of `north`, whose id is `k3v7q2mzxa`. */
export function sampleBlueprint(
  spec: Partial<Tenant["spec"]> = {},
  settings: Partial<PlatformSettings> = {},
): Blueprint {
  return blueprintOf(sampleTenant(spec), samplePlan, { ...sampleSettings, ...settings });
}
