import { Zone } from "../../../../calendar/src/zone.ts";
import { monitoringFault } from "../monitoring-fault.ts";
import type { Alarm } from "./alarm.ts";
import { type AlarmRecord, alarmOf } from "./alarm-record.ts";
import type { Acknowledgement } from "./monitoring-facts.ts";

/**
 * The alarms with the first acknowledgement of each.
 * @throws NetworkFault MONITORING_INVALID for the acknowledgement of an alarm that did not exist at that time.
 */
export function acknowledged(
  records: readonly AlarmRecord[],
  acknowledgements: readonly Acknowledgement[],
): readonly Alarm[] {
  const first = new Map<string, Acknowledgement>();
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const [place, one] of acknowledgements.entries()) {
    const record = byId.get(one.alarm);
    if (record === undefined || one.at < record.reportedAt) throw untimely(one, record, place);
    const other = first.get(one.alarm);
    if (other === undefined || one.at < other.at) first.set(one.alarm, one);
  }
  return records.map((record) => {
    const one = first.get(record.id);
    return alarmOf(record, one && { at: one.at, by: one.by });
  });
}

function untimely({ alarm, at }: Acknowledgement, record: AlarmRecord | undefined, place: number): Error {
  const known = record && [record.reportedAt, at].map(Zone.printInstant);

  return monitoringFault(
    `the acknowledged alarm ${JSON.stringify(alarm)} to have been reported`,
    known === undefined ? "no such alarm" : `its report at ${known[0]}, after ${known[1]}`,
    "write the id of an alarm as it is printed, and a time from its report on",
    ["acknowledgements", place, record === undefined ? "alarm" : "at"],
  );
}
