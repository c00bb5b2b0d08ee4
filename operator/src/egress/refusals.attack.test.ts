import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../kubernetes/testing/eventually.ts";
import { connectThrough, type ProxyAnswer } from "./testing/connect-through.ts";
import { type EgressWorld, type RunningProxy, startEgressWorld } from "./testing/egress-world.ts";

const [attacker, neighbour] = ["127.0.0.66", "127.0.0.77"];
const unlisted = "unlisted.example.com:443";

let world: EgressWorld;
let proxy: RunningProxy;
let token: string;

beforeAll(async () => {
  world = await startEgressWorld();
  token = await world.token(await world.createTenant("north"));
  // The attacker gets nothing back while a test runs.
  const config = {
    refusalsPerAddress: { perSecond: 0.001, burst: 20 },
    connectionsPerAddress: 1_000,
    newConnectionsPerAddress: { perSecond: 0.001, burst: 300 },
  };
  proxy = await world.startProxy({ config });
  await eventually("the proxy knows the tenant", async () => (await ask(neighbour, token)).status === 403);
});

afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

function ask(from: string, shown?: string): Promise<ProxyAnswer> {
  return connectThrough({ ...proxy, from }, unlisted, shown);
}

/** Tokens of the right form, each another one: no answer about one holds for the next. */
const madeUp = (index: number) => `header.payload${index}.signature`;

const refusedReviews = () => proxy.metric('dotmac_egress_token_reviews_total{result="refused"}');

it("a pod that makes up tokens causes a bounded number of token reviews", async () => {
  const answers: ProxyAnswer[] = [];
  for (let round = 0; round < 20; round += 1)
    answers.push(
      ...(await Promise.all(
        Array.from({ length: 10 }, (_, index) => ask(attacker, madeUp(round * 10 + index))),
      )),
    );
  // Ten at a time: nine may be under way when the last refusal is counted.
  expect(await refusedReviews()).toBeGreaterThanOrEqual(20);
  expect(await refusedReviews()).toBeLessThan(30);
  const last = answers.at(-1);
  expect(last).toMatchObject({ status: 429, headers: { "dotmac-egress-refusal": "refused-too-often" } });
  expect(last?.body).toContain('send the pod\'s projected token of the audience "egress"');
  expect(last?.headers["retry-after"]).toBe("5");
  expect(proxy.lines.filter(({ message }) => message === "refused").length).toBeLessThan(40);
});

it("a refused pod is refused even with a valid token, while a neighbour's tokens are reviewed and accepted", async () => {
  expect((await ask(attacker, token)).status).toBe(429);
  expect((await ask(neighbour, token)).headers["dotmac-egress-refusal"]).toBe("not-listed");
  expect((await ask(neighbour, madeUp(1_000))).status).toBe(407);
});

it("a pod without a token has the same bound", async () => {
  const from = "127.0.0.67";
  const statuses: number[] = [];
  for (let index = 0; index < 25; index += 1) statuses.push((await ask(from)).status);
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(407));
  expect(statuses.slice(20)).toEqual(Array(5).fill(429));
});

it("refusals for other reasons than the token do not count", async () => {
  const from = "127.0.0.68";
  for (let index = 0; index < 25; index += 1) expect((await ask(from, token)).status).toBe(403);
});

it("a pod that opens connections without end causes a bounded number of handshakes, and none later, its neighbour's apart", async () => {
  const from = "127.0.0.69";
  const dropped = () => proxy.metric("dotmac_egress_connections_dropped_total");
  const before = await dropped();
  const settled = await Promise.allSettled(Array.from({ length: 400 }, () => ask(from, token)));
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(300);
  expect((await dropped()) - before).toBe(100);
  await expect(ask(from, token)).rejects.toThrow();
  expect((await ask(neighbour, token)).status).toBe(403);
});
