// Generated from crds/tenant.yaml by `npm run generate`: change that file instead.

import type {ObjectMeta} from "./metadata.ts";

/**
 * Tenant is one Internet Service Provider (ISP). The operator gives it a namespace, a PostgreSQL schema with its own roles, secrets in Vault, Redis users, network policies and a Deployment of the tenant runtime, and keeps them as this resource says.
 */
export interface Tenant {
  apiVersion: "dotmac.io/v1alpha1";
  kind: "Tenant";
  metadata: ObjectMeta;
  spec: TenantSpec;
  status?: TenantStatus;
}
/**
 * The wanted state of the ISP. Everything here may change later, except currency and adoptFrom.
 */
export interface TenantSpec {
  /**
   * The ISP's name for people, as its customers know it.
   */
  displayName: string;
  /**
   * The name of the TenantPlan that gives sizes, quotas, rate limits and modules. Changing it, or the plan itself, reaches the running pods.
   */
  plan: string;
  /**
   * The host names at which the ISP's API is served, the first being the one shown as its endpoint. A host belongs to one tenant only: the first that claims it.
   */
  hosts: string[];
  /**
   * The origins of web pages, other than those below the ISP's hosts, that may read the ISP's API and open its WebSocket from a browser (CORS), for example https://portal.north.example.com. Without it, none.
   */
  allowedOrigins?: string[];
  /**
   * The address of the ISP's first administrator. Its one-time password is put into the Secret of the tenant's name in the namespace dotmac-admins.
   */
  adminEmail: string;
  /**
   * The ISO 4217 code of the currency in which the ISP bills. It cannot change: amounts are stored as integers of its minor unit, which another currency would read as other sums.
   */
  currency: string;
  /**
   * The IANA name of the ISP's time zone. Billing periods begin and end at its midnight, and maintenanceWindow is read in it.
   */
  timeZone: string;
  /**
   * The ISO 3166-1 alpha-2 code of the country whose rules the ISP follows.
   */
  country: string;
  /**
   * The parts of the product the ISP uses: all must be in its plan. Without it, all of the plan's.
   *
   * Items: The name of a module.
   */
  modules?: ("customers" | "billing" | "network" | "support")[];
  runtime?: TenantRuntime;
  metadata?: TenantMetadata;
  /**
   * The only places outside the cluster that the ISP's runtime may reach, through the egress proxy: mail servers, webhooks, card gateways, identity providers. Without it, none. A change counts at once, for open connections too.
   */
  egress?: TenantEgressEntry[];
  /**
   * Stops serving the ISP and keeps all its data. The tenant is then Ready with the reason Suspended.
   */
  suspended: boolean;
  /**
   * Makes the operator leave the tenant alone, for work by hand. The last Ready condition stays, with the reason Paused.
   */
  paused: boolean;
  /**
   * The fate of the ISP's data when this resource is deleted. Retain keeps schema and encryption keys, to be adopted later by adoptFrom; Delete destroys them after deletionGrace, keys last. Either way the runtime stops and every credential is revoked at once.
   */
  deletionPolicy: "Retain" | "Delete";
  /**
   * The time that Delete waits before data are destroyed, as hours, minutes and seconds, up to 8760h (a year). Without it, 168h (7 days).
   */
  deletionGrace?: string;
  /**
   * The id of a retained tenant (status.id of the deleted Tenant) whose data this one takes over. The retained tenant must have had the same name. It is given at creation or never.
   */
  adoptFrom?: string;
  maintenanceWindow?: TenantMaintenanceWindow;
}
/**
 * Settings of this tenant's pods that differ from the plan.
 */
export interface TenantRuntime {
  /**
   * The image to run instead of the operator's default, with a tag or digest. The schema is migrated with this same image first.
   */
  image?: string;
  /**
   * How many runtime pods, from 1 to 20, instead of the plan's number. `kubectl scale tenant` writes it.
   */
  replicas?: number;
  autoscaling?: TenantRuntimeAutoscaling;
  resources?: TenantRuntimeResources;
}
/**
 * Lets a HorizontalPodAutoscaler choose the number of runtime pods by their CPU, in place of replicas. The cluster needs a metrics server.
 */
export interface TenantRuntimeAutoscaling {
  /**
   * The least number of runtime pods, from 1 to 20.
   */
  minReplicas: number;
  /**
   * The most runtime pods, from 1 to 20. The tenant's quota allows for them.
   */
  maxReplicas: number;
  /**
   * The wanted use of CPU, on average over the pods, in per cent of requests.cpu. It may be above 100 where limits.cpu allows for it.
   */
  targetCPUUtilizationPercentage: number;
}
/**
 * The CPU and memory of one runtime pod. It replaces the plan's resources as a whole, so all four values are given.
 */
export interface TenantRuntimeResources {
  requests: TenantRuntimeResourcesRequests;
  limits: TenantRuntimeResourcesLimits;
}
/**
 * The resources that each pod is guaranteed, which the scheduler counts.
 */
export interface TenantRuntimeResourcesRequests {
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
export interface TenantRuntimeResourcesLimits {
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
 * Labels and annotations of your own on the operator's objects. The platform admin lists the allowed keys in config.tenantMetadata of the operator's chart. By default no key is allowed.
 */
export interface TenantMetadata {
  namespace?: TenantMetadataNamespace;
  pods?: TenantMetadataPods;
}
/**
 * On the tenant's namespace.
 */
export interface TenantMetadataNamespace {
  /**
   * Labels by key, at most 8.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Annotations by key, at most 8 of at most 512 characters.
   */
  annotations?: {
    [k: string]: string;
  };
}
/**
 * On the pods of the runtime and of migrations. A change restarts the runtime's.
 */
export interface TenantMetadataPods {
  /**
   * Labels by key, at most 8.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Annotations by key, at most 8 of at most 512 characters.
   */
  annotations?: {
    [k: string]: string;
  };
}
/**
 * One host and port.
 */
export interface TenantEgressEntry {
  /**
   * A host name, or a public IP address. It is compared as it is written: an entry for example.com is none for www.example.com. The proxy also refuses a name that resolves to a private or cluster address.
   */
  host: string;
  /**
   * The TCP port, for example 443.
   */
  port: number;
}
/**
 * When the operator may make changes that restart pods by its own choice, such as a new default image. Changes of this resource and repairs do not wait for it. Without it, any time. The condition UpdatePending names the waiting changes.
 */
export interface TenantMaintenanceWindow {
  /**
   * The days on which the window opens. Without it, every day.
   *
   * Items: A day of the week.
   */
  days?: ("Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday")[];
  /**
   * The local time in timeZone at which it opens, for example 02:30.
   */
  start: string;
  /**
   * How long it stays open, from 30m to 24h.
   */
  duration: string;
}
/**
 * The state that the operator has found, and its own work. Only the operator writes it.
 */
export interface TenantStatus {
  /**
   * The metadata.generation that this status is about.
   */
  observedGeneration?: number;
  /**
   * Ready is always present. Reconciling, Stalled, UpdatePending, CredentialsRotating, StorageLimited, AnalysisLimited, RedisLimited, MetadataRefused and AutoscalingInactive are present only while true. The others tell one step each.
   */
  conditions?: TenantStatusCondition[];
  /**
   * The opaque name of the tenant in PostgreSQL, Redis and Vault, derived from metadata.uid or taken from spec.adoptFrom.
   */
  id?: string;
  /**
   * The conditions in one word, for people only. Nothing decides on it.
   */
  phase?: "Pending" | "Provisioning" | "Ready" | "Degraded" | "Stalled" | "Suspended" | "Paused" | "Deleting";
  /**
   * The URL of the ISP's API, for example https://north.example.com.
   */
  endpoint?: string;
  runtime?: TenantStatusRuntime;
  workers?: TenantStatusWorkers;
  database?: TenantStatusDatabase;
  credentials?: TenantStatusCredentials;
  /**
   * When the operator last had to write something for this tenant.
   */
  lastAppliedTime?: string;
}
/**
 * One aspect of the tenant's state.
 */
export interface TenantStatusCondition {
  /**
   * The subject of the condition.
   */
  type: string;
  /**
   * Whether it holds.
   */
  status: "True" | "False" | "Unknown";
  /**
   * Why, in one word for programs.
   */
  reason: string;
  /**
   * The cause in words, and what to do about it.
   */
  message: string;
  /**
   * When status last changed.
   */
  lastTransitionTime: string;
  /**
   * The metadata.generation that the condition is about.
   */
  observedGeneration: number;
}
/**
 * The runtime as it is.
 */
export interface TenantStatusRuntime {
  /**
   * The image that the pods run.
   */
  image?: string;
  /**
   * How many pods are wanted.
   */
  replicas?: number;
  /**
   * How many pods are ready.
   */
  readyReplicas?: number;
  /**
   * The labels of the runtime's pods, as a label selector, for programs that scale.
   */
  selector?: string;
}
/**
 * The workers as they are. Absent while the runtime pods do the jobs.
 */
export interface TenantStatusWorkers {
  /**
   * How many workers are wanted.
   */
  replicas?: number;
  /**
   * How many workers are ready.
   */
  readyReplicas?: number;
}
/**
 * Where the ISP's data are.
 */
export interface TenantStatusDatabase {
  /**
   * The PostgreSQL server, host and port.
   */
  server?: string;
  /**
   * The tenant's schema.
   */
  schema?: string;
  /**
   * The number of the last migration in the schema, read from the schema itself.
   */
  migration?: number;
}
/**
 * The credentials that the runtime logs in with.
 */
export interface TenantStatusCredentials {
  /**
   * When they were made.
   */
  madeAt?: string;
  /**
   * The last text of the annotation dotmac.io/rotate-credentials whose rotation is finished.
   */
  rotation?: string;
  /**
   * The logins of PostgreSQL that the runtime may use: one, or two while the credentials are replaced.
   *
   * Items: The name of a role.
   */
  logins?: string[];
}

/** All values of {@link TenantStatus}'s `phase`. */
export const tenantStatusPhases = ["Pending","Provisioning","Ready","Degraded","Stalled","Suspended","Paused","Deleting"] as const;
