import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

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

  it("are those of its days, and others are reported", () => {
    const others = [
      { at: "2026-02-28T23:57:29Z", in: 70, out: 0 },
      { at: "2026-02-28T23:57:30Z", in: 20, out: 0 },
      { at: "2026-03-31T23:57:29Z", in: 30, out: 0 },
      { at: "2026-03-31T23:57:30Z", in: 90, out: 0 },
    ];
    const expected =
      "expected a sample of the period, at or after 2026-02-28T23:57:30Z and before 2026-03-31T23:57:30Z";
    expect(percentile(others)).toMatchObject({
      billed: 30,
      setAside: [
        { path: "samples[0]", message: `${expected}; found 2026-02-28T23:57:29Z: it does not count` },
        { path: "samples[3]", message: `${expected}; found 2026-03-31T23:57:30Z: it does not count` },
      ],
    });
  });

  it("are accepted when one is too many, which is reported", () => {
    const samples = [sample("12:00:00", 10), sample("12:01:00", 90)];
    expect(percentile(samples)).toMatchObject({ billed: 10, setAside: [{ path: "samples[1]" }] });
  });
});
