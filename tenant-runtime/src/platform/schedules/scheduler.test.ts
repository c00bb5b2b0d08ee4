import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import type { TimerClock } from "../../../../process/clock.ts";
import { createLogger } from "../../../../process/log.ts";
import { type MigratedSchema, openMigratedSchema } from "../../../test/testing/database/migrated-schema.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { defineJob } from "../jobs/job.ts";
import { defineSchedule, scheduledInput } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";

const server = inject("postgres18");
const job = defineJob("test.scheduled", scheduledInput);
const nightly = defineSchedule("test.nightly", { at: "02:30" }, job);
let opened: MigratedSchema;
let database: RotatingDatabase;
beforeAll(async () => {
  opened = await openMigratedSchema(server, { poolSize: 4 });
  ({ database } = opened);
});
afterAll(() => opened?.[Symbol.asyncDispose]());
beforeEach(() => query("DELETE FROM jobs; DELETE FROM schedules"));

const query = (text: string) => querySchema(opened.schema, text);
const dates = async () =>
  (await query("SELECT input->>'date' AS date FROM jobs ORDER BY 1")).map(({ date }) => date);

/** A pod's scheduler, at a wall clock that the test sets. */
class Pod {
  static now = 0;
  /** The instant of its next check. */
  next = 0;
  readonly #scheduler: Scheduler;

  constructor(schedules = [nightly], of: RotatingDatabase = database) {
    const clock: TimerClock = {
      now: () => new Date(Pod.now),
      monotonic: () => Pod.now,
      after: (delay) => {
        this.next = Pod.now + delay;
        return () => {};
      },
    };
    const log = createLogger("error");
    this.#scheduler = new Scheduler({ database: of, schedules, timeZone: "Europe/Paris", clock, log });
  }

  start = () => this.#scheduler.start();
  stop = () => this.#scheduler.stop();
}

/** Runs these pods until an instant, each at the times of its own timers. */
async function runUntil(end: string, ...pods: Pod[]): Promise<void> {
  for (;;) {
    const next = Math.min(...pods.map((pod) => pod.next));
    if (next > Date.parse(end)) break;
    Pod.now = next;
    // The work of its timer.
    await Promise.all(pods.filter((pod) => pod.next === next).map((pod) => pod.start()));
  }
  Pod.now = Date.parse(end);
}

describe("a schedule of a tenant with two pods", () => {
  it.each([
    [
      "begins",
      "2026-03-27T12:00:00Z",
      "2026-03-31T12:00:00Z",
      ["2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"],
    ],
    [
      "ends",
      "2026-10-23T12:00:00Z",
      "2026-10-27T12:00:00Z",
      ["2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"],
    ],
  ])("runs once on each local date when summer time %s", async (_what, start, end, expected) => {
    Pod.now = Date.parse(start);
    const pods = [new Pod(), new Pod()];
    await Promise.all(pods.map((pod) => pod.start()));
    expect(await dates()).toEqual([]);
    await runUntil(end, ...pods);
    expect(await dates()).toEqual(expected);
  });

  it("runs at its local time, and not before", async () => {
    Pod.now = Date.parse("2026-03-28T12:00:00Z");
    const pod = new Pod();
    await pod.start();
    await runUntil("2026-03-29T01:29:59Z", pod);
    expect(await dates()).toEqual([]);
    await runUntil("2026-03-29T01:30:00Z", pod);
    expect(await dates()).toEqual(["2026-03-29"]);
  });
});

describe("a schedule while no pod runs", () => {
  it("runs once when a pod is back, for the last date that was missed", async () => {
    Pod.now = Date.parse("2026-05-01T12:00:00Z");
    const before = new Pod();
    await before.start();
    before.stop();
    Pod.now = Date.parse("2026-05-05T12:00:00Z");
    const pods = [new Pod(), new Pod()];
    await Promise.all(pods.map((pod) => pod.start()));
    expect(await dates()).toEqual(["2026-05-05"]);
    await runUntil("2026-05-06T12:00:00Z", ...pods);
    expect(await dates()).toEqual(["2026-05-05", "2026-05-06"]);
  });

  it("runs when PostgreSQL is back, and a date is recorded only together with its job", async () => {
    Pod.now = Date.parse("2026-05-01T12:00:00Z");
    const pod = new Pod();
    await pod.start();
    await query("ALTER TABLE jobs ADD CONSTRAINT away CHECK (kind <> 'test.scheduled') NOT VALID");
    await runUntil("2026-05-02T00:30:01Z", pod);
    expect(await dates()).toEqual([]);
    expect(pod.next - Date.parse("2026-05-02T00:30:00Z")).toBe(5_000);
    await query("ALTER TABLE jobs DROP CONSTRAINT away");
    await runUntil("2026-05-02T00:31:00Z", pod);
    expect(await dates()).toEqual(["2026-05-02"]);
  });
});

it("a scheduler without schedules plans no check", async () => {
  const pod = new Pod([]);
  await pod.start();
  expect(pod.next).toBe(0);
});
