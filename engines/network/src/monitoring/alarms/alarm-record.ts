import { Zone } from "../../../../calendar/src/zone.ts";
import type { Impact } from "../services/impact-of.ts";
import type { Alarm, Severity } from "./alarm.ts";
import type { Slot } from "./slot.ts";

/** An alarm under construction. */
export interface AlarmRecord {
  readonly id: string;
  readonly slot: Slot;
  readonly raisedAt: number;
  readonly reportedAt: number;
  changedAt: number;
  clearedAt: number | undefined;
  severity: Severity;
  parents: readonly string[];
  readonly suppressed: Set<string>;
  impact: Impact;
  planned: boolean;
  /** Whether a notification of the alarm was sent. */
  notified: boolean;
}

const noImpact: Impact = { services: [], customers: [] };

export function newRecord(slot: Slot, raisedAt: number, at: number, severity: Severity): AlarmRecord {
  return {
    id: [slot.object, slot.rule ?? slot.trouble, Zone.printInstant(at)].map(escaped).join("/"),
    slot,
    raisedAt,
    reportedAt: at,
    changedAt: at,
    clearedAt: undefined,
    severity,
    parents: [],
    suppressed: new Set(),
    impact: noImpact,
    planned: false,
    notified: false,
  };
}

export function alarmOf(record: AlarmRecord, acknowledgement: Alarm["acknowledgement"]): Alarm {
  const { slot, suppressed, notified: _, ...rest } = record;
  const { object, trouble, rule } = slot;
  return { ...rest, object, trouble, rule, suppressed: [...suppressed].sort(), acknowledgement };
}

/** A part of an id without slashes, so that different parts never give one id. Percent-encoded as in RFC 3986. */
function escaped(part: string): string {
  return part.replaceAll("%", "%25").replaceAll("/", "%2F");
}
