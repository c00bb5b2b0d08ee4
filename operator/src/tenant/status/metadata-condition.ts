import type { LimitCondition, Trouble } from "./bounds-condition.ts";

/** The condition of a Tenant that requests labels or annotations that the platform does not allow. */
const metadataCondition = "MetadataRefused";

/** That condition, from the refused keys of `spec.metadata`; undefined if this reconcile did not check. */
export function metadataLimit(refused: readonly string[] | undefined): LimitCondition {
  return { type: metadataCondition, observed: refused !== undefined, trouble: trouble(refused ?? []) };
}

function trouble(refused: readonly string[]): Trouble | undefined {
  if (refused.length === 0) return undefined;
  const message = `The platform does not allow these keys, and they are left out: ${refused.join(", ")}. Remove them, or have the platform admin list them in config.tenantMetadata of the operator's values.`;
  return { reason: "KeyNotAllowed", message };
}
