import { plainReason, plainText } from "../../base/plain-text.ts";

/** One condition of a status, in the format that kstatus and `kubectl wait` read. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  observedGeneration: number;
  /** RFC 3339. It changes only when `status` changes. */
  lastTransitionTime: string;
}

/** The limit in the schema of a Tenant. */
const longestMessage = 4_096;

export type NewCondition = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The condition of that type, if there is one. */
export function findCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/**
 * Conditions with `next`, at its previous place or at the end. The transition time stays unless `status` changes
 * (Kubernetes API conventions, "Typical status properties").
 */
export function withCondition(
  conditions: readonly Condition[],
  next: NewCondition,
  generation: number,
  now: Date,
): Condition[] {
  const old = findCondition(conditions, next.type);
  const condition: Condition = {
    type: next.type,
    status: next.status,
    reason: plainReason(next.reason),
    message: plainText(next.message, longestMessage),
    observedGeneration: generation,
    lastTransitionTime: old?.status === next.status ? old.lastTransitionTime : timestamp(now),
  };
  return old
    ? conditions.map((candidate) => (candidate.type === next.type ? condition : candidate))
    : [...conditions, condition];
}

/** Conditions without that type. `Reconciling` and `Stalled` are present only when true. */
export function withoutCondition(conditions: readonly Condition[], type: string): Condition[] {
  return conditions.filter((condition) => condition.type !== type);
}

/** RFC 3339 in whole seconds, the precision that `metav1.Time` keeps. */
export function timestamp(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, "Z");
}
