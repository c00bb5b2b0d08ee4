import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import type { Span } from "../spans/span.ts";

/** Planned work on some devices. */
export interface MaintenanceWindow {
  readonly id: string;
  readonly devices: readonly string[];
  /** Whether the work is also planned for devices that are only reachable through these: see `plannedWork`. */
  readonly withChildren: boolean;
  readonly when: OneOff | Recurring;
}

/** Once, from one instant to another. */
export interface OneOff extends Span {
  readonly kind: "once";
}

/** On some days, between two local times of a zone. */
export interface Recurring {
  readonly kind: "recurring";
  readonly zone: Zone;
  /** 1 for Monday to 7 for Sunday. */
  readonly weekdays: readonly number[];
  /** 1 to 5: the first to the fifth such weekday of a month; all of them if absent. */
  readonly weeksOfMonth?: readonly number[];
  /** Minutes of the day, 0 to 1439. If `to` is not after `from`, the window ends on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** The first and the last date on which a window begins. */
  readonly starts: LocalDate;
  readonly ends?: LocalDate;
}
