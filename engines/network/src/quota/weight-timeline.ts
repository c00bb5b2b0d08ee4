import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import type { QuotaPlan, Weight, WeightWindow } from "./quota-plan.ts";

/** From this instant until the next change, bytes have this weight. */
export interface WeightChange {
  readonly at: number;
  readonly weight: Weight;
}

interface OpenWindow {
  readonly from: number;
  readonly to: number;
  readonly weight: Weight;
}

const whole: Weight = { numerator: 1n, denominator: 1n };
const minutesOfDay = 1440;

/** The weights from one instant to another by the zone's local time. The first is at `from`. */
export function weightsBetween(plan: QuotaPlan, from: number, to: number): WeightChange[] {
  const open = openWindows(plan, from, to);
  const edges = open.flatMap((window) => [window.from, window.to]).filter((at) => from < at && at <= to);
  const instants = [...new Set([from, ...edges])].sort((one, other) => one - other);
  return instants.map((at) => ({ at, weight: weightAt(open, at) }));
}

function openWindows({ zone, windows }: QuotaPlan, from: number, to: number): OpenWindow[] {
  const open: OpenWindow[] = [];
  const last = zone.dateOf(to);
  for (const window of windows) {
    for (let date = zone.dateOf(from).plusDays(-1); date.day <= last.day; date = date.plusDays(1)) {
      if (window.days?.includes(date.weekday()) ?? true) open.push(opened(window, date, zone));
    }
  }
  return open;
}

function opened({ from, to, weight }: WeightWindow, date: LocalDate, zone: Zone): OpenWindow {
  const until = to > from ? date : date.plusDays(1);
  const end =
    to === minutesOfDay ? zone.instantOf(until.plusDays(to > from ? 1 : 0), 0) : zone.instantOf(until, to);
  return { from: zone.instantOf(date, from), to: end, weight };
}

function weightAt(open: readonly OpenWindow[], at: number): Weight {
  return open.find(({ from, to }) => from <= at && at < to)?.weight ?? whole;
}
