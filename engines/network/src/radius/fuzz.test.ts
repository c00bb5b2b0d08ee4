import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { fuzzPackets } from "./testing/fuzz-packets.ts";

describe("broken packets", () => {
  it("are read or refused with a reason, and no octets beyond their own are read", () => {
    const packets = runs(20_000).numRuns;
    const { read, malformed, refused } = fuzzPackets(packets, 1);
    const sum = Object.values(refused).reduce((total, count) => total + count, 0);
    expect(read + sum).toBe(packets);
    expect(read).toBeGreaterThan(packets / 20);
    expect(malformed).toBeGreaterThan(0);
    expect(refused["attribute-overruns"]).toBeGreaterThan(0);
  });
});
