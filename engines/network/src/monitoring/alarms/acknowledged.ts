import { monitoringFault } from "../monitoring-fault.ts";
import type { Alarm } from "./alarm.ts";
import { type AlarmRecord, alarmOf } from "./alarm-record.ts";
import type { Acknowledgement } from "./monitoring-facts.ts";

/**
 * The alarms with the first acknowledgement of each.
 * @throws NetworkFault MONITORING_INVALID for the acknowledgement of an alarm that was not there at that time.
 */
export function acknowledged(
  records: readonly AlarmRecord[],
  acknowledgements: readonly Acknowledgement[],
): readonly Alarm[] {
  const first = new Map<string, Acknowledgement>();
  const byId = new Map(records.map((record) => [record.id, record]));
  for (const one of acknowledgements) {
    const record = byId.get(one.alarm);
    if (record === undefined || one.at < record.reportedAt) throw untimely(one, record);
    const other = first.get(one.alarm);
    if (other === undefined || one.at < other.at) first.set(one.alarm, one);
  }
  return records.map((record) => {
    const one = first.get(record.id);
    return alarmOf(record, one && { at: one.at, by: one.by });
  });
}

function untimely({ alarm, at }: Acknowledgement, record: AlarmRecord | undefined): Error {
  return monitoringFault(
    `the acknowledged alarm ${JSON.stringify(alarm)} to have been reported`,
    record === undefined ? "no such alarm" : `its report at ${record.reportedAt}, after ${at}`,
    "write the id of an alarm as it is printed, and a time from its report on",
  );
}
