import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withRedis } from "../../../../harness/services/redis.ts";
import { systemClock } from "../../../../process/clock.ts";
import { connectTestState } from "../../../test/testing/process/test-state.ts";
import type { RedisLink } from "../redis/redis.ts";
import { createState } from "../redis/state.ts";
import { Sessions, sessionsPerUser } from "./sessions.ts";

let link: RedisLink;
let prefix: string;
let sessions: Sessions;

beforeAll(async () => {
  ({ link, prefix } = await connectTestState());
  sessions = new Sessions({ state: createState(link), clock: systemClock });
});
afterAll(() => link?.close());

const holder = (userId: string) => ({
  userId,
  role: "agent" as const,
  mustChangePassword: false,
  userVersion: "1",
});

describe("a user who logs in again and again", () => {
  it("keeps only the last sessions, and no entry for those that have ended", async () => {
    const [greedy, other] = [randomUUID(), randomUUID()];
    const apart = await sessions.start(holder(other));
    const started = [];
    for (let turn = 0; turn < sessionsPerUser + 10; turn += 1)
      started.push(await sessions.start(holder(greedy)));
    const alive = await Promise.all(started.map(({ principal }) => sessions.touch(principal)));
    expect(alive.map((principal) => principal !== undefined)).toEqual(started.map((_, turn) => turn >= 10));
    await withRedis(inject("redisState"), async (client) => {
      const key = `${prefix}sessions-of:${greedy}`;
      expect(await client.zcard(key)).toBe(sessionsPerUser);
      // Simulates that twelve hours have passed.
      const all = await client.zrange(key, "0", "-1");
      await client.zadd(key, ...all.flatMap((session) => ["1", session]));
      await sessions.start(holder(greedy));
      expect(await client.zcard(key)).toBe(1);
    });
    expect(await sessions.touch(apart.principal)).toMatchObject({ userId: other });
  });
});
