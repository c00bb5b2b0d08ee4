import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { Cycle } from "../cycles/cycle.ts";
import { dateOfMoment } from "../cycles/moment.ts";
import type { Period } from "../cycles/period.ts";
import type { Measure } from "../proration/measure.ts";
import { measureCycle } from "../proration/measure-cycle.ts";
import type { BillingContext } from "./billing-context.ts";
import { type ServiceSpan, serviceSpans } from "./service-spans.ts";
import type { Subscription } from "./subscription.ts";

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
}

/** The periods of a subscription from its start to the horizon. */
export function billedPeriods(subscription: Subscription, context: BillingContext): BilledPeriod[] {
  const { facts, settings, timeline, horizon } = context;
  const spans = serviceSpans(subscription, facts.blocks, timeline, settings);
  const first = spans[0];
  if (first === undefined) return [];
  const cycle = Cycle.of(subscription.cycle, anchorOf(subscription, context));
  const end = spans.at(-1)?.to ?? first.to;
  const periods: BilledPeriod[] = [];
  let index = cycle.indexOf(timeline.dateOf(first.from));
  for (;;) {
    const period = cycle.period(index);
    const from = timeline.startOf(period.from);
    if (from > horizon || from >= end) return periods;
    const to = timeline.startOf(period.to);
    const measure = measureCycle(cycle, index, timeline, settings.prorationMode);
    periods.push(describe({ subscription, index, period, measure, from, to }, spans, context));
    index += 1;
  }
}

function describe(
  bounds: Pick<BilledPeriod, "subscription" | "index" | "period" | "measure" | "from" | "to">,
  spans: readonly ServiceSpan[],
  { settings, timeline }: BillingContext,
): BilledPeriod {
  const { subscription, period, from, to } = bounds;
  const inside = spans.filter((span) => span.from < to && span.to > from).map((span) => cut(span, from, to));
  const serviceFrom = inside[0]?.from ?? from;
  const serviceTo = inside.at(-1)?.to ?? to;
  const inAdvance = subscription.timing === "in-advance";
  const start = serviceFrom === from ? period.from : timeline.dateOf(serviceFrom);
  const end = serviceTo === to ? period.to : timeline.dateOf(serviceTo);
  const taxedAtStart = settings.taxPoint === "timing" ? inAdvance : settings.taxPoint === "period-start";
  return {
    ...bounds,
    spans: inside,
    serviceFrom,
    serviceTo,
    billingDate: inAdvance ? start : end,
    taxDate: taxedAtStart ? start : period.to.plusDays(-1),
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
