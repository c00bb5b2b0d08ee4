import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../process/log.ts";
import { recordEvents } from "../../test/testing/database/record-events.ts";
import { openTenantDatabase } from "../../test/testing/database/tenant-database.ts";
import { topics } from "../../test/testing/inputs/catalogue.ts";
import { createTestTenant, type TestTenant } from "../../test/testing/process/test-tenant.ts";
import { until } from "../../test/testing/process/until.ts";
import type { RotatingDatabase } from "../platform/database/rotating-database.ts";
import { createEventLog, type EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";
import { takeEvents } from "../platform/events/take-events.ts";
import { EventFeed } from "./event-feed.ts";
import { replay } from "./replay.ts";

let tenant: TestTenant;
let database: RotatingDatabase;
beforeAll(async () => {
  tenant = await createTestTenant();
  database = openTenantDatabase(tenant);
});
afterAll(async () => {
  await database.close();
  await tenant[Symbol.asyncDispose]();
});

let feed: EventFeed;
let start: number;
beforeEach(async () => {
  feed = new EventFeed(createEventLog(database, topics), createLogger("error"));
  await feed.start();
  start = feed.position;
});

/** Records and numbers this many events: 1, 2, 3, … of this test. */
async function happen(count: number): Promise<readonly SequencedEvent[]> {
  await recordEvents(
    tenant,
    "customer",
    Array.from({ length: count }, (_, index) => String(index)),
  );
  await takeEvents(database, topics, count);
  const { events } = await createEventLog(database, topics).page({ after: start, limit: count });
  return events;
}

/** The events that a follower receives, as 1, 2, 3, … of this test. */
function following(): number[] {
  const given: number[] = [];
  feed.follow(({ sequence }) => given.push(sequence - start));
  return given;
}

describe("a feed", () => {
  it.each([
    ["in order", [1, 2, 3, 4, 5]],
    ["with repetitions", [1, 1, 2, 1, 3, 3, 4, 5, 2]],
    ["with a gap", [1, 2, 5]],
    ["in the wrong order", [3, 1, 5, 4, 2]],
    ["all but the last unheard", [5]],
  ])("gives each event once and in order when they are heard %s", async (_how, order) => {
    const given = following();
    const events = await happen(5);
    for (const place of order) {
      const event = events[place - 1];
      if (event !== undefined) feed.hear(event);
    }
    await until(
      () => given,
      ({ length }) => length >= 5,
    );
    await database.ping();
    expect(given).toEqual([1, 2, 3, 4, 5]);
  });

  it("asks for the events that it lacks when it learns the last position, page by page", async () => {
    const given = following();
    await happen(450);
    feed.reached(start + 450);
    await until(
      () => given,
      ({ length }) => length >= 450,
    );
    expect(given).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
  });

  it("without followers reads nothing and gives a new follower only later events", async () => {
    const [, , , last] = await happen(4);
    feed.reached(start + 3);
    expect(feed.position).toBe(start + 3);
    const given = following();
    if (last !== undefined) feed.hear(last);
    expect(given).toEqual([4]);
  });

  it("gives nothing to a follower after its end", async () => {
    const [event] = await happen(1);
    const given: unknown[] = [];
    feed.follow((followed) => given.push(followed))();
    if (event !== undefined) feed.hear(event);
    expect([given, feed.position]).toEqual([[], start + 1]);
  });
});

/** Replays after the given event of this test. Returns the sent events and the way it ended. */
async function replayed(
  after: number,
  whileSending: () => void = () => {},
  eventLog: EventLog = createEventLog(database, topics),
) {
  const sent: number[] = [];
  const ended = Promise.withResolvers<number | "too far behind">();
  const replaying = replay({
    feed,
    eventLog,
    after: start + after,
    topics: ["customers"],
    send: async (events) => {
      sent.push(...events.map(({ sequence }) => sequence - start));
      whileSending();
    },
    live: (seen) => ended.resolve(seen - start),
    tooFarBehind: () => ended.resolve("too far behind"),
  });
  await replaying;
  return { sent, ended: await ended.promise };
}

describe("a replay", () => {
  it("sends the missed events and continues live", async () => {
    await happen(3);
    feed.reached(start + 3);
    expect(await replayed(1)).toEqual({ sent: [2, 3], ended: 3 });
    expect(await replayed(3)).toEqual({ sent: [], ended: 3 });
  });

  it("also sends the events that happen while it sends", async () => {
    await happen(5);
    feed.reached(start + 3);
    expect(await replayed(0, () => feed.reached(start + 5))).toEqual({ sent: [1, 2, 3, 4, 5], ended: 5 });
  });

  it("does not repeat an event that another pod showed before this one heard of it", async () => {
    const given = following();
    await happen(3);
    expect(await replayed(2)).toEqual({ sent: [], ended: 2 });
    await until(
      () => given,
      ({ length }) => length >= 3,
    );
    expect(given).toEqual([1, 2, 3]);
  });

  it("loses no event that the feed gives while it asks for the last position", async () => {
    const given = following();
    const events = await happen(3);
    const asking = createEventLog(database, topics);
    const last = async () => {
      for (const event of events) feed.hear(event);
      return asking.last();
    };
    expect(await replayed(1, undefined, { ...asking, last })).toEqual({ sent: [2, 3], ended: 3 });
    expect(given).toEqual([1, 2, 3]);
  });

  it("is refused for a position that was never given, and for events that are deleted", async () => {
    await happen(3);
    feed.reached(start + 3);
    expect(await replayed(4)).toMatchObject({ ended: "too far behind" });
    await database.transaction((transaction) =>
      transaction.query("DELETE FROM outbox_events WHERE relay_position <= $1", [start + 2]),
    );
    expect(await replayed(1)).toEqual({ sent: [], ended: "too far behind" });
    expect(await replayed(2)).toEqual({ sent: [3], ended: 3 });
  });
});
