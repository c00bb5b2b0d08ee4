import type { Findings } from "../step/subject.ts";

export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

/** The conditions that are present only while a Tenant is at a limit, and whether the status tells them as Events. */
export const limitConditions = {
  StorageLimited: { becomesEvent: true },
  AnalysisLimited: { becomesEvent: true },
  // The sweep that stops the tenant sends the Event.
  RedisLimited: { becomesEvent: false },
  MetadataRefused: { becomesEvent: true },
  AutoscalingInactive: { becomesEvent: true },
} as const;

/** One of these conditions. */
export interface LimitCondition {
  readonly type: keyof typeof limitConditions;
  /** Whether this reconcile observed it. If not, the condition stays unchanged. */
  readonly observed: boolean;
  readonly trouble: Trouble | undefined;
}

/** All conditions about the tenant's use of shared servers. */
export function boundsConditions(plan: string, found: Findings): readonly LimitCondition[] {
  return [
    { type: storageCondition, observed: found.bounds !== undefined, trouble: storageTrouble(plan, found) },
    { type: analysisCondition, observed: found.analysisEnded !== undefined, trouble: analysisTrouble(found) },
    { type: redisCondition, observed: found.stoppedOn !== undefined, trouble: redisTrouble(found) },
  ];
}

/** The condition of a Tenant that has used, or nearly used, its plan's share of the database. */
const storageCondition = "StorageLimited";

/** Storage is the size of files. PostgreSQL reuses the space of deleted rows, but does not return it to the disk. */
const deleted =
  "Deleting helps only together with VACUUM FULL, run as the owner of the schema: until then deleted rows count.";
const reused = "Deleted rows count too, but new ones take their place.";

/** The reason and message of that condition; undefined while there is room. */
function storageTrouble(plan: string, { bounds }: Findings): Trouble | undefined {
  if (bounds === undefined) return undefined;
  const raise = `raise database.storage of the TenantPlan ${plan}`;
  if (bounds.storage === "closed") {
    const message = `The schema and the audit records hold over 110 % of the storage, by writes that the API refuses: PostgreSQL refuses all writes but DELETE, and the API refuses DELETE too; once the audit records hold a quarter of the storage they are refused as well, so that users cannot log in. Find out which login writes; then ${raise}. ${deleted}`;
    return { reason: "StorageClosed", message };
  }
  if (bounds.storage === "full") {
    const message = `The schema and the audit records hold all of the storage, the API adds no data: ${raise}. ${deleted}`;
    return { reason: "StorageFull", message };
  }
  if (bounds.auditFull) {
    const message = `The audit records of today are used up, and audited actions are refused until midnight UTC: raise database.auditRecordsPerDay of the TenantPlan ${plan}, or find out which login writes them.`;
    return { reason: "AuditRecordsUsedUp", message };
  }
  if (bounds.storage === "near") {
    const message = `The schema and the audit records hold over 80 % of the storage: ${raise}, or have the ISP delete data before it is full. ${reused}`;
    return { reason: "StorageNearlyFull", message };
  }
  return undefined;
}

/** The condition of a Tenant whose tables autovacuum does not analyse, because one of them took too long. */
const analysisCondition = "AnalysisLimited";

/** The reason and message of that condition; undefined while autovacuum analyses the tables. */
function analysisTrouble({ analysisEnded }: Findings): Trouble | undefined {
  if (!analysisEnded) return undefined;
  const message = `Autovacuum took more than a minute to analyse a table of the schema and no longer analyses its tables, so that queries may become slow. Look for functions in the indexes, statistics and types of these tables: the tenant's migrator may have planted one. Then, as the owner of the schema, run ALTER TABLE <table> RESET (autovacuum_analyze_threshold) for each table.`;
  return { reason: "AnalysisTookTooLong", message };
}

/** The condition of a Tenant that may store nothing on a Redis server, because it exceeds its share. */
const redisCondition = "RedisLimited";

/** The reason and message of that condition; undefined while the tenant is within its share. */
function redisTrouble({ stoppedOn = [] }: Findings): Trouble | undefined {
  if (stoppedOn.length === 0) return undefined;
  const servers = stoppedOn.map((role) => `redis-${role}`).join(" and ");
  const means = stoppedOn.includes("state") ? "users cannot log in" : "nothing is cached";
  const message = `The tenant keeps more than its share of ${servers} and may store nothing there, so that ${means}. It ends by itself once the tenant keeps less than 80 %. Find out what writes so much; config.redisShares in the operator's values is the share.`;
  return { reason: "RedisShareExceeded", message };
}
