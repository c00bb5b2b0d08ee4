import { localSpans } from "../../../calendar/src/local-spans.ts";
import type { QuotaPlan, Weight } from "./quota-plan.ts";

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
      if (!(window.days?.includes(date.weekday()) ?? true)) continue;
      for (const span of localSpans(zone, date, window)) open.push({ ...span, weight: window.weight });
    }
  }
  return open;
}

function weightAt(open: readonly OpenWindow[], at: number): Weight {
  return open.find(({ from, to }) => from <= at && at < to)?.weight ?? whole;
}
