import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { systemClock } from "../../../../process/clock.ts";
import { kinds, type Lease } from "../objects/kinds.ts";
import { type CountingClient, countingClient } from "../testing/api-server.ts";
import { eventually } from "../testing/eventually.ts";
import { type FaultProxy, startFaultProxy } from "../testing/fault-proxy.ts";
import { LeaderElection, type LeaderEvent, type LeaderOptions, type Term } from "./leader.ts";

/** A lease longer than the test, so that no pause of this machine ends a term. */
const times = { leaseDuration: 3_600_000, renewDeadline: 600_000, retryPeriod: 100 };

interface Candidate {
  readonly election: LeaderElection;
  readonly events: LeaderEvent[];
  readonly proxy: FaultProxy;
  readonly stop: AbortController;
}

let direct: CountingClient;
let name: string;
let opened: AsyncDisposableStack;

beforeEach(() => {
  opened = new AsyncDisposableStack();
  direct = countingClient(inject("kubernetes").kubeconfigPath);
  opened.defer(() => direct.client.close());
  name = `lease-${randomBytes(4).toString("hex")}`;
});

afterEach(() => opened.disposeAsync());

async function candidate(identity: string, options: Partial<LeaderOptions> = {}): Promise<Candidate> {
  const proxy = opened.use(await startFaultProxy(inject("kubernetes").url));
  const { client } = countingClient(inject("kubernetes").kubeconfigPath, {
    server: proxy.url,
    requestTimeoutMs: 5000,
  });
  const stop = new AbortController();
  opened.defer(async () => {
    stop.abort();
    await client.close();
  });
  const events: LeaderEvent[] = [];
  const election = new LeaderElection({
    client,
    namespace: "default",
    name,
    identity,
    ...times,
    fieldManager: "test",
    clock: systemClock,
    random: Math.random,
    observe: (event) => events.push(event),
    ...options,
  });
  return { election, events, proxy, stop };
}

async function elect({ election, stop }: Candidate): Promise<Term> {
  const term = await election.acquire(stop.signal);
  if (!term) throw new Error("the election was stopped");
  opened.defer(() => term.release());
  return term;
}

const lease = (): Promise<Lease> => direct.client.get(kinds.lease, { namespace: "default", name });
const holder = async () => (await lease()).spec?.holderIdentity;

describe("two candidates", () => {
  it("elect one leader, and the lease carries its name", async () => {
    const [a, b] = [await candidate("a"), await candidate("b")];
    const first = await Promise.race([elect(a), elect(b)]);
    const loser = (await holder()) === "a" ? b : a;
    await eventually("the other waits", () => loser.events.some(({ type }) => type === "waiting"));
    const before = (await lease()).spec?.renewTime;
    await eventually("the leader has renewed", async () => (await lease()).spec?.renewTime !== before);
    expect(loser.events.some(({ type }) => type === "acquired")).toBe(false);
    expect(first.signal.aborted).toBe(false);
  });

  it("change over at once when the leader releases the lease", async () => {
    const [a, b] = [await candidate("a"), await candidate("b")];
    const first = await elect(a);
    const second = elect(b);
    await eventually("b waits", () => b.events.some(({ type }) => type === "waiting"));
    await first.release();
    const { transitions } = await second;
    expect(await holder()).toBe("b");
    expect(transitions).toBe(first.transitions + 1);
  });

  it("change over when the leader is silent, and the old leader stops before the new one begins", async () => {
    const short = { leaseDuration: 2000, renewDeadline: 1000 };
    const [a, b] = [await candidate("a", short), await candidate("b", short)];
    const first = await elect(a);
    const order: string[] = [];
    first.signal.addEventListener("abort", () => order.push("a lost"));
    const second = elect(b).then((term) => {
      order.push("b won");
      return term;
    });
    await eventually("b waits", () => b.events.some(({ type }) => type === "waiting"));
    a.proxy.refuse(true);
    a.proxy.stall();
    const { transitions } = await second;
    expect(order).toEqual(["a lost", "b won"]);
    expect(transitions).toBe(first.transitions + 1);
    expect(await holder()).toBe("b");
  });
});

describe("a leader", () => {
  it("survives cut connections within its deadline", async () => {
    const a = await candidate("a");
    const term = await elect(a);
    const before = (await lease()).spec?.renewTime;
    a.proxy.refuse(true);
    a.proxy.cut();
    await eventually("a renewal has failed", () => a.events.some(({ type }) => type === "failed"));
    a.proxy.refuse(false);
    await eventually("it has renewed", async () => (await lease()).spec?.renewTime !== before);
    expect(term.signal.aborted).toBe(false);
  });

  it("keeps the lease when one connection is silent and another can be made", async () => {
    const a = await candidate("a", { renewDeadline: 10_000 });
    const term = await elect(a);
    a.proxy.stall();
    await eventually("a renewal was given up", () => a.events.some(({ type }) => type === "failed"));
    const before = (await lease()).spec?.renewTime;
    await eventually("it has renewed again", async () => (await lease()).spec?.renewTime !== before);
    expect(term.signal.aborted).toBe(false);
  });

  it("stops at once when another replica holds the lease", async () => {
    const a = await candidate("a");
    const term = await elect(a);
    await direct.client.merge(
      kinds.lease,
      { namespace: "default", name },
      { spec: { holderIdentity: "usurper" } },
      { fieldManager: "test" },
    );
    await eventually("it has noticed", () => term.signal.aborted);
    expect(a.events).toContainEqual({ type: "lost", reason: "another replica holds the lease" });
    await term.release();
    expect(await holder()).toBe("usurper");
  });

  it("keeps the lease when another client only labels it", async () => {
    const a = await candidate("a");
    const term = await elect(a);
    const patch = { metadata: { labels: { seen: "yes" } } };
    await direct.client.merge(kinds.lease, { namespace: "default", name }, patch, { fieldManager: "test" });
    const before = (await lease()).spec?.renewTime;
    await eventually("it has renewed", async () => (await lease()).spec?.renewTime !== before);
    expect(term.signal.aborted).toBe(false);
    expect((await lease()).metadata.labels).toEqual({ seen: "yes" });
  });

  it("stops when its lease is deleted", async () => {
    const term = await elect(await candidate("a"));
    await direct.client.delete(kinds.lease, { namespace: "default", name });
    await eventually("it has noticed", () => term.signal.aborted);
  });

  it("gets a new term when it returns under its old name after a crash", async () => {
    const first = await elect(await candidate("a"));
    const again = await elect(await candidate("a"));
    expect(again.transitions).toBe(first.transitions + 1);
    await eventually("the process before has noticed", () => first.signal.aborted);
  });
});

it("withdraws when it is stopped before it was elected", async () => {
  await elect(await candidate("a"));
  const b = await candidate("b");
  const acquiring = b.election.acquire(b.stop.signal);
  b.stop.abort();
  expect(await acquiring).toBeUndefined();
});

it.each([
  [{ leaseDuration: 1000, renewDeadline: 1000 }, "must be shorter than leaseDuration"],
  [{ renewDeadline: 1000, retryPeriod: 600 }, "must fit twice into renewDeadline"],
])("refuses unsafe times: %j", async (wrong, message) => {
  await expect(candidate("a", wrong)).rejects.toThrow(message);
});
