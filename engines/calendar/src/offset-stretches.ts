import type { Interval } from "./interval.ts";
import type { Zone } from "./zone.ts";

/** A part of a day with one constant UTC offset of a zone. */
export interface OffsetStretch extends Interval {
  readonly offset: number;
}

/** The stretches of an interval that has at most one change of the clocks, such as a day of UTC. */
export function offsetStretches({ from, to }: Interval, zone: Zone): readonly OffsetStretch[] {
  const offset = zone.offsetAt(from);
  const later = zone.offsetAt(to - 1);
  if (offset === later) return [{ from, to, offset }];
  const change = firstWithout(offset, from, to, zone);
  return [
    { from, to: change, offset },
    { from: change, to, offset: later },
  ];
}

/** Finds the first instant without the offset by bisection. */
function firstWithout(offset: number, from: number, to: number, zone: Zone): number {
  let [before, after] = [from, to];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offsetAt(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}
