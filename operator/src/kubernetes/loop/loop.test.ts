import { beforeEach, describe, expect, it } from "vitest";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import { Invalid, Refused } from "../client/errors.ts";
import { eventually } from "../testing/eventually.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { ReconcileLoop, type ReconcileReport } from "./loop.ts";
import { done, doneUntil, type Outcome, recheckedBy, stalled, waiting } from "./outcome.ts";
import { WorkQueue } from "./queue.ts";

const resyncEvery = 3_600_000;
const recheckStalledEvery = 300_000;
let clock: ManualClock;
let queue: WorkQueue;
let reports: ReconcileReport[];

beforeEach(() => {
  clock = new ManualClock();
  queue = new WorkQueue({ clock, random: () => 0.5, backoff: { first: 1000, most: 60_000 } });
  reports = [];
});

type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome | "gone">;

function start(reconcile: Reconcile, workers = 1): ReconcileLoop {
  const observe = (report: ReconcileReport) => reports.push(report);
  const loop = new ReconcileLoop({
    queue,
    workers,
    reconcile,
    resyncEvery,
    recheckStalledEvery,
    clock,
    random: () => 0.5,
    observe,
  });
  loop.start();
  return loop;
}

const reported = (count: number) => eventually(`${count} reports`, () => reports.length === count);
const failing = (error: unknown) => async () => Promise.reject(error);
const status = { code: 0, reason: "X", message: "x" };

describe("the loop", () => {
  it.each<[string, Reconcile, Partial<ReconcileReport>]>([
    ["resyncs an object that is done", async () => done, { result: "done", nextAfter: resyncEvery }],
    [
      "repeats a reconcile that is done for now exactly at its given time",
      async () => doneUntil(1_234_567),
      { result: "done", nextAfter: 1_234_567 },
    ],
    [
      "resyncs an object with a distant given time no later than others",
      async () => doneUntil(600_000_000),
      { result: "done", nextAfter: resyncEvery },
    ],
    [
      "repeats a waiting reconcile at its given time",
      async () => waiting("RollingOut", "1 of 2", 5000),
      { result: "waiting", nextAfter: 5000 },
    ],
    [
      "repeats a long waiting reconcile no later than others",
      async () => waiting("Grace", "a week", 600_000_000),
      { result: "waiting", nextAfter: resyncEvery },
    ],
    [
      "repeats a stalled reconcile sooner than one that is done",
      async () => stalled("HostTaken", "x"),
      { result: "stalled", nextAfter: recheckStalledEvery },
    ],
    [
      "repeats a stalled reconcile early when another part of it is due",
      async () => recheckedBy(stalled("HostTaken", "x"), 5_000),
      { result: "stalled", nextAfter: 5_000 },
    ],
    [
      "retries a retryable error",
      failing(new RetryableError("Down", "x")),
      { result: "retryable", nextAfter: 1000, failures: 1 },
    ],
    [
      "waits as long as a busy server asks",
      failing(new Refused({ ...status, code: 429, retryAfter: 7000 })),
      { result: "retryable", nextAfter: 7000 },
    ],
    [
      "retries an error of an unknown type",
      failing(new Error("?")),
      { result: "retryable", nextAfter: 1000 },
    ],
    ["retries a thrown value that is no error", failing("?"), { result: "retryable", nextAfter: 1000 }],
    [
      "repeats a reconcile with a terminal error sooner than one that is done",
      failing(new TerminalError("Wrong", "x")),
      { result: "terminal", nextAfter: recheckStalledEvery, failures: 0 },
    ],
    [
      "treats an object that is refused as invalid as terminal",
      failing(new Invalid({ ...status, code: 422 })),
      { result: "terminal", nextAfter: recheckStalledEvery },
    ],
  ])("%s", async (_title, reconcile, expected) => {
    const loop = start(reconcile);
    queue.add("a", "change");
    await reported(1);
    expect(reports[0]).toMatchObject({ key: "a", ...expected });
    clock.advance((expected.nextAfter ?? resyncEvery) - 1);
    expect(reports).toHaveLength(1);
    clock.advance(1);
    await reported(2);
    await loop.stop(0);
  });

  it("forgets a key of a deleted object", async () => {
    const loop = start(async () => "gone");
    queue.add("a", "change");
    await reported(1);
    expect(clock.pending).toBe(0);
    await loop.stop(0);
  });

  it("works on as many keys at once as it has workers", async () => {
    const release = Promise.withResolvers<void>();
    const running = new Set<string>();
    const loop = start(async (key) => {
      running.add(key);
      await release.promise;
      return done;
    }, 3);
    for (const key of ["a", "b", "c", "d"]) queue.add(key, "change");
    await eventually("three run", () => running.size === 3);
    expect(queue.depth).toBe(1);
    release.resolve();
    await reported(4);
    await loop.stop(0);
  });
});

describe("stopping the loop", () => {
  it("lets a reconcile finish", async () => {
    const release = Promise.withResolvers<void>();
    const loop = start(async () => release.promise.then(() => done));
    queue.add("a", "change");
    queue.add("b", "change");
    await eventually("one runs", () => queue.running === 1);
    const stopping = loop.stop(10_000);
    release.resolve();
    expect(await stopping).toBe(true);
    expect(reports.map(({ key, result }) => `${key} ${result}`)).toEqual(["a done"]);
    expect(clock.pending).toBe(0);
  });

  it("aborts reconciles that take longer than the limit", async () => {
    const loop = start(
      (_key, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    queue.add("a", "change");
    await eventually("it runs", () => queue.running === 1);
    const stopping = loop.stop(10_000);
    clock.advance(10_000);
    expect(await stopping).toBe(false);
    expect(reports[0]?.result).toBe("aborted");
  });
});
