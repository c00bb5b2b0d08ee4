import { describe, expect, it } from "vitest";
import { run } from "../../../base/cli/testing/run.ts";
import { network } from "../program.ts";

const percentile = (samples: object[], more: object = {}) =>
  run(network, "percentile", {
    ...{ zone: "UTC", period: { from: "2026-03-01", to: "2026-04-01" }, samples, ...more },
  });
const sample = (time: string, rateIn: number, more: object = {}) => ({
  ...{ at: `2026-03-01T${time}Z`, in: rateIn, out: 0, ...more },
});

describe("the samples of a month", () => {
  it("may be seconds early or late", () => {
    const samples = [sample("12:00:01", 10), sample("12:04:59", 20), sample("12:10:01", 30)];
    expect(percentile(samples)).toMatchObject({ missing: 8925, billed: 30, setAside: [] });
  });

  it("are added for the ports of one line", () => {
    const samples = [
      ...[sample("12:00:00", 100), sample("12:00:00", 50)],
      ...[sample("12:05:00", 10), sample("12:05:00", 20)],
    ];
    expect(percentile(samples)).toMatchObject({ missing: 8926, billed: 150, setAside: [] });
    const named = ["a", "b"].map((port) => sample("12:00:00", 50, { port }));
    expect(percentile(named)).toMatchObject({ billed: 100 });
  });

  it("do not refuse a month for one that is too many", () => {
    const samples = [sample("12:00:00", 10), sample("12:01:00", 90)];
    expect(percentile(samples)).toMatchObject({ billed: 10, setAside: [{ path: "samples[1]" }] });
  });
});
