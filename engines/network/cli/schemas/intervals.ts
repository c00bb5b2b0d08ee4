import { z } from "zod";
import { expected } from "../../../base/cli/schemas/expected.ts";
import type { FaultDetail } from "../../../base/src/engine-fault.ts";
import { type Path, pathText } from "../../../base/src/path.ts";
import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";

/** An end of an interval: an instant or a date. */
type End = number | LocalDate | undefined;

/**
 * Refuses an interval that ends before it begins, at its own path and with the paths of both ends.
 * @param emptiness whether the ends may be equal, as those of something that took no time
 */
export function refuseReversed<Begin extends string, Finish extends string>(
  begin: Begin,
  end: Finish,
  emptiness: "may-be-empty" | "has-a-length",
) {
  return (given: Readonly<Partial<Record<Begin | Finish, End>>>, context: z.RefinementCtx): void => {
    const [from, to] = [given[begin], given[end]];
    if (from === undefined || to === undefined) return;
    const mayBeEqual = emptiness === "may-be-empty";
    if (mayBeEqual ? placeOf(from) <= placeOf(to) : placeOf(from) < placeOf(to)) return;
    const messageWithin = (outer: Path) =>
      `expected ${pathText([...outer, end])} ${mayBeEqual ? "at or after" : "after"} ${pathText([...outer, begin])}, which is ${textOf(from)}; found ${textOf(to)}: exchange or correct them`;
    const detail: FaultDetail = { path: [], message: messageWithin([]), messageWithin };
    context.addIssue({ code: "custom", message: detail.message, params: { detail } });
  };
}

function placeOf(end: number | LocalDate): number {
  return typeof end === "number" ? end : end.day;
}

function textOf(end: number | LocalDate): string {
  return typeof end === "number" ? Zone.printInstant(end) : end.text;
}

const minutesOfDay = 1440;

function timeOfDay(last: string) {
  const form = last === "24:00" ? /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/ : /^([01]\d|2[0-3]):[0-5]\d$/;
  return z
    .string({ error: expected('a time such as "02:30"') })
    .regex(form, { error: expected(`a time from "00:00" to "${last}"`) })
    .meta({ description: "what the clocks of the zone show", examples: ["02:30"] })
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
}

/** Two times of a day, in minutes; an end that is not later is on the next day, and `00:00` ends the day. */
export const timesOfDay = { from: timeOfDay("23:59"), to: timeOfDay("24:00") };

/** Two equal times mean a whole day to some and no time to others, so they are refused in all commands. */
export function refuseNoTime(
  { from, to }: { readonly from: number; readonly to: number },
  context: z.RefinementCtx,
): void {
  if (from !== to) return;
  context.addIssue({
    code: "custom",
    message: `expected "from" and "to" to be two times; found ${clock(from)} to ${clock(to)}: write "00:00" to "24:00" for a whole day`,
  });
}

/** The end of a window in the minutes of the day on which it begins or, where it is not later, of the next. */
export function endOf(to: number): number {
  return to === 0 ? minutesOfDay : to;
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
