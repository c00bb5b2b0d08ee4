import type { StorageLevel } from "../../model/reports/storage-level.ts";
import { finding } from "../../step/findings.ts";
import type { Limit } from "../../step/limit.ts";

/** The writes that are refused because of the tenant's use of the shared database. */
interface RefusedWrites {
  readonly storage: StorageLevel;
  readonly auditFull: boolean;
}

export const refusedWritesFound = finding<RefusedWrites>("refused writes", "DatabaseReady");

/** Storage is the size of files. PostgreSQL reuses the space of deleted rows, but does not return it to the disk. */
const deleted =
  "Deleting helps only together with VACUUM FULL, run as the owner of the schema: until then deleted rows count.";
const reused = "Deleted rows count too, but new ones take their place.";

/** The condition of a Tenant that has used, or nearly used, its plan's share of the database. */
export const storageLimit: Limit<RefusedWrites> = {
  condition: "StorageLimited",
  becomesEvent: true,
  finding: refusedWritesFound,
  trouble(found, plan) {
    const raise = `raise database.storage of the TenantPlan ${plan}`;
    if (found.storage === "exhausted") {
      const message = `The schema and the audit records hold over 150 % of the storage, by writes with the rights of the schema's owner, or by a login that fills a small storage at once: the database logins are disabled, so that the API does not answer. Find out which migration, function or login writes; then ${raise}. ${deleted}`;
      return { reason: "StorageExhausted", message };
    }
    if (found.storage === "closed") {
      const message = `The schema and the audit records hold over 110 % of the storage, by writes that the API refuses: PostgreSQL refuses all writes but DELETE, and the API refuses DELETE too; once the audit records hold a quarter of the storage they are refused as well, so that users cannot log in. Find out which login writes; then ${raise}. ${deleted}`;
      return { reason: "StorageClosed", message };
    }
    if (found.storage === "full") {
      const message = `The schema and the audit records hold all of the storage, the API adds no data: ${raise}. ${deleted}`;
      return { reason: "StorageFull", message };
    }
    if (found.auditFull) {
      const message = `The audit records of today are used up, and audited actions are refused until midnight UTC: raise database.auditRecordsPerDay of the TenantPlan ${plan}, or find out which login writes them.`;
      return { reason: "AuditRecordsUsedUp", message };
    }
    if (found.storage === "near") {
      const message = `The schema and the audit records hold over 80 % of the storage: ${raise}, or have the ISP delete data before it is full. ${reused}`;
      return { reason: "StorageNearlyFull", message };
    }
    return undefined;
  },
};

/** Whether autovacuum no longer analyses the tenant's tables, because an analysis took too long. */
export const analysisEndedFound = finding<boolean>("end of analyses", "DatabaseReady");

/** The condition of a Tenant whose tables autovacuum does not analyse, because one of them took too long. */
export const analysisLimit: Limit<boolean> = {
  condition: "AnalysisLimited",
  becomesEvent: true,
  finding: analysisEndedFound,
  trouble(hasEnded) {
    if (!hasEnded) return undefined;
    const message = `Autovacuum took more than a minute to analyse a table of the schema and no longer analyses its tables, so that queries may become slow. Look for functions in the indexes, statistics and types of these tables: the tenant's migrator may have planted one. Then, as the owner of the schema, run ALTER TABLE <table> RESET (autovacuum_analyze_threshold) for each table.`;
    return { reason: "AnalysisTookTooLong", message };
  },
};
