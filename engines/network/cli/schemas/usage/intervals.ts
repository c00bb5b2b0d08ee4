import { z } from "zod";
import { expected, found } from "../../../../base/cli/schemas/expected.ts";
import type { FaultDetail } from "../../../../base/src/engine-fault.ts";
import { type Path, pathText } from "../../../../base/src/path.ts";
import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { Zone } from "../../../../calendar/src/zone.ts";

/** An end of an interval: an instant or a date. */
type End = number | LocalDate | undefined;

/**
 * Refuses an interval that ends before it begins, with the paths of both ends.
 * @param emptiness whether the ends may be equal, as for an event without duration
 * @param at the path of the fault within the interval: by default that of the interval itself
 */
export function refuseReversed<Begin extends string, Finish extends string>(
  begin: Begin,
  end: Finish,
  emptiness: "may-be-empty" | "has-a-length",
  at: Path = [],
) {
  return (given: Readonly<Partial<Record<Begin | Finish, End>>>, context: z.RefinementCtx): void => {
    const [from, to] = [given[begin], given[end]];
    if (from === undefined || to === undefined) return;
    const mayBeEqual = emptiness === "may-be-empty";
    if (mayBeEqual ? placeOf(from) <= placeOf(to) : placeOf(from) < placeOf(to)) return;
    const messageWithin = (outer: Path) =>
      `expected ${pathText([...outer, end])} ${mayBeEqual ? "at or after" : "after"} ${pathText([...outer, begin])}, which is ${textOf(from)}; found ${textOf(to)}: exchange or correct them`;
    const detail: FaultDetail = { path: at, message: messageWithin([]), messageWithin };
    context.addIssue({ code: "custom", path: [...at], message: detail.message, params: { detail } });
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
    .regex(form, { error: ({ input }) => notATime(last, String(input)) })
    .meta({ description: "local time of the zone", examples: ["02:30"] })
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
}

/** The fault of a time of day; a time without its leading zero is shown with it. */
function notATime(last: string, text: string): string {
  const remedy = /^\d:[0-5]\d$/.test(text) ? `"0${text}"` : `a time from "00:00" to "${last}"`;
  return `expected a time from "00:00" to "${last}"; found ${found(text)}: write ${remedy}`;
}

/** Two times of a day, in minutes. An end that is not later than the begin is on the next day; `00:00` ends the day. */
export const timesOfDay = { from: timeOfDay("23:59"), to: timeOfDay("24:00") };

/** Refuses two equal times in all commands: some readers take them for a whole day, others for no time. */
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

/** The end of a window, in minutes from the start of the day on which the window begins. */
export function endOf(to: number): number {
  return to === 0 ? minutesOfDay : to;
}

function clock(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
