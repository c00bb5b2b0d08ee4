import { isWholeWithin } from "../../../base/src/is-whole-within.ts";
import type { Path } from "../../../base/src/path.ts";
import { BillingFault } from "../billing-fault.ts";

export const cycleUnits = ["day", "week", "month", "quarter", "half-year", "year"] as const;
export type CycleUnit = (typeof cycleUnits)[number];

/** Where cycles are counted from: the customer's own start, or a fixed place in the calendar. */
export type Alignment =
  | { readonly kind: "anniversary"; readonly dayOfMonth?: number | undefined }
  | {
      readonly kind: "calendar";
      /** 1 to 31; a shorter month uses its last day. For cycles of months. */
      readonly dayOfMonth?: number | undefined;
      /** 1 to 12; the month in which quarters, half-years and years begin. */
      readonly month?: number | undefined;
      /** 1 Monday to 7 Sunday; for cycles of weeks. */
      readonly dayOfWeek?: number | undefined;
    };

/** How often a subscription is billed, before it is tied to a start. */
export class CycleRule {
  readonly unit: CycleUnit;
  readonly count: number;
  readonly alignment: Alignment;
  /** Length in months; 0 for cycles of days and weeks. */
  readonly months: number;
  /** Length in days for cycles of days and weeks; 0 for cycles of months. */
  readonly days: number;

  private constructor(unit: CycleUnit, count: number, alignment: Alignment) {
    this.unit = unit;
    this.count = count;
    this.alignment = alignment;
    this.months = monthsIn[unit] * count;
    this.days = daysIn[unit] * count;
  }

  /** @throws BillingFault CYCLE_INVALID for a count or anchor outside of its range. */
  static of(unit: CycleUnit, count: number, alignment: Alignment): CycleRule {
    requireRange(
      ["count"],
      count,
      1,
      unit === "day" ? mostDays : mostCycles,
      ` for a cycle of unit "${unit}"`,
    );
    requirePlace(unit, alignment);
    requireFittingFields(unit, alignment);
    requireRange(["alignment", "dayOfMonth"], alignment.dayOfMonth, 1, 31);
    if (alignment.kind === "calendar") {
      requireRange(["alignment", "month"], alignment.month, 1, 12);
      requireRange(["alignment", "dayOfWeek"], alignment.dayOfWeek, 1, 7);
    }
    return new CycleRule(unit, count, alignment);
  }
}

/** How many units a cycle may have; cycles of days more. */
export const mostCycles = 120;
export const mostDays = 3660;

const daysIn: Record<CycleUnit, number> = { day: 1, week: 7, month: 0, quarter: 0, "half-year": 0, year: 0 };
const monthsIn: Record<CycleUnit, number> = {
  day: 0,
  week: 0,
  month: 1,
  quarter: 3,
  "half-year": 6,
  year: 12,
};

function requireRange(path: Path, value: number | undefined, least: number, most: number, where = ""): void {
  if (value === undefined || isWholeWithin(value, least, most)) return;
  const range = `a whole number from ${least} to ${most}`;
  throw new BillingFault(
    "CYCLE_INVALID",
    `expected ${path.at(-1)} to be ${range}${where}; found ${value}: write ${range}`,
    path,
  );
}

/** Days are counted from the start: no place in the calendar begins a row of 30 days. */
function requirePlace(unit: CycleUnit, { kind, dayOfMonth }: Alignment): void {
  if (unit !== "day" || (kind === "anniversary" && dayOfMonth === undefined)) return;
  throw new BillingFault(
    "CYCLE_INVALID",
    `expected the alignment {"kind": "anniversary"} for a cycle of days; found ${kind === "calendar" ? '"calendar"' : "a dayOfMonth"}: leave the alignment out`,
    ["alignment", kind === "calendar" ? "kind" : "dayOfMonth"],
  );
}

/** Weeks begin on a day of the week, cycles of months on a day of a month. */
function requireFittingFields(unit: CycleUnit, alignment: Alignment): void {
  const { kind, dayOfMonth } = alignment;
  const isWeek = unit === "week";
  const dayOfWeek = kind === "calendar" ? alignment.dayOfWeek : undefined;
  const month = kind === "calendar" ? alignment.month : undefined;
  const wrong = [
    { field: "dayOfMonth", isGiven: isWeek && dayOfMonth !== undefined },
    { field: "month", isGiven: isWeek && month !== undefined },
    { field: "dayOfWeek", isGiven: !isWeek && dayOfWeek !== undefined },
  ].find(({ isGiven }) => isGiven);
  if (wrong === undefined) return;
  const right = isWeek
    ? 'write {"kind": "calendar", "dayOfWeek": 1}, or leave the alignment out'
    : 'write "dayOfMonth", or leave it out';
  throw new BillingFault(
    "CYCLE_INVALID",
    `expected no ${wrong.field} for a cycle of unit "${unit}"; found one: ${right}`,
    ["alignment", wrong.field],
  );
}
