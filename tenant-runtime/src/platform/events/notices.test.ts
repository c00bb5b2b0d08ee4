import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { redisChannels } from "../../../../contract/redis-access.ts";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import { type Relay, startRelay } from "../../../../harness/services/network/relay.ts";
import { withRedis } from "../../../../harness/services/redis.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { createLogger } from "../../../../process/log.ts";
import { topics } from "../../../test/testing/inputs/catalogue.ts";
import { createRedisUser } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";
import { openRedis, type RedisLink } from "../redis/redis.ts";
import { createEvents, type Events } from "./events.ts";

const server = inject("redisCache");
const id = `j${randomBytes(4).toString("hex")}a`;
const password = randomBytes(12).toString("hex");
const log = createLogger("error");
const links: RedisLink[] = [];
let relay: Relay;
/** The notices of one pod, and of another whose way to Redis can be cut. */
let near: Events;
let far: Events;

async function openPod(port: number): Promise<Events> {
  const [publisher, subscriber] = ["cache", "events"].map((name) =>
    openRedis({
      name,
      endpoint: { host: "localhost", port },
      login: { current: () => ({ user: `t_${id}`, password }), onChange: () => () => {} },
      ca: () => server.ca,
      prefix: `t:${id}:`,
      log,
    }),
  ) as [RedisLink, RedisLink];
  links.push(publisher, subscriber);
  const events = createEvents({ publisher, subscriber, prefix: `t:${id}:`, topics, log });
  await Promise.all([publisher.connected(), subscriber.connected()]);
  await until(
    () => events.arrive,
    (arrive) => arrive,
  );
  return events;
}

beforeAll(async () => {
  await createRedisUser(server, id, password);
  relay = await startRelay(server);
  near = await openPod(server.port);
  far = await openPod(relay.port);
});
afterAll(async () => {
  for (const link of links) await link.close();
  await relay?.[Symbol.asyncDispose]();
});

describe("a notice of waiting jobs", () => {
  it("reaches every pod, and does not nudge the relay", async () => {
    const heard: string[] = [];
    const stops = [
      near.onJobsWait(() => heard.push("near")),
      far.onJobsWait(() => heard.push("far")),
      far.onNudge(() => heard.push("nudge")),
      far.onSessionsEnded((user) => heard.push(user)),
    ];
    await near.jobsWait();
    // Behind the notice on the same channel.
    await near.sessionsEnded("user-1");
    await until(
      () => heard,
      (names) => names.includes("user-1"),
    );
    expect(heard.toSorted()).toEqual(["far", "near", "user-1"]);
    for (const stop of stops) stop();
  });

  it("is a nudge for pods of older images, which read no other text", async () => {
    const texts = await withRedis(server, async (client) => {
      const found: string[] = [];
      client.on("message", (_channel, text) => void found.push(text));
      await client.subscribe(redisChannels(namesOnServers(id).redisPrefix).outbox);
      await near.jobsWait();
      return until(
        () => found,
        ({ length }) => length > 0,
      );
    });
    expect(texts).toEqual(['{"jobsWait":true}']);
  });
});

describe("a pod that loses Redis", () => {
  it("detects it at once, and looks for missed events once Redis is back", async () => {
    const heard: string[] = [];
    const stops = [
      far.onJobsWait(() => heard.push("jobs")),
      far.onNudge(() => heard.push("events")),
      far.onLost(() => heard.push("lost")),
    ];
    await relay.cut();
    await until(
      () => far.arrive,
      (arrive) => !arrive,
    );
    expect(heard.splice(0)).toEqual(["lost"]);
    await relay.mend();
    await until(
      () => far.arrive,
      (arrive) => arrive,
    );
    expect(heard.toSorted()).toEqual(["events", "jobs"]);
    for (const stop of stops) stop();
  });
});
