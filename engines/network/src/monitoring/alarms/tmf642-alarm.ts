import { Zone } from "../../../../calendar/src/zone.ts";
import type { Alarm, Severity, Trouble } from "./alarm.ts";
import type { MonitoringFacts } from "./monitoring-facts.ts";

/** An alarm in the form of TM Forum's TMF642 Alarm Management API (v4), with the fields that are known here. */
export interface Tmf642Alarm {
  readonly "@type": "Alarm";
  readonly id: string;
  readonly state: "raised" | "updated" | "cleared";
  readonly alarmType: AlarmType;
  readonly probableCause: string;
  readonly specificProblem: string;
  readonly perceivedSeverity: Severity | "cleared";
  readonly alarmedObject: { readonly id: string };
  readonly alarmedObjectType: string;
  readonly alarmRaisedTime: string;
  readonly alarmReportingTime: string;
  readonly alarmChangedTime: string;
  readonly alarmClearedTime?: string;
  readonly ackState: "acknowledged" | "unacknowledged";
  readonly ackUserId?: string;
  readonly isRootCause: boolean;
  readonly parentAlarm: readonly { readonly id: string }[];
  readonly correlatedAlarm: readonly { readonly id: string }[];
  readonly serviceAffecting: boolean;
  readonly affectedService: readonly { readonly id: string }[];
  readonly plannedOutageIndicator: "InService" | "OutOfService";
  readonly alarmDetails: string;
}

/** ITU-T X.733 section 8.1.1, in the spelling of TMF642. */
export type AlarmType = "communicationsAlarm" | "qualityOfServiceAlarm";

/** Probable causes of X.733 section 8.1.2.1. Lost polls do not show a more specific cause than the first. */
const meanings: Record<Trouble, { alarmType: AlarmType; probableCause: string; problem: string }> = {
  down: {
    alarmType: "communicationsAlarm",
    probableCause: "communicationsSubsystemFailure",
    problem: "answers no polls",
  },
  flapping: {
    alarmType: "qualityOfServiceAlarm",
    probableCause: "performanceDegraded",
    problem: "flaps",
  },
  threshold: { alarmType: "qualityOfServiceAlarm", probableCause: "thresholdCrossed", problem: "" },
};

/**
 * The alarms in the vocabulary of TMF642 and ITU-T X.733, times in UTC. A cleared alarm has the severity `cleared`;
 * one without an update since its report is `raised`.
 */
export function tmf642Alarms(alarms: readonly Alarm[], facts: MonitoringFacts): readonly Tmf642Alarm[] {
  const kinds = new Map(facts.objects.map(({ id, kind }) => [id, kind]));
  const rules = new Map(facts.rules.map((rule) => [rule.id, rule]));
  const correlated = behind(alarms);
  return alarms.map((alarm) => {
    const rule = rules.get(alarm.rule ?? "");
    const problem = rule && `${rule.indicator} ${rule.direction} ${rule.raiseAt}, clears at ${rule.clearAt}`;
    return tmf642Alarm(alarm, kinds.get(alarm.object) ?? "device", problem, correlated.get(alarm.id) ?? []);
  });
}

function tmf642Alarm(
  alarm: Alarm,
  alarmedObjectType: string,
  problem: string | undefined,
  correlated: readonly Alarm[],
): Tmf642Alarm {
  const { alarmType, probableCause, problem: usual } = meanings[alarm.trouble];
  const { acknowledgement, clearedAt, impact, parents, suppressed } = alarm;
  return {
    "@type": "Alarm",
    id: alarm.id,
    state: stateOf(alarm),
    alarmType,
    probableCause,
    specificProblem: problem ?? usual,
    perceivedSeverity: clearedAt === undefined ? alarm.severity : "cleared",
    alarmedObject: { id: alarm.object },
    alarmedObjectType,
    alarmRaisedTime: Zone.printInstant(alarm.raisedAt),
    alarmReportingTime: Zone.printInstant(alarm.reportedAt),
    alarmChangedTime: Zone.printInstant(Math.max(alarm.changedAt, acknowledgement?.at ?? alarm.changedAt)),
    ...(clearedAt === undefined ? {} : { alarmClearedTime: Zone.printInstant(clearedAt) }),
    ackState: acknowledgement === undefined ? "unacknowledged" : "acknowledged",
    ...(acknowledgement === undefined ? {} : { ackUserId: acknowledgement.by }),
    isRootCause: parents.length === 0,
    parentAlarm: parents.map((id) => ({ id })),
    correlatedAlarm: correlated.map(({ id }) => ({ id })),
    serviceAffecting: impact.services.length > 0,
    affectedService: impact.services.map(({ id }) => ({ id })),
    plannedOutageIndicator: alarm.planned ? "OutOfService" : "InService",
    alarmDetails: `${suppressed.length} unreachable behind it`,
  };
}

function stateOf({ clearedAt, changedAt, reportedAt }: Alarm): Tmf642Alarm["state"] {
  if (clearedAt !== undefined) return "cleared";
  return changedAt > reportedAt ? "updated" : "raised";
}

/** The alarms that have each alarm as a parent now, by its id. */
function behind(alarms: readonly Alarm[]): ReadonlyMap<string, readonly Alarm[]> {
  const pairs = alarms.flatMap((alarm) => alarm.parents.map((parent) => ({ parent, alarm })));
  const grouped = Map.groupBy(pairs, ({ parent }) => parent);
  return new Map([...grouped].map(([parent, group]) => [parent, group.map(({ alarm }) => alarm)]));
}
