import type { AutoscalerFault } from "../model/reports/autoscaler-fault.ts";
import type { LimitCondition, Trouble } from "./bounds-condition.ts";

/** The condition of a Tenant whose autoscaler does not act. */
const autoscalerCondition = "AutoscalingInactive";

/** That condition. `fault`: null while the autoscaler acts, undefined if this reconcile did not check. */
export function autoscalerLimit(fault: AutoscalerFault | null | undefined): LimitCondition {
  return {
    type: autoscalerCondition,
    observed: fault !== undefined,
    trouble: fault ? trouble(fault) : undefined,
  };
}

function trouble({ reason, message }: AutoscalerFault): Trouble {
  const advice =
    "The number of pods stays as it is. The cluster must serve metrics.k8s.io, for example by metrics-server; or write spec.runtime.replicas in place of spec.runtime.autoscaling.";
  return { reason, message: `The autoscaler of the pods does not act: ${message}. ${advice}` };
}
