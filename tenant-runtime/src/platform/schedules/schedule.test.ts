import { describe, expect, it } from "vitest";
import { defineJob } from "../jobs/job.ts";
import { LocalTime } from "./local-time.ts";
import { defineSchedule, lastOccurrence, nextOccurrence, scheduledInput, type Times } from "./schedule.ts";

const job = defineJob("test.scheduled", scheduledInput);
const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

describe("the instant of a local time", () => {
  it.each([
    ["Europe/Paris", "2026-01-15", "02:30", "2026-01-15T01:30:00Z"],
    ["Europe/Paris", "2026-07-15", "02:30", "2026-07-15T00:30:00Z"],
    ["Europe/Paris, skipped", "2026-03-29", "02:30", "2026-03-29T01:30:00Z"],
    ["Europe/Paris, after the gap", "2026-03-29", "03:00", "2026-03-29T01:00:00Z"],
    ["Europe/Paris, repeated", "2026-10-25", "02:30", "2026-10-25T00:30:00Z"],
    ["Europe/Paris, after the repetition", "2026-10-25", "03:00", "2026-10-25T02:00:00Z"],
    ["America/New_York, skipped", "2026-03-08", "02:15", "2026-03-08T07:15:00Z"],
    ["Australia/Lord_Howe, half an hour, skipped", "2026-10-04", "02:15", "2026-10-03T15:45:00Z"],
    ["Africa/Cairo, midnight skipped", "2026-04-24", "00:10", "2026-04-23T22:10:00Z"],
    ["Asia/Kathmandu", "2026-05-01", "00:00", "2026-04-30T18:15:00Z"],
    ["Pacific/Kiritimati", "2026-05-01", "23:59", "2026-05-01T09:59:00Z"],
    ["UTC", "2026-05-01", "12:00", "2026-05-01T12:00:00Z"],
  ])("in %s on %s at %s is %s", (zone, date, time, instant) => {
    const [name = ""] = zone.split(",");
    const found = new LocalTime(name).instantOf(date, minutes(time));
    expect(new Date(found).toISOString().replace(".000", "")).toBe(instant);
  });
});

describe("a schedule", () => {
  it.each<[Times, string, string, string]>([
    [{ at: "02:30" }, "2026-03-29T01:29:59Z", "2026-03-28", "2026-03-29"],
    [{ at: "02:30" }, "2026-03-29T01:30:00Z", "2026-03-29", "2026-03-30"],
    [{ at: "02:30" }, "2026-10-25T00:30:00Z", "2026-10-25", "2026-10-26"],
    [{ at: "02:30" }, "2026-10-25T01:30:00Z", "2026-10-25", "2026-10-26"],
    [{ at: "06:00", weekday: "monday" }, "2026-11-30T04:59:59Z", "2026-11-23", "2026-11-30"],
    [{ at: "06:00", weekday: "monday" }, "2026-11-30T05:00:00Z", "2026-11-30", "2026-12-07"],
    [{ at: "00:00", dayOfMonth: 1 }, "2026-12-31T22:59:59Z", "2026-12-01", "2027-01-01"],
    [{ at: "23:00", dayOfMonth: "last" }, "2028-02-29T22:00:00Z", "2028-02-29", "2028-03-31"],
  ])("%o at %s was last on %s and is next on %s", (times, now, last, next) => {
    const schedule = defineSchedule("test.schedule", times, job);
    const paris = new LocalTime("Europe/Paris");
    expect(lastOccurrence(schedule, paris, Date.parse(now)).date).toBe(last);
    expect(nextOccurrence(schedule, paris, Date.parse(now)).date).toBe(next);
  });

  it.each<[Times, string]>([
    [{ at: "2:30" }, "write a time such as 02:30"],
    [{ at: "24:00" }, "write a time such as 02:30"],
    [{ at: "02:30", dayOfMonth: 31 }, 'write 1 to 28, or "last"'],
    [{ at: "02:30", dayOfMonth: 1.5 }, 'write 1 to 28, or "last"'],
    [{ at: "02:30", dayOfMonth: 1, weekday: "monday" }, "write one of them"],
  ])("is refused as %o", (times, message) => {
    expect(() => defineSchedule("test.schedule", times, job)).toThrow(message);
  });
});
