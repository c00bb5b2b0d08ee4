import { describe, expect, it } from "vitest";
import { run } from "../../base/cli/testing/run.ts";
import { support } from "./program.ts";

const hours = [{ days: ["friday", "monday"], from: "09:00", to: "17:00" }];
const worktime = (more: object) => run(support, "worktime", { calendar: { zone: "UTC", hours }, ...more });
const [friday, monday] = ["2026-03-20T10:00:00Z", "2026-03-23T10:00:00Z"];

describe("worktime", () => {
  it("refuses two instants in the wrong order, with both paths", () => {
    expect(worktime({ from: monday, to: friday }).faults).toEqual([
      "to: expected an end at or after from, which is 2026-03-23T10:00:00Z; found 2026-03-20T10:00:00Z: exchange or correct them",
    ]);
  });

  it("finds no time between an instant and itself", () => {
    expect(worktime({ from: monday, to: monday })).toMatchObject({ workingSeconds: 0 });
    expect(worktime({ from: friday, to: monday })).toMatchObject({ workingSeconds: 8 * 3600 });
  });

  it("names the instant whose year is out of range", () => {
    expect(worktime({ from: "0001-01-01T00:00:00Z", minutes: 60 }).faults).toEqual([
      expect.stringMatching(/^from: expected an instant .*found "0001-01-01T00:00:00Z"/),
    ]);
    expect(worktime({ from: friday, to: "2126-03-20T10:00:00Z" }).faults).toEqual([
      "to: expected two instants that are at most 20 years apart; found from 2026-03-20T10:00:00Z to 2126-03-20T10:00:00Z: check the year of one of them",
    ]);
  });
});
