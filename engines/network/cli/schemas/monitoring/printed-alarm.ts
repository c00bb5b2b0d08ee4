import { z } from "zod";
import { output } from "../../../../base/cli/schemas/output.ts";

const text = z.string();
const references = z.array(output({ id: text }));
const suffering = z.enum(["degraded", "down"]);

export const printedInstant = z
  .string()
  .regex(/^[+-]?\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  .meta({ description: "instant in UTC" });

/** An alarm in the form of TMF642. */
export const printedAlarm = output({
  "@type": z.literal("Alarm"),
  id: text,
  state: z.enum(["raised", "updated", "cleared"]),
  alarmType: z.enum(["communicationsAlarm", "qualityOfServiceAlarm"]),
  probableCause: text,
  specificProblem: text,
  perceivedSeverity: z.enum(["critical", "major", "minor", "warning", "indeterminate", "cleared"]),
  alarmedObject: output({ id: text }),
  alarmedObjectType: text,
  alarmRaisedTime: printedInstant,
  alarmReportingTime: printedInstant,
  alarmChangedTime: printedInstant,
  alarmClearedTime: printedInstant.optional(),
  ackState: z.enum(["acknowledged", "unacknowledged"]),
  ackUserId: text.optional(),
  isRootCause: z.boolean(),
  parentAlarm: references,
  correlatedAlarm: references,
  serviceAffecting: z.boolean(),
  affectedService: references,
  plannedOutageIndicator: z.enum(["InService", "OutOfService"]),
  alarmDetails: text,
});

export const printedImpact = {
  services: z.array(output({ id: text, customer: text, state: suffering })),
  customers: z.array(output({ id: text, state: suffering, services: z.array(text) })),
} as const;
