import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { systemClock } from "../../../../process/clock.ts";
import { connectTestState } from "../../../test/testing/process/test-state.ts";
import type { RedisLink } from "../redis/redis.ts";
import { createState } from "../redis/state.ts";
import { localWindow, sharedWindow } from "./limits-window.ts";

let link: RedisLink;
let elapsed = 0;
const clock = { ...systemClock, monotonic: () => elapsed };

beforeAll(async () => {
  ({ link } = await connectTestState());
});
afterAll(() => link?.close());

it.each([
  ["in Redis", () => sharedWindow({ state: createState(link), clock })],
  ["in the process", () => localWindow(clock)],
])("a refusal says when the oldest request leaves, counted %s", async (_, create) => {
  const count = create();
  const window = { key: `limit:${randomUUID()}`, limit: 2, seconds: 60 };
  expect(await count([window])).toMatchObject({ allowed: true, remaining: 1, resetSeconds: 60 });
  elapsed += 12_000;
  expect(await count([window])).toMatchObject({ allowed: true, remaining: 0, resetSeconds: 60 });
  elapsed += 12_500;
  expect(await count([window])).toMatchObject({ allowed: false, remaining: 0, resetSeconds: 36 });
});
