import type { Findings } from "./subject.ts";

/** The condition of a Tenant that holds, or nearly holds, all that its plan gives it of the shared database. */
export const storageCondition = "StorageLimited";

/** Reason and message of that condition; undefined while there is room. */
export function storageTrouble(
  plan: string,
  { bounds }: Findings,
): { readonly reason: string; readonly message: string } | undefined {
  if (bounds === undefined) return undefined;
  const raise = `raise database.storage of the TenantPlan ${plan}, or have the ISP delete data`;
  if (bounds.storage === "closed") {
    const message = `The schema holds over 110 % of its storage and grew past what the API refuses: PostgreSQL refuses all writes but DELETE. Find out which login writes; then ${raise}.`;
    return { reason: "StorageClosed", message };
  }
  if (bounds.storage === "full") {
    return {
      reason: "StorageFull",
      message: `The schema holds all of its storage, the API adds no data: ${raise}.`,
    };
  }
  if (bounds.auditFull) {
    const message = `The audit records of today are used up, and what must be audited is refused until midnight UTC: raise database.auditRecordsPerDay of the TenantPlan ${plan}, or find out which login writes them.`;
    return { reason: "AuditRecordsUsedUp", message };
  }
  if (bounds.storage === "near") {
    return { reason: "StorageNearlyFull", message: `The schema holds over 80 % of its storage: ${raise}.` };
  }
  return undefined;
}
