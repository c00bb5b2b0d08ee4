import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { dateOfMoment } from "../../cycles/moment.ts";
import type { Period } from "../../cycles/period.ts";
import type { Measure } from "../../proration/measure.ts";
import { measureCycle } from "../../proration/measure-cycle.ts";
import type { BillingSettings } from "../../settings.ts";
import type { Block } from "../facts/customer-facts.ts";
import type { Subscription } from "../facts/subscription.ts";
import type { BillingContext } from "./billing-context.ts";
import { cutCycleEnds } from "./cut-cycle-ends.ts";
import { type CycleRow, cycleRows } from "./cycle-rows.ts";
import { isUsageBilled, type ServiceSpan, serviceSpans } from "./service-spans.ts";

/** One billing period of a subscription with the spans of service that fall into it. */
export interface BilledPeriod {
  readonly subscription: Subscription;
  readonly index: number;
  readonly period: Period;
  readonly measure: Measure;
  /** Ticks of the period's bounds. */
  readonly from: number;
  readonly to: number;
  /** Cut to the period, in order, not empty. */
  readonly spans: readonly ServiceSpan[];
  /** Where the subscription begins and ends within the period. */
  readonly serviceFrom: number;
  readonly serviceTo: number;
  /** The first tick that is charged: not before it is the price due. */
  readonly chargedFrom: number;
  /** Ticks of the part of the period that moves of the billing day leave. */
  readonly cutFrom: number;
  readonly cutTo: number;
  /** It is the rest of a period that a move of the billing day cut, and that has been served before. */
  readonly isRest: boolean;
  /** The subscription starts, its trial ends or a moved billing day begins after the period's begin. Blocks and pauses do not matter. */
  readonly isPartial: boolean;
  /** The day whose taxes the plan's price carries. */
  readonly taxDate: LocalDate;
  /** The day whose taxes usage and minimums carry, which are always billed in arrears. */
  readonly arrearsTaxDate: LocalDate;
  /** A coupon for a number of cycles that covers this one covers what is billed before this date. */
  readonly cycleEnd: LocalDate;
}

/** The periods of a subscription from its start to the horizon. */
export function billedPeriods(subscription: Subscription, context: BillingContext): BilledPeriod[] {
  const { facts, settings, timeline } = context;
  const spansWith = (blocks: readonly Block[]) => serviceSpans(subscription, blocks, timeline, settings);
  const spans = spansWith(facts.blocks);
  const first = spans[0];
  if (first === undefined) return [];
  const life = { from: first.from, to: spans.at(-1)?.to ?? first.to };
  const anchor = anchorOf(subscription, context);
  const begin = chargedFromTick(subscription, context);
  const periods: BilledPeriod[] = [];
  const rows = cycleRows(subscription, anchor, life, timeline);
  const cutEnds = cutCycleEnds(rows, subscription.timing, timeline);
  for (const [place, row] of rows.entries()) {
    for (const period of periodsOf(row, context)) {
      const seen = isCreditedLater(period, context) ? spansWith(blocksBefore(period, context)) : spans;
      const cycleEnd = cutEnds[place]?.endOf(period) ?? period.period.to;
      const cutFrom = place > 0 ? Math.max(row.from, period.from) : period.from;
      const cutTo = place < rows.length - 1 ? Math.min(row.to, period.to) : period.to;
      const before = continuedBy(period, row, periods.at(-1));
      const isServed = before?.spans.some(({ charged }) => charged) ?? false;
      const isRest = before !== undefined && isServed && !before.isRest;
      const isPartial =
        before === undefined || isServed ? begin > period.from || cutFrom > period.from : before.isPartial;
      const bounds = {
        ...{ subscription, index: periods.length, cycleEnd, cutFrom, cutTo, isRest, isPartial },
        ...period,
      };
      periods.push(describe(bounds, seen, row, context));
    }
  }
  return periods;
}

/** The first part of the cycle that a period is the second part of, because a move cut it; undefined where none did. */
function continuedBy(
  { from }: Ticked,
  row: CycleRow,
  before: BilledPeriod | undefined,
): BilledPeriod | undefined {
  return before === undefined || from >= row.from || row.from >= before.to ? undefined : before;
}

/** The tick from which a subscription is charged, if nothing interrupts it. */
function chargedFromTick({ start, trialEnd }: Subscription, { timeline }: BillingContext): number {
  return Math.max(timeline.tickOf(start), timeline.tickOf(trialEnd ?? start));
}

/** Whether blocks that begin within the period are credited only with the invoice after it. */
function isCreditedLater(
  { to }: { readonly to: number },
  { facts, settings, target }: BillingContext,
): boolean {
  return facts.blocks.length > 0 && settings.blockedCredit === "next-invoice" && target < to;
}

function blocksBefore(
  { from }: { readonly from: number },
  { facts, timeline }: BillingContext,
): readonly Block[] {
  return facts.blocks.filter((block) => timeline.startOf(block.from) <= from);
}

type Ticked = Pick<BilledPeriod, "period" | "measure" | "from" | "to">;
type Bounds = Ticked &
  Pick<BilledPeriod, "subscription" | "index" | "cycleEnd" | "cutFrom" | "cutTo" | "isRest" | "isPartial">;

/** The periods of one cycle that service falls into while it holds. */
function periodsOf(
  { cycle, from: begin, to: end }: CycleRow,
  { settings, timeline, horizon }: BillingContext,
): Ticked[] {
  const periods: Ticked[] = [];
  for (let index = cycle.indexOf(timeline.dateOf(begin)); ; index += 1) {
    const period = cycle.period(index);
    const from = timeline.startOf(period.from);
    if (from > horizon || from >= end) return periods;
    const to = timeline.startOf(period.to);
    periods.push({ period, measure: measureCycle(cycle, index, timeline, settings.prorationMode), from, to });
  }
}

function describe(
  bounds: Bounds,
  spans: readonly ServiceSpan[],
  row: CycleRow,
  { settings, timeline }: BillingContext,
): BilledPeriod {
  const { subscription, period, from, to } = bounds;
  const [begin, end] = [Math.max(from, row.from), Math.min(to, row.to)];
  const inside = spans
    .filter((span) => span.from < end && span.to > begin)
    .map((span) => cut(span, begin, end));
  const serviceFrom = inside[0]?.from ?? from;
  const serviceTo = inside.at(-1)?.to ?? to;
  const inAdvance = subscription.timing === "in-advance";
  const charged = boundsOf(inside.filter((span) => span.charged)) ?? { from: serviceFrom, to: serviceTo };
  const used = boundsOf(inside.filter((span) => isUsageBilled(span, settings))) ?? charged;
  const firstDate = (tick: number) => (tick === from ? period.from : timeline.dateOf(tick));
  const lastDate = (tick: number) => (tick === to ? period.to.plusDays(-1) : timeline.dateOf(tick - 1));
  const taxDateOf = (isInAdvance: boolean, served: { readonly from: number; readonly to: number }) =>
    isTaxedAtStart(settings.taxPoint, isInAdvance) ? firstDate(served.from) : lastDate(served.to);
  return {
    ...bounds,
    spans: inside,
    serviceFrom,
    serviceTo,
    chargedFrom: charged.from,
    taxDate: taxDateOf(inAdvance, charged),
    arrearsTaxDate: taxDateOf(false, used),
  };
}

/** From the first to the last of some spans; undefined for none. */
function boundsOf(spans: readonly ServiceSpan[]): { from: number; to: number } | undefined {
  const [first, last] = [spans[0], spans.at(-1)];
  return first === undefined || last === undefined ? undefined : { from: first.from, to: last.to };
}

function isTaxedAtStart(taxPoint: BillingSettings["taxPoint"], isInAdvance: boolean): boolean {
  return taxPoint === "timing" ? isInAdvance : taxPoint === "period-start";
}

function cut(span: ServiceSpan, from: number, to: number): ServiceSpan {
  if (span.from >= from && span.to <= to) return span;
  return { ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) };
}

function anchorOf({ start, trialEnd }: Subscription, { facts, settings }: BillingContext): LocalDate {
  const anchor = settings.trialAnchor === "trial-end" ? (trialEnd ?? start) : start;
  return dateOfMoment(anchor, facts.zone);
}
