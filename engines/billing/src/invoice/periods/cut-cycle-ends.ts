import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Period } from "../../cycles/period.ts";
import type { Timeline } from "../../cycles/timeline.ts";
import type { Subscription } from "../facts/subscription.ts";
import type { CycleRow } from "./cycle-rows.ts";

/** Ends of cycles in one row that are not those of their periods. */
class CutEnds {
  /** Of the first period, where it is the rest of a cycle that a move cut. */
  first: LocalDate | undefined;
  /** Of the last period, where a move cuts it. */
  last: LocalDate | undefined;
  readonly #row: CycleRow;

  constructor(row: CycleRow) {
    this.#row = row;
  }

  /** The end of the cycle that a period of the row is of; undefined for that of the period. */
  endOf({ from, to }: { readonly from: number; readonly to: number }): LocalDate | undefined {
    const { from: begin, to: end } = this.#row;
    return (from <= begin ? this.first : undefined) ?? (to > end ? this.last : undefined);
  }
}

/**
 * Where cycles end that a move of the billing day cuts. For coupons the part before a move and the part
 * after it are one cycle, which ends with the second part. A second part that another move cuts does not
 * go on in a third: else many moves would make one cycle as long as they like.
 * In arrears the second part is billed on its end, which is therefore still of the cycle.
 * @returns one for each row
 */
export function cutCycleEnds(
  rows: readonly CycleRow[],
  timing: Subscription["timing"],
  timeline: Timeline,
): readonly CutEnds[] {
  const ends = rows.map((row) => new CutEnds(row));
  for (const [place, next] of rows.entries()) {
    const [row, before, after] = [rows[place - 1], ends[place - 1], ends[place]];
    if (row === undefined || before === undefined || after === undefined) continue;
    const cut = periodAt(row, row.to - 1, timeline);
    const isRest = before.first !== undefined && timeline.startOf(cut.from) <= row.from;
    if (isRest || timeline.startOf(cut.to) <= row.to) continue;
    const end = firstEnd(next, timeline);
    before.last = after.first = timing === "in-arrears" ? end.plusDays(1) : end;
  }
  return ends;
}

function firstEnd(row: CycleRow, timeline: Timeline): LocalDate {
  const { to } = periodAt(row, row.from, timeline);
  return timeline.startOf(to) > row.to ? timeline.dateOf(row.to) : to;
}

function periodAt({ cycle }: CycleRow, tick: number, timeline: Timeline): Period {
  return cycle.period(cycle.indexOf(timeline.dateOf(tick)));
}
