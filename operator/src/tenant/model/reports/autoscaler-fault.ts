import { plainReason, plainText } from "../../../base/plain-text.ts";
import type { HorizontalPodAutoscaler } from "../../../kubernetes/objects/kinds.ts";

/** The reason why an autoscaler does not act. */
export interface AutoscalerFault {
  readonly reason: string;
  readonly message: string;
}

const longestMessage = 1_000;

/**
 * Returns undefined while the autoscaler acts, has not reported yet, or is inactive because the Deployment has no
 * pods.
 */
export function autoscalerFault({ status }: HorizontalPodAutoscaler): AutoscalerFault | undefined {
  const conditions = status?.conditions ?? [];
  const fault = conditions.find(
    (condition) =>
      ["AbleToScale", "ScalingActive"].includes(condition.type) &&
      condition.status === "False" &&
      condition.reason !== "ScalingDisabled",
  );
  if (fault === undefined) return undefined;
  return { reason: plainReason(fault.reason ?? ""), message: plainText(fault.message ?? "", longestMessage) };
}
