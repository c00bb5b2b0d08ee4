// Generated from crds/tenantplan.yaml by `npm run generate`: change that file instead.

import type {ObjectMeta} from "./metadata.ts";

/**
 * A TenantPlan holds the settings of a class of tenants: size, quotas, rate limits, modules. Every field has a default, so an empty spec is a usable plan. A change reaches all tenants of the plan. A plan may be deleted while tenants use it: their pods go on as they are, isolated, and each Tenant gets the reason PlanNotFound. Until the plan is created again or spec.plan names another one, they are not changed in any other way than to isolate or suspend them.
 */
export interface TenantPlan {
  apiVersion: "dotmac.io/v1alpha1";
  kind: "TenantPlan";
  metadata: ObjectMeta;
  spec: TenantPlanSpec;
}
/**
 * The modules, bounds and resources that each tenant of the plan gets.
 */
export interface TenantPlanSpec {
  runtime: TenantPlanRuntime;
  workers: TenantPlanWorkers;
  quotas: TenantPlanQuotas;
  rateLimits: TenantPlanRateLimits;
  /**
   * The parts of the product that tenants of the plan may use.
   *
   * Items: The name of a module.
   */
  modules: ("customers" | "billing" | "network" | "support")[];
  retention: TenantPlanRetention;
  database: TenantPlanDatabase;
}
/**
 * The pods of a tenant. A Tenant's spec.runtime goes before it.
 */
export interface TenantPlanRuntime {
  /**
   * How many runtime pods. With 2 or more an update or a lost node interrupts no request.
   */
  replicas: number;
  resources: TenantPlanRuntimeResources;
}
/**
 * The CPU and memory of one runtime pod.
 */
export interface TenantPlanRuntimeResources {
  requests: TenantPlanRuntimeResourcesRequests;
  limits: TenantPlanRuntimeResourcesLimits;
}
/**
 * The resources that each pod is guaranteed, which the scheduler counts.
 */
export interface TenantPlanRuntimeResourcesRequests {
  /**
   * CPU in cores or thousandths of one, for example 250m. Write a fraction in thousandths, 500m, or in quotes, "0.5": a plain 0.5 is refused.
   */
  cpu: number | string;
  /**
   * Memory in bytes, for example 256Mi.
   */
  memory: number | string;
}
/**
 * The most that each pod may use.
 */
export interface TenantPlanRuntimeResourcesLimits {
  /**
   * CPU in cores or thousandths of one, for example 1. Write a fraction in thousandths, 500m, or in quotes, "0.5": a plain 0.5 is refused.
   */
  cpu: number | string;
  /**
   * Memory in bytes, for example 512Mi.
   */
  memory: number | string;
}
/**
 * Pods that only do jobs. Without any, the runtime pods do them. A change between none and some replaces the runtime pods.
 */
export interface TenantPlanWorkers {
  /**
   * How many workers. Each does one job at a time.
   */
  replicas: number;
  resources?: TenantPlanWorkersResources;
}
/**
 * The CPU and memory of one worker. Without it, those of a runtime pod.
 */
export interface TenantPlanWorkersResources {
  requests: TenantPlanWorkersResourcesRequests;
  limits: TenantPlanWorkersResourcesLimits;
}
/**
 * The resources that each pod is guaranteed, which the scheduler counts.
 */
export interface TenantPlanWorkersResourcesRequests {
  /**
   * CPU in cores or thousandths of one, for example 250m. Write a fraction in thousandths, 500m, or in quotes, "0.5": a plain 0.5 is refused.
   */
  cpu: number | string;
  /**
   * Memory in bytes, for example 256Mi.
   */
  memory: number | string;
}
/**
 * The most that each pod may use.
 */
export interface TenantPlanWorkersResourcesLimits {
  /**
   * CPU in cores or thousandths of one, for example 1. Write a fraction in thousandths, 500m, or in quotes, "0.5": a plain 0.5 is refused.
   */
  cpu: number | string;
  /**
   * Memory in bytes, for example 512Mi.
   */
  memory: number | string;
}
/**
 * How much an ISP may hold. Beyond it the API refuses to create more, and says so.
 */
export interface TenantPlanQuotas {
  /**
   * How many customers. Without it, as many as the ISP wants.
   */
  customers?: number;
}
/**
 * How often the API may be called. Beyond it a request gets 429 with Retry-After.
 */
export interface TenantPlanRateLimits {
  /**
   * Requests of one signed-in user per minute.
   */
  apiPerMinutePerUser: number;
  /**
   * Login attempts from one address per minute.
   */
  loginPerMinutePerIp: number;
  /**
   * Login attempts at one account per minute, from all addresses. Beyond it only places where the account has logged in within 30 days may try.
   */
  loginPerMinutePerAccount: number;
  /**
   * Login attempts of the whole ISP per minute, unknown accounts included. Beyond it only places where an account has logged in within 30 days may try that account.
   */
  loginPerMinute: number;
  /**
   * Searches of the whole ISP per minute.
   */
  searchPerMinute: number;
  /**
   * Bulk operations of the whole ISP per hour.
   */
  bulkPerHour: number;
}
/**
 * How long records are kept that no one edits.
 */
export interface TenantPlanRetention {
  /**
   * Days for which an audit record is kept.
   */
  auditDays: number;
  /**
   * Days for which a delivered event is kept.
   */
  eventDays: number;
}
/**
 * The share of the PostgreSQL server that each tenant gets.
 */
export interface TenantPlanDatabase {
  /**
   * Server connections of one of the tenant's two app logins at once, held by PostgreSQL itself. A number above 5 counts as 5: PgBouncer gives a login at most 5, and the memory of PostgreSQL is calculated for them.
   */
  connectionLimit: number;
  /**
   * Connections that one runtime pod opens to the pooler at most.
   */
  poolSize: number;
  /**
   * Seconds after which PostgreSQL cancels a statement of the runtime. PgBouncer ends the connection of a statement after 60 seconds.
   */
  statementTimeoutSeconds: number;
  /**
   * Bytes of the tenant's schema and audit records on disk, indexes included, for example 5Gi. The Tenant warns at 80 %; at 100 % the API refuses to add data, at 110 % PostgreSQL refuses it.
   */
  storage: number | string;
  /**
   * Audit records that a tenant may write in one day of UTC. Beyond it every change that needs an audit record is refused.
   */
  auditRecordsPerDay: number;
}
