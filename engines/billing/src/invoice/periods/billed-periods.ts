import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { dateOfMoment } from "../../cycles/moment.ts";
import type { Period } from "../../cycles/period.ts";
import type { Measure } from "../../proration/measure.ts";
import { measureCycle } from "../../proration/measure-cycle.ts";
import type { Block } from "../facts/customer-facts.ts";
import type { Subscription } from "../facts/subscription.ts";
import type { BillingContext } from "./billing-context.ts";
import { cutCycleEnds } from "./cut-cycle-ends.ts";
import { type CycleRow, cycleRows } from "./cycle-rows.ts";
import { type ServiceSpan, serviceSpans } from "./service-spans.ts";

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
  /** Where the service begins and ends within the period. */
  readonly serviceFrom: number;
  readonly serviceTo: number;
  /** When the period as a whole is billed, and which day's taxes it carries. */
  readonly billingDate: LocalDate;
  readonly taxDate: LocalDate;
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
  const periods: BilledPeriod[] = [];
  const rows = cycleRows(subscription, anchor, life, timeline);
  const cutEnds = cutCycleEnds(rows, subscription.timing, timeline);
  for (const [place, row] of rows.entries()) {
    for (const period of periodsOf(row, context)) {
      const seen = isCreditedLater(period, context) ? spansWith(blocksBefore(period, context)) : spans;
      const cycleEnd = cutEnds[place]?.endOf(period) ?? period.period.to;
      periods.push(
        describe({ subscription, index: periods.length, cycleEnd, ...period }, seen, row, context),
      );
    }
  }
  return periods;
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
type Bounds = Ticked & Pick<BilledPeriod, "subscription" | "index" | "cycleEnd">;

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
  const startDate = serviceFrom === from ? period.from : timeline.dateOf(serviceFrom);
  const endDate = serviceTo === to ? period.to : timeline.dateOf(serviceTo);
  const lastDate = serviceTo === to ? period.to.plusDays(-1) : timeline.dateOf(serviceTo - 1);
  const taxedAtStart = settings.taxPoint === "timing" ? inAdvance : settings.taxPoint === "period-start";
  return {
    ...bounds,
    spans: inside,
    serviceFrom,
    serviceTo,
    billingDate: inAdvance ? startDate : endDate,
    taxDate: taxedAtStart ? startDate : lastDate,
  };
}

function cut(span: ServiceSpan, from: number, to: number): ServiceSpan {
  if (span.from >= from && span.to <= to) return span;
  return { ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) };
}

function anchorOf({ start, trialEnd }: Subscription, { facts, settings }: BillingContext): LocalDate {
  const anchor = settings.trialAnchor === "trial-end" ? (trialEnd ?? start) : start;
  return dateOfMoment(anchor, facts.zone);
}
