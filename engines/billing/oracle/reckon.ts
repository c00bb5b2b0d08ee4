/**
 * What a history owes, counted day by day with its own fractions and its own calendar. It shares no
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
  readonly billingDay: number;
  readonly cycleEnd: number;
  readonly taxDay: number;
  readonly taxed: boolean;
  amount: bigint;
}

const dayOf = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
const textOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

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

/** The boundaries of the cycle from the start of service to the first one after the target. */
function boundariesOf({ cycle, start, trialEnd }: HistorySubscription, target: number): number[] {
  const first = dayOf(start.on);
  const { at, step } =
    cycle.unit === "week" || cycle.unit === "day"
      ? days(cycle, trialEnd ?? start)
      : months(cycle, trialEnd ?? start);
  let index = 0;
  while (at(index) > first) index -= step;
  while (at(index + step) <= first) index += step;
  const boundaries = [at(index)];
  while ((boundaries.at(-1) ?? 0) <= target) {
    index += step;
    boundaries.push(at(index));
  }
  return boundaries;
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

/** What holds on every single day from the start to the last day looked at. */
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
  const boundaries = boundariesOf(one, target);
  const life = lifeOf(one, boundaries.at(-1) ?? target);
  const items: Item[] = [];
  for (const [index, from] of boundaries.entries()) {
    const to = boundaries[index + 1];
    if (to === undefined || from > target) break;
    const days = [...Array(to - from).keys()].map((offset) => from + offset).filter((day) => life.has(day));
    if (days.length > 0) items.push(...itemsOfPeriod(one, history, life, days, from, to, target));
  }
  return items;
}

function itemsOfPeriod(
  one: HistorySubscription,
  history: History,
  life: Map<number, Day>,
  days: readonly number[],
  from: number,
  to: number,
  target: number,
): Item[] {
  const first = days[0] ?? from;
  const end = (days.at(-1) ?? from) + 1;
  const isAdvance = one.timing === "in-advance";
  const common = {
    subscription: one.id,
    billingDay: isAdvance ? first : end,
    cycleEnd: to,
    taxDay: isAdvance ? first : end - 1,
    taxed: one.taxes.length > 0,
  };
  const counted = new Map<string, { terms: HistoryTerms; days: bigint }>();
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
    const group = counted.get(name) ?? { terms: state.terms, days: 0n };
    group.days += 1n;
    counted.set(name, group);
  }
  const recurring = [...counted].map(([name, { terms, days: part }]) => {
    const exact = multiply(multiply(cents(terms.price), decimal(terms.quantity)), [part, BigInt(to - from)]);
    return { ...common, name, amount: nearest(exact) };
  });
  return [...recurring, ...usageOf(one, history, life, from, to, end, target, common)];
}

function usageOf(
  one: HistorySubscription,
  history: History,
  life: Map<number, Day>,
  from: number,
  to: number,
  end: number,
  target: number,
  common: Omit<Item, "name" | "amount">,
): Item[] {
  if (end > target) return [];
  const byPlan = new Map<string, { terms: HistoryTerms; used: Fraction }>();
  for (const fact of history.usage) {
    const day = dayOf(fact.on);
    const state = life.get(day);
    if (fact.subscription !== one.id || day < from || day >= to || state === undefined) continue;
    if (state.terms.usage.length === 0 || !state.charged) continue;
    const group = byPlan.get(state.terms.plan) ?? { terms: state.terms, used: [0n, 1n] as Fraction };
    group.used = plus(group.used, decimal(fact.quantity));
    byPlan.set(state.terms.plan, group);
  }
  return [...byPlan].map(([plan, { terms, used }]) => ({
    ...common,
    billingDay: end,
    name: `${one.id}|${textOf(from)}|${plan}|megabytes`,
    amount: nearest(usageCost(terms, used)),
  }));
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

/** Discounts of a customer on everything, one after the other, each billing day by itself. */
function discountOf(items: readonly Item[], { discounts }: History): bigint {
  const days = [...new Set(items.map(({ billingDay }) => billingDay))].sort((a, b) => a - b);
  const states = discounts.map((discount) => ({
    discount,
    isPool: discount.value.kind === "amount" && discount.cycles === 1,
    pool: discount.value.kind === "amount" ? nearest(cents(discount.value.amount)) : 0n,
    /** By subscription: the ends of the cycles that it was given for. */
    given: new Map<string, number[]>(),
  }));
  let total = 0n;
  for (const day of days) {
    const left = items.filter(({ billingDay }) => billingDay === day).map((item) => ({ ...item }));
    for (const state of states) {
      const { value, from, until, cycles = 1_000_000 } = state.discount;
      if (day < dayOf(from) || (until !== undefined && day >= dayOf(until))) continue;
      const covered = left.filter(({ subscription }) => {
        const ends = state.given.get(subscription) ?? [];
        return state.isPool || ends.length < cycles || ends.some((end) => day < end);
      });
      const open = covered.reduce((sum, { amount }) => sum + amount, 0n);
      const whole = value.kind === "amount" ? nearest(cents(value.amount)) : 0n;
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
      for (const [index, part] of spread(
        taken,
        covered.map(({ amount }) => amount),
      ).entries()) {
        const item = covered[index];
        if (item !== undefined) item.amount -= part;
        if (item !== undefined && part > 0n)
          reached.set(item.subscription, Math.max(item.cycleEnd, reached.get(item.subscription) ?? 0));
      }
      for (const [subscription, end] of reached) {
        const ends = state.given.get(subscription) ?? [];
        state.given.set(subscription, ends.some((one) => day < one) ? ends : [...ends, end]);
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
