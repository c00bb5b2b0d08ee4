/**
 * The amount owed by a history, counted day by day with its own fractions and its own calendar. It shares no
 * code with the engine, so that a mistake has to be made twice to go unseen. It knows what the random
 * histories of the tests contain and nothing else.
 */
import type { History, HistorySubscription, HistoryTerms } from "./history.ts";

type Fraction = readonly [bigint, bigint];

export interface Reckoning {
  /** Minor units before discounts, by `subscription|period start|plan|price|quantity` or `…|metric`. */
  readonly amounts: Map<string, bigint>;
  readonly discount: bigint;
  readonly net: bigint;
  readonly tax: bigint;
}

interface Item {
  readonly name: string;
  readonly subscription: string;
  readonly dueDay: number;
  readonly cycleEnd: number;
  readonly taxDay: number;
  readonly taxed: boolean;
  amount: bigint;
}

const dayOf = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
const texts = new Map<number, string>();
const textOf = (day: number): string =>
  remembered(texts, day, () => new Date(day * 86_400_000).toISOString().slice(0, 10));

/** A value that is worked out once: the same days come back in thousands of histories. */
function remembered<Value>(known: Map<number, Value>, key: number, workOut: () => Value): Value {
  const value = known.get(key) ?? workOut();
  known.set(key, value);
  return value;
}

function decimal(text: string): Fraction {
  const [whole = "0", part = ""] = text.split(".");
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
}

const multiply = (a: Fraction, b: Fraction): Fraction => [a[0] * b[0], a[1] * b[1]];
const plus = (a: Fraction, b: Fraction): Fraction => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
const least = (a: Fraction, b: Fraction): Fraction => (a[0] * b[1] <= b[0] * a[1] ? a : b);
const cents = (text: string): Fraction => multiply(decimal(text), [100n, 1n]);

/** Nearest, a half up; for what is never negative. */
function nearest([n, d]: Fraction): bigint {
  const whole = n / d;
  return 2n * (n % d) >= d ? whole + 1n : whole;
}

export function reckon(history: History): Reckoning {
  const target = dayOf(history.target);
  const items = history.subscriptions.flatMap((one) => itemsOf(one, history, target));
  const amounts = new Map<string, bigint>();
  for (const { name, amount } of items) {
    if (amount !== 0n) amounts.set(name, (amounts.get(name) ?? 0n) + amount);
  }
  const gross = items.reduce((sum, { amount }) => sum + amount, 0n);
  const discount = discountOf(items, history);
  return { amounts, discount, net: gross - discount, tax: discount === 0n ? taxOf(items, history) : 0n };
}

/** A time with one billing day: the days on which its cycles hold, and where these cycles begin. */
interface Row {
  readonly cycle: Cycle;
  readonly from: number;
  readonly to: number;
}

/** A period of a row's cycle; service may fill a part of it only. */
interface Interval {
  readonly from: number;
  readonly to: number;
  readonly row: Row;
}

/** The rows of a subscription: its own cycle, then one for each day on which its billing day moves to another. */
function rowsOf({ cycle, facts, start, trialEnd }: HistorySubscription, end: number): Row[] {
  const first = dayOf(start.on);
  const moves = facts.flatMap((fact, place) => (fact.kind === "realign" ? [{ fact, place }] : []));
  moves.sort((a, b) => dayOf(a.fact.on) - dayOf(b.fact.on) || a.place - b.place);
  const rows: Row[] = [{ cycle, from: first, to: end }];
  for (const { fact } of moves) {
    const day = Math.max(dayOf(fact.on), first);
    const last = rows.at(-1);
    if (last === undefined || day >= end) continue;
    const alignment =
      "dayOfWeek" in fact
        ? { kind: "calendar" as const, dayOfWeek: fact.dayOfWeek }
        : { ...cycle.alignment, dayOfMonth: fact.dayOfMonth };
    const moved = { ...cycle, alignment };
    if (beginsAsBefore(last.cycle, moved, trialEnd ?? start)) continue;
    rows.pop();
    if (day > last.from) rows.push({ ...last, to: day });
    rows.push({ cycle: moved, from: day, to: end });
  }
  return rows;
}

/** Whether a billing day is the one that holds anyway. */
function beginsAsBefore(one: Cycle, other: Cycle, anchor: { readonly on: string }): boolean {
  if (one.unit === "week") {
    const day = ({ alignment }: Cycle) => (alignment.kind === "calendar" ? (alignment.dayOfWeek ?? 1) : 0);
    return day(one) === day(other);
  }
  const own = Number(anchor.on.slice(8));
  const day = ({ alignment }: Cycle) => alignment.dayOfMonth ?? (alignment.kind === "calendar" ? 1 : own);
  return day(one) === day(other);
}

/** The periods of a row up to its end, or up to the first that begins after a day. */
function intervalsOf(row: Row, { start, trialEnd }: HistorySubscription, last: number): Interval[] {
  const { cycle } = row;
  const anchor = trialEnd ?? start;
  const { at, step } =
    cycle.unit === "week" || cycle.unit === "day" ? days(cycle, anchor) : months(cycle, anchor);
  let index = 0;
  while (at(index) > row.from) index -= step;
  while (at(index + step) <= row.from) index += step;
  const intervals: Interval[] = [];
  for (; at(index) < row.to && (intervals.length === 0 || at(index) <= last); index += step) {
    intervals.push({ from: at(index), to: at(index + step), row });
  }
  return intervals;
}

/**
 * Where the cycle of each period ends for coupons. A period that a move cuts and the one after the move are
 * one cycle, unless the first is such a second part itself. In arrears its last bill is still of the cycle.
 */
function cycleEndsOf(intervals: readonly Interval[], isAdvance: boolean): number[] {
  const ends = intervals.map(({ to }) => to);
  let isSecond = false;
  for (const [index, { to, row }] of intervals.entries()) {
    const next = intervals[index + 1];
    const isCut = next !== undefined && next.row !== row && to > row.to;
    if (!isCut || isSecond) {
      isSecond = false;
      continue;
    }
    ends[index] = ends[index + 1] = Math.min(next.to, next.row.to) + (isAdvance ? 0 : 1);
    isSecond = true;
  }
  return ends;
}

type Cycle = HistorySubscription["cycle"];

function days({ unit, count, alignment }: Cycle, anchor: { readonly on: string }) {
  const zero =
    alignment.kind === "calendar" ? dayOf("2000-01-03") + (alignment.dayOfWeek ?? 1) - 1 : dayOf(anchor.on);
  return { at: (offset: number) => zero + offset, step: unit === "day" ? count : 7 * count };
}

function months({ unit, count, alignment }: Cycle, anchor: { readonly on: string }) {
  const step = { day: 0, week: 0, month: 1, quarter: 3, "half-year": 6, year: 12 }[unit] * count;
  const [year = 0, month = 0, day = 0] = anchor.on.split("-").map(Number);
  const isCalendar = alignment.kind === "calendar";
  const wanted = alignment.dayOfMonth ?? (isCalendar ? 1 : day);
  // Months are counted from January 2000.
  const zero = isCalendar ? (alignment.month ?? 1) - 1 : (year - 2000) * 12 + month - 1;
  const at = (offset: number) => {
    const length = new Date(Date.UTC(2000, zero + offset + 1, 0)).getUTCDate();
    return new Date(Date.UTC(2000, zero + offset, Math.min(wanted, length))).getTime() / 86_400_000;
  };
  return { at, step };
}

interface Day {
  readonly terms: HistoryTerms;
  readonly charged: boolean;
}

/** The state on every day from the start to the last observed day. */
function lifeOf(one: HistorySubscription, last: number): Map<number, Day> {
  const life = new Map<number, Day>();
  const start = dayOf(one.start.on);
  const trialEnd = dayOf(one.trialEnd?.on ?? one.start.on);
  const facts = one.facts.map((fact, place) => ({ fact, place, day: dayOf(fact.on) }));
  facts.sort((a, b) => a.day - b.day || a.place - b.place);
  let terms = one.terms;
  let paused = false;
  let next = 0;
  for (let day = start; day <= last; day += 1) {
    for (; next < facts.length && (facts[next]?.day ?? 0) <= day; next += 1) {
      const fact = facts[next]?.fact;
      if (fact?.kind === "cancel") return life;
      if (fact?.kind === "change") terms = fact.terms;
      if (fact?.kind === "pause") paused = true;
      if (fact?.kind === "resume") paused = false;
    }
    const inTrial = day < trialEnd;
    life.set(day, { terms, charged: !paused && !inTrial });
  }
  return life;
}

function itemsOf(one: HistorySubscription, history: History, target: number): Item[] {
  const last = Math.max(target, ...one.facts.map(({ on }) => dayOf(on)));
  const end = endOf(one);
  const intervals = rowsOf(one, end).flatMap((row) => intervalsOf(row, one, last));
  const cycleEnds = cycleEndsOf(intervals, one.timing === "in-advance");
  const life = lifeOf(one, Math.max(...intervals.map(({ to }) => to)));
  return intervals.flatMap((interval, index) => {
    if (interval.from > target) return [];
    const days = [...Array(interval.to - interval.from).keys()]
      .map((offset) => interval.from + offset)
      .filter((day) => life.has(day) && interval.row.from <= day && day < interval.row.to);
    const period = { ...interval, cycleEnd: cycleEnds[index] ?? interval.to };
    return days.length > 0 ? itemsOfPeriod(one, history, life, days, period, target) : [];
  });
}

/** The first day after a service; a cancellation before the start leaves none. */
function endOf({ facts }: HistorySubscription): number {
  return Math.min(...facts.flatMap(({ kind, on }) => (kind === "cancel" ? [dayOf(on)] : [])), 1_000_000);
}

function itemsOfPeriod(
  one: HistorySubscription,
  history: History,
  life: Map<number, Day>,
  days: readonly number[],
  { from, to, row, cycleEnd }: Interval & { readonly cycleEnd: number },
  target: number,
): Item[] {
  const first = days[0] ?? from;
  const end = (days.at(-1) ?? from) + 1;
  const isAdvance = one.timing === "in-advance";
  const charged = days.filter((day) => life.get(day)?.charged);
  const firstCharged = charged[0] ?? first;
  const lastCharged = charged.at(-1) ?? end - 1;
  const common = {
    subscription: one.id,
    cycleEnd,
    taxDay: isAdvance ? firstCharged : lastCharged,
    taxed: one.taxes.length > 0,
  };
  const worthOf = isFixed(one, history)
    ? (day: number) => fixedWorth(day, billingDayOf(one, row.cycle))
    : () => 1n;
  const length = [...Array(to - from).keys()].reduce((sum, offset) => sum + worthOf(from + offset), 0n);
  const counted = new Map<string, { terms: HistoryTerms; days: bigint; runs: Map<number, bigint> }>();
  let runOf = "";
  let runStart = 0;
  for (const day of days) {
    const state = life.get(day);
    if (state === undefined || !state.charged) {
      runOf = "";
      continue;
    }
    const { plan, price, quantity } = state.terms;
    const name = `${one.id}|${textOf(from)}|${plan}|${price}|${quantity}`;
    if (name !== runOf) [runOf, runStart] = [name, day];
    if ((isAdvance ? runStart : end) > target) continue;
    const group = counted.get(name) ?? { terms: state.terms, days: 0n, runs: new Map() };
    group.days += worthOf(day);
    const dueDay = isAdvance ? runStart : end;
    group.runs.set(dueDay, group.days);
    counted.set(name, group);
  }
  const recurring = [...counted].flatMap(([name, { terms, runs }]) => {
    const price = multiply(cents(terms.price), decimal(terms.quantity));
    let before = 0n;
    return [...runs].map(([dueDay, upTo]) => {
      const amount = nearest(multiply(price, [upTo, length])) - before;
      before += amount;
      return { ...common, name, dueDay, amount };
    });
  });
  // Usage is billed in arrears, also where the plan's price is not: its tax is that of the last day of service.
  return [
    ...recurring,
    ...usageOf(one, history, life, days, from, end, target, {
      ...{ ...common, taxDay: lastCharged },
      shareOf: (plan) => {
        const served = charged.filter((day) => life.get(day)?.terms.plan === plan);
        return [served.reduce((sum, day) => sum + worthOf(day), 0n), length];
      },
    }),
  ];
}

function isFixed({ cycle }: HistorySubscription, { settings }: History): boolean {
  return settings.prorationMode === "fixed-30-days" && cycle.unit !== "day" && cycle.unit !== "week";
}

function billingDayOf({ start, trialEnd }: HistorySubscription, { alignment }: Cycle): number {
  const own = Number((trialEnd ?? start).on.slice(8));
  return alignment.dayOfMonth ?? (alignment.kind === "calendar" ? 1 : own);
}

/** How many days of a month of 30 days a date is worth, worked out once for each date and billing day. */
const fixedWorth = (day: number, billingDay: number): bigint =>
  remembered(worths, day * 32 + billingDay, () => reckonedWorth(day, billingDay));
const worths = new Map<number, bigint>();

/** The days from one billing day to the next are worth 30. */
function reckonedWorth(day: number, billingDay: number): bigint {
  const [number, last] = [dayOfMonth(day), lastOfMonth(day)];
  if (last === 31) {
    if (billingDay === 31) return number === 30 ? 0n : 1n;
    return number === 31 ? 0n : 1n;
  }
  if (last === 30) return 1n;
  const place = Math.max(last, Math.min(billingDay, 30));
  if (number === last) return BigInt(31 - place);
  return number === last - 1 ? BigInt(1 + place - last) : 1n;
}

const dayOfMonth = (day: number): number => Number(textOf(day).slice(8));
const lastOfMonth = (day: number): number => {
  const [year = 0, month = 0] = textOf(day).split("-").map(Number);
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
};

function usageOf(
  one: HistorySubscription,
  history: History,
  life: Map<number, Day>,
  days: readonly number[],
  from: number,
  end: number,
  target: number,
  {
    shareOf,
    ...common
  }: Omit<Item, "name" | "amount" | "dueDay"> & { readonly shareOf: (plan: string) => Fraction },
): Item[] {
  if (end > target) return [];
  const byPlan = new Map<string, { terms: HistoryTerms; measured: Fraction[] }>();
  for (const fact of [...history.usage].sort((a, b) => dayOf(a.on) - dayOf(b.on))) {
    const day = dayOf(fact.on);
    const state = life.get(day);
    if (fact.subscription !== one.id || !days.includes(day) || state === undefined) continue;
    if (state.terms.usage.length === 0 || !state.charged) continue;
    const group = byPlan.get(state.terms.plan) ?? { terms: state.terms, measured: [] };
    group.measured.push(decimal(fact.quantity));
    byPlan.set(state.terms.plan, group);
  }
  return [...byPlan].map(([plan, { terms, measured }]) => {
    const cost = usageCost(terms, quantityOf(terms, measured));
    return {
      ...common,
      dueDay: end,
      name: `${one.id}|${textOf(from)}|${plan}|megabytes`,
      amount: nearest(isForDays(terms) ? multiply(cost, shareOf(plan)) : cost),
    };
  });
}

/** Whether the price is for a time and not for what was used in it. */
function isForDays({ usage: [price] }: HistoryTerms): boolean {
  return price !== undefined && !["sum", "count"].includes(price.aggregate) && price.parts !== "full";
}

/** The quantities of a plan in a period, in the order of time, as one. */
function quantityOf({ usage: [price] }: HistoryTerms, measured: readonly Fraction[]): Fraction {
  const upwards = [...measured].sort((a, b) => (least(a, b) === a ? -1 : 1));
  const nothing: Fraction = [0n, 1n];
  switch (price?.aggregate) {
    case "count":
      return [BigInt(measured.length), 1n];
    case "latest":
      return measured.at(-1) ?? nothing;
    case "maximum":
      return upwards.at(-1) ?? nothing;
    case "percentile-95": {
      const discarded = Math.floor(measured.length / 20);
      return upwards.at(-1 - discarded) ?? nothing;
    }
    default:
      return measured.reduce(plus, nothing);
  }
}

/** Units above the included ones, the first so many at one price and the rest at another. */
function usageCost({ usage: [price] }: HistoryTerms, used: Fraction): Fraction {
  if (price === undefined) return [0n, 1n];
  const free = decimal(price.included);
  const over: Fraction = least(used, free) === used ? [0n, 1n] : plus(used, [-free[0], free[1]]);
  if (price.model.kind === "flat") return multiply(over, cents(price.model.unitPrice));
  const [low, high] = price.model.tiers;
  const inLow = least(over, decimal(low.upTo));
  const inHigh = plus(over, [-inLow[0], inLow[1]]);
  return plus(multiply(inLow, cents(low.unitPrice)), multiply(inHigh, cents(high.unitPrice)));
}

/** Discounts of a customer on everything, one after the other, each day on which something is due by itself. */
function discountOf(items: readonly Item[], { discounts }: History): bigint {
  const days = [...new Set(items.map(({ dueDay }) => dueDay))].sort((a, b) => a - b);
  const states = discounts.map((discount) => ({
    discount,
    isPool: discount.value.kind === "amount" && discount.cycles === 1,
    pool: discount.value.kind === "amount" ? nearest(cents(discount.value.amount)) : 0n,
    /** By subscription: the ends of the cycles that it was given for. */
    given: new Map<string, number[]>(),
    /** The amount that it took off in the last of them. */
    inLast: new Map<string, bigint>(),
  }));
  let total = 0n;
  for (const day of days) {
    const left = items.filter(({ dueDay }) => dueDay === day).map((item) => ({ ...item }));
    for (const state of states) {
      const { value, from, until, cycles = 1_000_000 } = state.discount;
      if (day < dayOf(from) || (until !== undefined && day >= dayOf(until))) continue;
      const covered = left.filter(({ subscription }) => {
        const ends = state.given.get(subscription) ?? [];
        return state.isPool || ends.length < cycles || ends.some((end) => day < end);
      });
      const open = covered.reduce((sum, { amount }) => sum + amount, 0n);
      const before = covered
        .filter(({ amount }) => amount > 0n)
        .map(({ subscription }) =>
          (state.given.get(subscription) ?? []).some((end) => day < end)
            ? (state.inLast.get(subscription) ?? 0n)
            : 0n,
        );
      const already = before.reduce((few, one) => (one < few ? one : few), before[0] ?? 0n);
      const rest = value.kind === "amount" ? nearest(cents(value.amount)) - already : 0n;
      // A day shared with another subscription may have taken more than the amount from this one's cycle.
      const whole = rest > 0n ? rest : 0n;
      const most =
        value.kind === "percentage"
          ? nearest(multiply([open, 100n], decimal(value.rate)))
          : state.isPool
            ? state.pool
            : whole;
      const taken = most < open ? most : open;
      total += taken;
      state.pool -= state.isPool ? taken : 0n;
      const reached = new Map<string, number>();
      const off = new Map<string, bigint>();
      for (const [index, part] of spread(
        taken,
        covered.map(({ amount }) => amount),
      ).entries()) {
        const item = covered[index];
        if (item !== undefined) item.amount -= part;
        if (item !== undefined && part > 0n)
          reached.set(item.subscription, Math.max(item.cycleEnd, reached.get(item.subscription) ?? 0));
        if (item !== undefined) off.set(item.subscription, (off.get(item.subscription) ?? 0n) + part);
      }
      for (const [subscription, end] of reached) {
        const ends = state.given.get(subscription) ?? [];
        const goesOn = ends.some((one) => day < one);
        state.given.set(subscription, goesOn ? ends : [...ends, end]);
        const earlier = goesOn ? (state.inLast.get(subscription) ?? 0n) : 0n;
        state.inLast.set(subscription, earlier + (off.get(subscription) ?? 0n));
      }
    }
  }
  return total;
}

/** Parts of a sum by weights: cut down, then one more each by the largest remainder, the earlier first. */
function spread(sum: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((all, weight) => all + weight, 0n);
  if (whole === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (sum * weight) / whole);
  const rests = weights
    .map((weight, index) => ({ index, rest: (sum * weight) % whole }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  let left = parts.reduce((rest, part) => rest - part, sum);
  for (const { index } of rests) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}

/** Each rate on the sum of what it applies to, rounded once. */
function taxOf(items: readonly Item[], { taxes, settings }: History): bigint {
  const bases = new Map<string, bigint>();
  for (const { taxed, taxDay, amount } of items) {
    if (!taxed || amount === 0n) continue;
    const rule = taxes.find(
      ({ from, until }) => dayOf(from) <= taxDay && (until === undefined || taxDay < dayOf(until)),
    );
    if (rule === undefined) throw new Error(`no rate on ${textOf(taxDay)}`);
    bases.set(rule.rate, (bases.get(rule.rate) ?? 0n) + amount);
  }
  return [...bases].reduce((sum, [rate, base]) => {
    const [n, d] = multiply(decimal(rate), [1n, 100n]);
    return sum + nearest(settings.prices === "inclusive" ? [base * n, d + n] : [base * n, d]);
  }, 0n);
}
