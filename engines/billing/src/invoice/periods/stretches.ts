import type { LocalDate } from "../../../../calendar/src/local-date.ts";

/** Dates from one to another, which is the first date after them. */
export interface Stretch {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** The dates of both, in order and joined where they touch. A stretch without a date is left out. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches
    .filter(({ from, to }) => from.day < to.day)
    .sort((one, other) => one.from.day - other.from.day);
  const whole: Stretch[] = [];
  for (const { from, to } of sorted) {
    const last = whole.at(-1);
    if (last === undefined || last.to.day < from.day) whole.push({ from, to });
    else if (last.to.day < to.day) whole[whole.length - 1] = { from: last.from, to };
  }
  return whole;
}

/** The dates of some stretches that others do not have. */
export function without(stretches: readonly Stretch[], taken: readonly Stretch[]): Stretch[] {
  return taken.reduce<Stretch[]>(
    (left, one) => left.flatMap((stretch) => cut(stretch, one)),
    joined(stretches),
  );
}

function cut({ from, to }: Stretch, taken: Stretch): Stretch[] {
  if (taken.to.day <= from.day || to.day <= taken.from.day) return [{ from, to }];
  const before = { from, to: taken.from };
  const after = { from: taken.to, to };
  return [before, after].filter((stretch) => stretch.from.day < stretch.to.day);
}
