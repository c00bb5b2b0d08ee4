import { beforeEach, describe, expect, it } from "vitest";
import { ManualClock } from "../kubernetes/testing/manual-clock.ts";
import { type Place, type SourceRefusal, Sources } from "./sources.ts";

describe("the places of a front", () => {
  let clock: ManualClock;
  let sources: Sources;
  let closed: string[];

  beforeEach(() => {
    clock = new ManualClock();
    closed = [];
    const flow = { perSecond: 1_000, burst: 2_000 };
    sources = new Sources(
      {
        connections: 8,
        connectionsPerSource: 6,
        newConnections: { perSecond: 1, burst: 10 },
        toServer: flow,
        toClient: flow,
      },
      clock,
    );
  });

  const admit = (address: string, name = address) => sources.admit(address, () => closed.push(name));
  const admitted = (answer: Place | SourceRefusal): Place => {
    if (typeof answer === "string") throw new Error(`expected a place, found ${answer}`);
    return answer;
  };

  it("are shared: the source with the most loses its newest to the source with the least", () => {
    for (let count = 1; count <= 6; count++) admit("a", `a${count}`);
    for (let count = 1; count <= 2; count++) admit("b", `b${count}`);
    admitted(admit("c"));
    admitted(admit("d"));
    expect(closed).toEqual(["a6", "a5"]);
    expect(sources.open).toBe(8);
  });

  it("are kept by a source with no more than the new source would have", () => {
    for (const address of ["a", "b", "c", "d"]) {
      admit(address);
      admit(address);
    }
    expect(admit("a")).toBe("full");
    admitted(admit("e"));
    expect(closed).toHaveLength(1);
    expect(admit("e")).toBe("full");
  });

  it("are released once, even when they are released again", () => {
    const place = admitted(admit("a"));
    place.release();
    place.release();
    expect(sources.open).toBe(0);
  });

  it("are given at the configured rate, also to a source that releases them", () => {
    for (let count = 1; count <= 10; count++) admitted(admit("a")).release();
    expect(admit("a")).toBe("opened-too-fast");
    admitted(admit("b"));
    clock.advance(1_000);
    admitted(admit("a"));
  });

  it("share the bytes of their source, which are refilled with time", () => {
    const [one, other] = [admitted(admit("a")), admitted(admit("a"))];
    expect(one.toServer.spend(2_000, clock.monotonic())).toBe(0);
    expect(other.toServer.spend(500, clock.monotonic())).toBe(500);
    expect(admitted(admit("b")).toServer.spend(2_000, clock.monotonic())).toBe(0);
    clock.advance(500);
    expect(other.toServer.spend(0, clock.monotonic())).toBe(0);
  });

  it("are forgotten with their source only when it has no connection and no debt", () => {
    const open = admitted(admit("a"));
    admitted(admit("b")).release();
    sources.forgetIdle();
    expect(sources.size).toBe(2);
    clock.advance(60_000);
    sources.forgetIdle();
    expect(sources.size).toBe(1);
    open.release();
    clock.advance(60_000);
    sources.forgetIdle();
    expect(sources.size).toBe(0);
  });
});
