import type { AutoscalerFault } from "../model/reports/autoscaler-fault.ts";
import { finding } from "../step/findings.ts";
import type { Limit, Trouble } from "../step/limit.ts";

/** The reason why the autoscaler does not act; null while it does or there is none. */
export const autoscalerFaultFound = finding<AutoscalerFault | null>(
  "fault of the autoscaler",
  "RuntimeReady",
);

/** The condition of a Tenant whose autoscaler does not act. */
export const autoscalerLimit: Limit<AutoscalerFault | null> = {
  condition: "AutoscalingInactive",
  becomesEvent: true,
  finding: autoscalerFaultFound,
  trouble: (fault) => (fault === null ? undefined : described(fault)),
};

function described({ reason, message }: AutoscalerFault): Trouble {
  const advice =
    "The number of pods stays as it is. The cluster must serve metrics.k8s.io, for example by metrics-server; or write spec.runtime.replicas in place of spec.runtime.autoscaling.";
  return { reason, message: `The autoscaler of the pods does not act: ${message}. ${advice}` };
}
