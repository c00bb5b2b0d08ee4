import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { type Priority, priorities, WorkQueue } from "./queue.ts";

const backoff = { first: 1000, most: 60_000 };
let clock: ManualClock;
let queue: WorkQueue;

beforeEach(() => {
  clock = new ManualClock();
  queue = new WorkQueue({ clock, random: () => 0.5, backoff });
});

/** The key that a worker would get now, or undefined. It leaves no worker waiting. */
async function takeNow(from: WorkQueue = queue): Promise<string | undefined> {
  return from.depth === 0 ? undefined : from.take();
}

async function takeAll(): Promise<string[]> {
  const keys: string[] = [];
  for (let key = await takeNow(); key !== undefined; key = await takeNow()) {
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

describe("the work queue", () => {
  it("holds a key once, even if it is added more often", async () => {
    for (const key of ["a", "b", "a", "a"]) queue.add(key, "change");
    expect(await takeAll()).toEqual(["a", "b"]);
  });

  it("ignores keys that are added while its replica stands by", async () => {
    queue = new WorkQueue({ clock, random: () => 0.5, backoff, standby: true });
    queue.add("a", "person");
    queue.addAfter("b", 10, "change");
    clock.advance(10);
    expect(queue.depth).toBe(0);
    queue.open();
    queue.add("c", "change");
    expect(await takeAll()).toEqual(["c"]);
  });

  it("gives a key that is added during its run to no second worker, but again afterwards", async () => {
    queue.add("a", "change");
    expect(await queue.take()).toBe("a");
    queue.add("a", "change");
    expect(queue.depth).toBe(0);
    queue.done("a");
    expect(await takeAll()).toEqual(["a"]);
  });

  it("hands a key to a worker that is already waiting", async () => {
    const waiting = queue.take();
    queue.add("a", "change");
    expect(await waiting).toBe("a");
    expect(queue.running).toBe(1);
  });

  it("serves changes by users before other changes, and those before resyncs", async () => {
    queue.add("resync", "resync");
    queue.add("change", "change");
    queue.add("person", "person");
    expect(await takeAll()).toEqual(["person", "change", "resync"]);
  });

  it("moves a waiting key up when a user changes its object, never down", async () => {
    for (const key of ["a", "b", "c"]) queue.add(key, "resync");
    queue.add("c", "person");
    queue.add("c", "resync");
    expect(await takeAll()).toEqual(["c", "a", "b"]);
  });

  it("does not starve a resync by a flood of changes", async () => {
    queue.add("old", "resync");
    clock.advance(1);
    const served: string[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      queue.add(`new-${turn}`, "person");
      queue.add(`newer-${turn}`, "person");
      const key = await queue.take();
      served.push(key ?? "");
      queue.done(key ?? "");
    }
    expect(served).toContain("old");
  });
});

describe("a delayed key", () => {
  it("is handed out when its time is over, not before", async () => {
    queue.addAfter("a", 1000, "change");
    clock.advance(999);
    expect(await takeNow()).toBeUndefined();
    clock.advance(1);
    expect(await takeNow()).toBe("a");
  });

  it("is handed out at the earliest of several times", async () => {
    queue.addAfter("a", 5000, "resync");
    queue.addAfter("a", 1000, "change");
    queue.addAfter("a", 9000, "resync");
    clock.advance(1000);
    expect(await takeAll()).toEqual(["a"]);
    clock.advance(20_000);
    expect(await takeAll()).toEqual([]);
  });

  it("is handed out at once when it is added meanwhile, and not a second time", async () => {
    queue.addAfter("a", 1000, "resync");
    queue.add("a", "change");
    expect(await takeAll()).toEqual(["a"]);
    clock.advance(1000);
    expect(await takeAll()).toEqual([]);
  });
});

describe("a failing key", () => {
  async function failOnce(key: string): Promise<number> {
    expect(await queue.take()).toBe(key);
    const delay = queue.retry(key);
    queue.done(key);
    return delay;
  }

  it("waits twice as long each time, up to a limit", async () => {
    const delays: number[] = [];
    queue.add("a", "change");
    for (let turn = 0; turn < 9; turn += 1) {
      const delay = await failOnce("a");
      delays.push(delay);
      clock.advance(delay);
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("waits as long as the server asked for, if that is longer", async () => {
    queue.add("a", "change");
    await queue.take();
    expect(queue.retry("a", 30_000)).toBe(30_000);
  });

  it("starts with the shortest delay after a success", async () => {
    queue.add("a", "change");
    clock.advance(await failOnce("a"));
    clock.advance(await failOnce("a"));
    await queue.take();
    queue.forget("a");
    queue.done("a");
    queue.add("a", "change");
    expect(await failOnce("a")).toBe(1000);
  });

  it("is retried at once when a user changes its object", async () => {
    queue.add("a", "change");
    await failOnce("a");
    queue.add("a", "person");
    expect(await takeNow()).toBe("a");
  });

  it("is not retried earlier because of changes that it causes itself", async () => {
    queue.add("a", "change");
    for (let turn = 0; turn < 5; turn += 1) clock.advance(await failOnce("a"));
    clock.advance(10);
    queue.add("a", "change");
    const first = await takeNow();
    expect(first).toBe("a");
    queue.retry("a");
    queue.add("a", "change");
    queue.done("a");
    expect(await takeNow()).toBeUndefined();
    clock.advance(1000);
    expect(await takeNow()).toBe("a");
  });

  it("is not retried earlier because of changes that are gathered for a moment", async () => {
    queue.add("a", "change");
    for (let turn = 0; turn < 5; turn += 1) clock.advance(await failOnce("a"));
    await failOnce("a");
    queue.addAfter("a", 50, "change");
    clock.advance(999);
    expect(await takeNow()).toBeUndefined();
    clock.advance(1);
    expect(await takeNow()).toBe("a");
  });

  it("does not delay other keys: each is served in its turn", async () => {
    queue.add("poison", "change");
    const served: string[] = [];
    for (let turn = 0; turn < 100; turn += 1) {
      queue.add(`good-${turn}`, "change");
      while (queue.depth > 0) {
        const key = (await queue.take()) ?? "";
        if (key === "poison") queue.retry(key);
        else served.push(key);
        queue.done(key);
      }
      clock.advance(100);
    }
    expect(served).toEqual(Array.from({ length: 100 }, (_, turn) => `good-${turn}`));
  });
});

describe("a key with spacing", () => {
  beforeEach(async () => {
    queue = new WorkQueue({ clock, random: () => 0.5, backoff, spacing: 500 });
  });

  async function run(): Promise<void> {
    const key = (await queue.take()) ?? "";
    queue.addAfter(key, 60_000, "resync");
    queue.done(key);
  }

  it("is handed out at once after the first change, then once per spacing", async () => {
    queue.add("a", "change");
    const runs: number[] = [];
    for (let time = 0; time <= 2000; time += 50) {
      if (queue.depth > 0) {
        runs.push(time);
        await run();
      }
      queue.addAfter("a", 50, "change");
      clock.advance(50);
    }
    expect(runs).toEqual([0, 500, 1000, 1500, 2000]);
  });

  it("keeps its spacing when the change came during the run", async () => {
    queue.add("a", "change");
    await queue.take();
    queue.addAfter("a", 50, "change");
    queue.done("a");
    clock.advance(499);
    expect(await takeNow()).toBeUndefined();
    clock.advance(1);
    expect(await takeNow()).toBe("a");
  });

  it("is run at once when a user changes its object", async () => {
    queue.add("a", "change");
    await run();
    queue.add("a", "person");
    expect(await takeNow()).toBe("a");
  });
});

describe("a closed queue", () => {
  it("hands out nothing more and waits for running work", async () => {
    queue.add("a", "change");
    queue.add("b", "change");
    await queue.take();
    let drained = false;
    const closing = queue.close().then(() => {
      drained = true;
    });
    expect(await queue.take()).toBeUndefined();
    queue.add("c", "person");
    expect(queue.depth).toBe(0);
    await Promise.resolve();
    expect(drained).toBe(false);
    queue.done("a");
    await closing;
    expect(drained).toBe(true);
  });

  it("releases waiting workers and leaves no timer", async () => {
    const waiting = queue.take();
    queue.addAfter("a", 1000, "change");
    await queue.close();
    expect(await waiting).toBeUndefined();
    expect(clock.pending).toBe(0);
  });
});

it("refuses to complete a key that no worker has", () => {
  expect(() => queue.done("a")).toThrow("no worker has it");
});

it("forgets keys that are done", async () => {
  for (let number = 0; number < 1000; number += 1) queue.add(`k${number}`, "change");
  await takeAll();
  expect(queue.failing).toBe(0);
  expect(clock.pending).toBe(0);
  expect(queue.longestRunning).toBe(0);
});

type Step =
  | { readonly do: "add"; readonly key: string; readonly priority: Priority }
  | { readonly do: "addAfter"; readonly key: string; readonly delay: number }
  | { readonly do: "take" }
  | { readonly do: "finish"; readonly which: number; readonly fails: boolean }
  | { readonly do: "wait"; readonly time: number };

const aKey = fc.constantFrom("a", "b", "c", "d");
const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("add" as const), key: aKey, priority: fc.constantFrom(...priorities) }),
  fc.record({ do: fc.constant("addAfter" as const), key: aKey, delay: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ do: fc.constant("take" as const) }),
  fc.record({ do: fc.constant("finish" as const), which: fc.nat(3), fails: fc.boolean() }),
  fc.record({ do: fc.constant("wait" as const), time: fc.integer({ min: 1, max: 5000 }) }),
);

it("never gives one key to two workers and never loses a key, in any order of calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { maxLength: 80 }), async (steps) => {
      const time = new ManualClock();
      const tested = new WorkQueue({ clock: time, random: Math.random, backoff, spacing: 300 });
      const running: string[] = [];
      /** Keys that were queued and that no worker has taken since. */
      const owed = new Set<string>();
      const take = async () => {
        const key = await takeNow(tested);
        if (key === undefined) return;
        expect(running).not.toContain(key);
        running.push(key);
        owed.delete(key);
      };
      const finish = (which: number, fails: boolean) => {
        const [key] = running.splice(which % Math.max(running.length, 1), 1);
        if (key === undefined) return;
        if (fails) {
          tested.retry(key);
          owed.add(key);
        } else tested.forget(key);
        tested.done(key);
      };
      for (const step of steps) {
        if (step.do === "add") {
          tested.add(step.key, step.priority);
          owed.add(step.key);
        } else if (step.do === "addAfter") {
          tested.addAfter(step.key, step.delay, "resync");
          owed.add(step.key);
        } else if (step.do === "take") await take();
        else if (step.do === "finish") finish(step.which, step.fails);
        else time.advance(step.time);
      }
      while (running.length > 0) finish(0, false);
      for (let turn = 0; turn < 10 && owed.size > 0; turn += 1) {
        time.advance(120_000);
        while (tested.depth > 0) {
          await take();
          finish(0, false);
        }
      }
      expect([...owed]).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
