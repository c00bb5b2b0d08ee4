import { z } from "zod";
import type { Job } from "../jobs/job.ts";
import { addDays, type DateText, type LocalTime } from "./local-time.ts";

/** The input of a scheduled job: the local date of its occurrence. */
export const scheduledInput = z.object({ date: z.iso.date() });

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** The local times at which a job is created: each day, each week or each month. */
export interface Times {
  /** `02:30`, by the clocks of the tenant's time zone. */
  readonly at: string;
  readonly weekday?: (typeof weekdays)[number];
  /** 1 to 28, or the last day of each month. */
  readonly dayOfMonth?: number | "last";
}

/** A job that is created again and again. */
export interface Schedule extends Omit<Times, "at"> {
  /** `billing.nightly`: the names of the module and of the work. */
  readonly name: string;
  readonly minuteOfDay: number;
  readonly job: Job<typeof scheduledInput>;
}

/** Throws when the times are not valid, with what to write. */
export function defineSchedule(
  name: string,
  { at, weekday, dayOfMonth }: Times,
  job: Job<typeof scheduledInput>,
): Schedule {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  if (hour === undefined) throw new Error(`the schedule ${name} is at ${at}: write a time such as 02:30`);
  if (weekday !== undefined && dayOfMonth !== undefined)
    throw new Error(`the schedule ${name} has a weekday and a day of the month: write one of them`);
  const isDay = dayOfMonth === undefined || dayOfMonth === "last" || (dayOfMonth >= 1 && dayOfMonth <= 28);
  if (!isDay || (typeof dayOfMonth === "number" && !Number.isInteger(dayOfMonth)))
    throw new Error(`the schedule ${name} is on day ${dayOfMonth}: write 1 to 28, or "last"`);
  return {
    name,
    minuteOfDay: Number(hour) * 60 + Number(minute),
    job,
    ...(weekday !== undefined && { weekday }),
    ...(dayOfMonth !== undefined && { dayOfMonth }),
  };
}

/** One time of a schedule. `instant`: milliseconds. */
export interface Occurrence {
  readonly date: DateText;
  readonly instant: number;
}

/** The last occurrence that is not after this instant. */
export function lastOccurrence(schedule: Schedule, local: LocalTime, now: number): Occurrence {
  return search(schedule, local, local.dateOf(now), -1, (instant) => instant <= now);
}

/** The first occurrence after this instant. */
export function nextOccurrence(schedule: Schedule, local: LocalTime, now: number): Occurrence {
  return search(schedule, local, addDays(local.dateOf(now), -1), 1, (instant) => instant > now);
}

// Longer than a month.
const mostDays = 40;

function search(
  schedule: Schedule,
  local: LocalTime,
  from: DateText,
  step: 1 | -1,
  fits: (instant: number) => boolean,
): Occurrence {
  for (let day = 0; day < mostDays; day += 1) {
    const date = addDays(from, day * step);
    if (!isOn(schedule, date)) continue;
    const instant = local.instantOf(date, schedule.minuteOfDay);
    if (fits(instant)) return { date, instant };
  }
  throw new Error(`the schedule ${schedule.name} has no time within ${mostDays} days of ${from}`);
}

function isOn({ weekday, dayOfMonth }: Schedule, date: DateText): boolean {
  if (weekday !== undefined) return weekdays[new Date(date).getUTCDay()] === weekday;
  if (dayOfMonth === undefined) return true;
  return dayOfMonth === "last" ? addDays(date, 1).endsWith("-01") : Number(date.slice(8)) === dayOfMonth;
}
