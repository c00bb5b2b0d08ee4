import { finding } from "../step/findings.ts";
import type { Limit } from "../step/limit.ts";

/** The keys of `spec.metadata` that the platform does not allow. */
export const refusedKeysFound = finding<readonly string[]>("refused keys of spec.metadata", "Accepted");

/** The condition of a Tenant that requests labels or annotations that the platform does not allow. */
export const metadataLimit: Limit<readonly string[]> = {
  condition: "MetadataRefused",
  becomesEvent: true,
  finding: refusedKeysFound,
  trouble(refused) {
    if (refused.length === 0) return undefined;
    const message = `The platform does not allow these keys, and they are left out: ${refused.join(", ")}. Remove them, or have the platform admin list them in config.tenantMetadata of the operator's values.`;
    return { reason: "KeyNotAllowed", message };
  },
};
