import { monitoringFault } from "../monitoring-fault.ts";
import { requireWhole } from "../require-whole.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { secondsIn } from "../spans/seconds-in.ts";
import { requireForward, type Span } from "../spans/span.ts";
import { subtractSpans } from "../spans/subtract-spans.ts";

/** The events of a service. Spans may overlap and extend beyond the measured time. */
export interface AvailabilityFacts {
  readonly down: readonly Span[];
  /** Planned work. Its seconds are not measured, even if the service was down in them. */
  readonly planned: readonly Span[];
  /** Time without polls. */
  readonly unknown: readonly Span[];
  /** The promised hours of the service; undefined means always. */
  readonly hours?: readonly Span[] | undefined;
}

/** The promised service level. */
export interface ServiceLevel {
  /** Millionths of the agreed time: 999500 for 99.95 %. */
  readonly targetMillionths: number;
  /** The treatment of unknown seconds: excluded like planned work, or counted for or against the provider. */
  readonly unknownTime: "excluded" | "up" | "down";
}

/** All fields are seconds. */
export interface Availability {
  /** The measured time within the service's hours. */
  readonly total: number;
  readonly planned: number;
  /** Time that is neither planned nor known to be down. */
  readonly unknown: number;
  /** Down time without planned work. */
  readonly down: number;
  /** The base of the target: the total without planned time and, if excluded, without unknown time. */
  readonly agreed: number;
  readonly available: number;
  /**
   * Millionths of the agreed time, rounded down, so that a missed target never looks met; undefined if the agreed
   * time is zero.
   */
  readonly availableMillionths: number | undefined;
  readonly targetMet: boolean;
  /** The down time that the target permits. */
  readonly allowance: number;
  /** The remaining allowance; negative if the target is missed. */
  readonly allowanceLeft: number;
}

const whole = 1_000_000;

/**
 * The availability of a service within a span, exact to the second. Overlapping outages count once.
 * @throws NetworkFault MONITORING_INVALID for spans that end before they begin, or a target beyond 0 to 1000000.
 */
export function measureAvailability(
  within: Span,
  facts: AvailabilityFacts,
  { targetMillionths, unknownTime }: ServiceLevel,
): Availability {
  requireSound(within, facts, targetMillionths);
  const promised = promisedTime(within, facts);
  const measured = subtractSpans(promised, facts.planned);
  const total = secondsIn(promised);
  const planned = total - secondsIn(measured);
  const down = secondsIn(intersectSpans(measured, facts.down));
  const unknown = secondsIn(subtractSpans(intersectSpans(measured, facts.unknown), facts.down));
  const agreed = total - planned - (unknownTime === "excluded" ? unknown : 0);
  const lost = down + (unknownTime === "down" ? unknown : 0);
  const allowance = Math.floor((agreed * (whole - targetMillionths)) / whole);
  return {
    total,
    planned,
    unknown,
    down,
    agreed,
    available: agreed - lost,
    availableMillionths: agreed === 0 ? undefined : Math.floor(((agreed - lost) * whole) / agreed),
    targetMet: lost <= allowance,
    allowance,
    allowanceLeft: allowance - lost,
  };
}

/** The part of the measured time in which the service was promised. */
export function promisedTime(within: Span, { hours }: Pick<AvailabilityFacts, "hours">): readonly Span[] {
  return hours === undefined ? [within] : intersectSpans([within], hours);
}

function requireSound(within: Span, { down, planned, unknown }: AvailabilityFacts, target: number): void {
  requireForward("the measured time", within);
  for (const span of down) requireForward("an outage", span);
  for (const span of planned) requireForward("planned work", span);
  for (const span of unknown) requireForward("unknown time", span);
  requireWhole("targetMillionths", target, 0);
  if (target <= whole) return;
  throw monitoringFault(
    "a target of at most 1000000 millionths (100 %)",
    String(target),
    "write 999500 for 99.95 %",
  );
}
