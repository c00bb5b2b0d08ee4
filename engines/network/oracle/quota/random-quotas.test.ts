import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import type { QuotaFacts } from "../../src/quota/quota-facts.ts";
import { quotaOn } from "../../src/quota/quota-on.ts";
import type { QuotaPlan } from "../../src/quota/quota-plan.ts";
import { type SimpleFacts, type SimplePlan, secondBySecond } from "./second-by-second.ts";

const day = 86_400;
const firstDay = LocalDate.parse("2026-05-01");
const midnight = firstDay.day * day;

const plans: fc.Arbitrary<SimplePlan> = fc.record({
  included: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(0)),
  windows: fc.array(
    fc.record({
      from: fc.integer({ min: 0, max: 1439 }),
      to: fc.integer({ min: 1, max: 1439 }),
      sixths: fc.constantFrom(0, 2, 3, 6, 8, 12),
    }),
    { maxLength: 2 },
  ),
  rollover: fc.option(
    fc.record({
      cycles: fc.integer({ min: 1, max: 3 }),
      most: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
    }),
    { nil: undefined },
  ),
  notices: fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { maxLength: 3 }).map(sorted),
  steps: fc.uniqueArray(fc.integer({ min: 1, max: 250 }), { maxLength: 3 }).map(sorted),
});

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((one, other) => one - other);
}

const facts: fc.Arbitrary<SimpleFacts> = fc.integer({ min: 0, max: day - 1 }).chain((since) =>
  fc.record({
    since: fc.constant(since),
    usage: fc.array(
      fc
        .record({
          from: fc.integer({ min: 0, max: 3 * day }),
          seconds: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9000 })),
          bytes: fc.integer({ min: 0, max: 400 }),
        })
        .map(({ from, seconds, bytes }) => ({ from, to: from + seconds, bytes })),
      { maxLength: 8 },
    ),
    topUps: fc.uniqueArray(fc.integer({ min: since, max: 3 * day }), { maxLength: 3 }).chain((instants) =>
      fc.tuple(
        ...instants.map((at, index) =>
          fc.record({
            id: fc.constant(`t${index}`),
            at: fc.constant(at),
            bytes: fc.integer({ min: 1, max: 200 }),
            // Different ends, because equal ones are used in the order of purchase.
            expiresAt: fc.integer({ min: 0, max: day }).map((later) => at + 4 + later * 4 + index),
          }),
        ),
      ),
    ),
  }),
);

function planOf({ included, windows, rollover, notices, steps }: SimplePlan): QuotaPlan {
  return {
    zone: Zone.of("UTC"),
    cycle: { unit: "day" },
    included: BigInt(included),
    counts: "both",
    windows: windows.map(({ from, to, sixths }) => ({
      ...{ from, to, weight: { numerator: BigInt(sixths), denominator: 6n } },
    })),
    freeClasses: [],
    rollover: rollover && {
      cycles: rollover.cycles,
      most: rollover.most === undefined ? undefined : BigInt(rollover.most),
    },
    notices,
    steps: steps.map((percent) => ({ name: `${percent}`, percent, download: 1n, upload: 1n })),
  };
}

function factsOf({ since, usage, topUps }: SimpleFacts): QuotaFacts {
  return {
    since: midnight + since,
    usage: usage.map(({ from, to, bytes }) => ({
      ...{ from: midnight + from, to: midnight + to, download: BigInt(bytes), upload: 0n },
    })),
    topUps: topUps.map(({ id, at, bytes, expiresAt }) => ({
      ...{ id, at: midnight + at, bytes: BigInt(bytes) },
      expiresAt: expiresAt === undefined ? undefined : midnight + expiresAt,
    })),
  };
}

describe("the calculation of a standing from usage", () => {
  it("gives the result of a simulation of each second", () => {
    fc.assert(
      fc.property(plans, facts, fc.integer({ min: 0, max: 3 * day }), (plan, known, later) => {
        const asOf = known.since + later;
        const found = quotaOn(planOf(plan), factsOf(known), midnight + asOf);
        const dayOf = (text: string) =>
          text.startsWith("t") ? text : LocalDate.parse(text).day - firstDay.day;
        expect({
          used: Number(found.used),
          over: Number(found.over),
          left: found.buckets.map(({ kind, id, left }) => `${kind} ${dayOf(id)} ${left}`),
          step: Number(found.step?.name ?? 0),
          notices: found.notices.map(({ percent, at }) => `${percent}% ${at - midnight}`),
          steps: found.steps.map(({ step, at }) => `${step?.name ?? 0} ${at - midnight}`),
        }).toEqual(secondBySecond(plan, known, asOf));
      }),
      runs(120),
    );
  });
});
