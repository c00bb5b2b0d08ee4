import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import type { AccountingRecord } from "../../src/sessions/records/accounting-record.ts";
import { defaultSessionSettings, type SessionSettings } from "../../src/sessions/records/session-settings.ts";
import { sessionsOf } from "../../src/sessions/testing/records.ts";
import { periodsBetween } from "../../src/sessions/usage/period-rule.ts";
import { usagePerPeriod } from "../../src/sessions/usage/usage-per-period.ts";
import { replay } from "./replay.ts";
import { type Delivery, reportsOf, type TrueSession } from "./truth.ts";

const epoch = 20_600 * 86_400;
const checking = { ...defaultSessionSettings, interimSeconds: undefined };
/** These NASes are honest: if two starts are lost, only the session time contains the facts of the replay. */
const settings = { ...checking, sessionTime: "trusted" } as const;
const forever = epoch + 10 * 86_400;

/**
 * At least as long as a NAS repeats itself: if it reports no delays, a session whose stop was lost and the next
 * session of its id, whose start was lost, are indistinguishable within that time.
 */
const interval = fc.record({
  seconds: fc.integer({ min: 120, max: 900 }),
  up: fc.integer({ min: 0, max: 2_000_000_000 }),
  down: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6_000_000_000 })),
});
const oneUse = fc.record({
  gap: fc.integer({ min: 3, max: 4000 }),
  user: fc.constantFrom("alice", "alice", "bob"),
  intervals: fc.array(interval, { minLength: 1, maxLength: 6 }),
});

/** Two NASes that reuse one id repeatedly, from an evening on. */
const trueSessions = fc
  .tuple(fc.array(oneUse, { minLength: 1, maxLength: 4 }), fc.array(oneUse, { maxLength: 3 }))
  .map(([one, other]) => [...usesOf("bng-1", one), ...usesOf("bng-2", other)]);

function usesOf(nas: string, uses: readonly (Omit<TrueSession, "nas" | "id" | "begin"> & { gap: number })[]) {
  let at = epoch - 3600;
  return uses.map(({ gap, user, intervals }): TrueSession => {
    const begin = at + gap;
    at = begin + intervals.reduce((sum, { seconds }) => sum + seconds, 0);
    return { nas, id: "81", user, begin, intervals };
  });
}

function deliveryOf(sessions: readonly TrueSession[], latest: number): fc.Arbitrary<Delivery> {
  const arrivals = fc.array(fc.integer({ min: 0, max: latest }), { maxLength: 3 });
  return fc.record({
    timestamps: fc.boolean(),
    gigawords: fc.boolean(),
    lateness: fc.tuple(
      ...sessions.map(({ intervals }) =>
        fc.array(arrivals, { minLength: intervals.length + 1, maxLength: intervals.length + 1 }),
      ),
    ),
  });
}

function historyOf(latest: number) {
  return trueSessions.chain((sessions) =>
    fc.tuple(fc.constant(sessions), deliveryOf(sessions, latest), fc.infiniteStream(fc.nat())),
  );
}

/** The packets that arrive; `declared` is the part of its delay that a NAS reports. */
function packets(
  sessions: readonly TrueSession[],
  delivery: Delivery,
  declared: boolean,
): AccountingRecord[] {
  const counter = (bytes: bigint) => (delivery.gigawords ? bytes : bytes % 2n ** 32n);
  return sessions.flatMap((session, index) =>
    reportsOf(session).flatMap((report, place) =>
      (delivery.lateness[index]?.[place] ?? []).map((late) => ({
        status: report.kind,
        nas: session.nas,
        session: session.id,
        user: session.user,
        upload: counter(report.up),
        download: counter(report.down),
        wide: delivery.gigawords,
        seconds: report.kind === "start" ? undefined : report.at - session.begin,
        arrivedAt: report.at + late,
        delay: declared ? late : 0,
        eventAt: delivery.timestamps ? report.at : undefined,
      })),
    ),
  );
}

function shuffled<Item>(items: readonly Item[], randomness: IterableIterator<number>): Item[] {
  return items
    .map((item) => ({ item, weight: randomness.next().value as number }))
    .sort((one, other) => one.weight - other.weight)
    .map(({ item }) => item);
}

const utc = Zone.of("UTC");
const days = periodsBetween({ unit: "day" }, utc, epoch - 86_400, forever);

describe("records of a history that arrive in any order and any number of times", () => {
  it("give the sessions, bytes and days of a replay of the history", () => {
    fc.assert(
      fc.property(historyOf(20_000), ([truth, delivery, randomness]) => {
        const arrived = shuffled(packets(truth, delivery, true), randomness);
        const found = sessionsOf(arrived, settings, forever);
        const expected = replay(truth, delivery);
        const view = (
          one: { nas: string; user: string; beganAt: number },
          up: bigint,
          down: bigint,
          stop?: number,
        ) => JSON.stringify([one.nas, one.user, one.beganAt, `${up}`, `${down}`, stop]);
        expect(
          found
            .map((one) =>
              view(one, one.upload, one.download, one.end?.by === "stop" ? one.end.at : undefined),
            )
            .sort(),
        ).toEqual(
          expected
            .map(({ session, up, down, stoppedAt }) =>
              view({ ...session, beganAt: session.begin }, up, down, stoppedAt),
            )
            .sort(),
        );
        for (const { period, download } of usagePerPeriod(found, days, utc, "proportional")) {
          const ofDay = expected.map(({ downByDay }) => downByDay.get(period.from.day) ?? 0n);
          expect(download).toBe(ofDay.reduce((sum, bytes) => sum + bytes, 0n));
        }
      }),
      runs(1000),
    );
  });

  it("give the same bytes when the NAS does not mark repeated records, while it repeats them", () => {
    fc.assert(
      fc.property(historyOf(50), ([truth, delivery, randomness]) => {
        const long = truth.map((session) => ({ ...session, intervals: session.intervals.map(lengthened) }));
        const apart = spaced(long);
        const found = sessionsOf(shuffled(packets(apart, delivery, false), randomness), settings, forever);
        const expected = replay(apart, delivery);
        const total = (parts: readonly bigint[]) => parts.reduce((sum, part) => sum + part, 0n);
        expect(total(found.map(({ download }) => download))).toBe(total(expected.map(({ down }) => down)));
        expect(total(found.map(({ upload }) => upload))).toBe(total(expected.map(({ up }) => up)));
      }),
      runs(1000),
    );
  });

  it("give the same again when any part of them arrives again", () => {
    fc.assert(
      fc.property(
        historyOf(20_000),
        fc.boolean(),
        fc.constantFrom(settings, checking),
        (history, declared, rule) => {
          const [truth, delivery, randomness] = history;
          const arrived = packets(truth, delivery, declared);
          const once = sessionsOf(arrived, rule, forever);
          const part = shuffled(arrived, randomness).slice(arrived.length / 2);
          expect(sessionsOf(shuffled([...arrived, ...part], randomness), rule, forever)).toEqual(once);
        },
      ),
      runs(2000),
    );
  });

  it("never give more bytes when session times are checked than when they are trusted", () => {
    fc.assert(
      fc.property(historyOf(20_000), ([truth, delivery, randomness]) => {
        const arrived = shuffled(packets(truth, delivery, true), randomness);
        const bytes = (rule: SessionSettings) =>
          sessionsOf(arrived, rule, forever).reduce((sum, one) => sum + one.upload + one.download, 0n);
        expect(bytes(checking)).toBeLessThanOrEqual(bytes(settings));
      }),
      runs(1000),
    );
  });
});

/** A NAS with one session of its id, and the seconds by which its clock is off at each report. */
const wrongClocks = historyOf(20_000).chain(([truth, delivery, randomness]) => {
  const [session] = truth;
  const single = session === undefined ? [] : [session];
  const errors = fc.array(fc.constantFrom(0, 0, -3, -90, -600, -3600, 4, 120, 290), {
    minLength: 7,
    maxLength: 7,
  });
  return fc.tuple(fc.constant(single), fc.constant(delivery), fc.constant(randomness), errors);
});

describe("a clock of the NAS that is set at random within a session", () => {
  it.each(["trusted", "checked"] as const)("gives the result of a replay: %s", (sessionTime) => {
    fc.assert(
      fc.property(wrongClocks, ([truth, delivery, randomness, errors]) => {
        const stamped = { ...delivery, timestamps: true };
        const reports = truth.flatMap(reportsOf);
        const errorOf = ({ eventAt }: AccountingRecord) =>
          errors[reports.findIndex(({ at }) => at === eventAt)] ?? 0;
        const records = packets(truth, stamped, true).map((one) => ({
          ...one,
          eventAt: (one.eventAt ?? 0) + errorOf(one),
        }));
        const shifts = new Set(records.map((one) => one.eventAt - (one.arrivedAt - one.delay)));
        const shift = shifts.size === 1 ? ([...shifts][0] ?? 0) : 0;
        const found = sessionsOf(shuffled(records, randomness), { ...checking, sessionTime }, forever);
        const view = (begin: number, up: bigint, down: bigint) => `${begin} ${up} ${down}`;
        expect(found.map((one) => view(one.beganAt, one.upload, one.download))).toEqual(
          replay(truth, stamped).map(({ session, up, down }) => view(session.begin + shift, up, down)),
        );
        if (shift !== 0) return;
        const ofDay = (day: number) =>
          replay(truth, stamped).reduce((sum, { downByDay }) => sum + (downByDay.get(day) ?? 0n), 0n);
        for (const { period, download } of usagePerPeriod(found, days, utc, "proportional")) {
          expect(download).toBe(ofDay(period.from.day));
        }
      }),
      runs(500),
    );
  });
});

/** The interval, longer than a NAS repeats itself. */
function lengthened<Interval extends { readonly seconds: number }>(one: Interval): Interval {
  return { ...one, seconds: one.seconds + 120 };
}

/** The same sessions with ten minutes between two uses of an id. */
function spaced(sessions: readonly TrueSession[]): TrueSession[] {
  const ends = new Map<string, number>();
  return sessions.map((session) => {
    const begin = Math.max(session.begin, (ends.get(session.nas) ?? 0) + 600);
    ends.set(session.nas, begin + session.intervals.reduce((sum, { seconds }) => sum + seconds, 0));
    return { ...session, begin };
  });
}
