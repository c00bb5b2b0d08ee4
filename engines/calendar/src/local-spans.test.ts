import { describe, expect, it } from "vitest";
import { LocalDate } from "./local-date.ts";
import { localSpans } from "./local-spans.ts";
import { Zone } from "./zone.ts";

const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const spansOf = (zone: string, date: string, window: string) => {
  const [from = 0, to = 0] = window.split("-").map(minuteOf);
  const spans = localSpans(Zone.of(zone), LocalDate.parse(date), { from, to });
  return spans.map((span) => `${Zone.printInstant(span.from)} ${(span.to - span.from) / 60}`);
};

describe("a window of local time", () => {
  it.each([
    ["an ordinary day", "Europe/Paris", "2026-03-28", "02:15-02:45", ["2026-03-28T01:15:00Z 30"]],
    ["times that the clocks skip", "Europe/Paris", "2026-03-29", "02:15-02:45", []],
    ["exactly the skipped hour", "Europe/Paris", "2026-03-29", "02:00-03:00", []],
    [
      "an end within the skipped hour",
      "Europe/Paris",
      "2026-03-29",
      "01:30-02:30",
      ["2026-03-29T00:30:00Z 30"],
    ],
    [
      "a begin within the skipped hour",
      "Europe/Paris",
      "2026-03-29",
      "02:30-03:30",
      ["2026-03-29T01:00:00Z 30"],
    ],
    ["the skipped hour and more", "Europe/Paris", "2026-03-29", "01:00-05:00", ["2026-03-29T00:00:00Z 180"]],
    [
      "an end within the hour that comes twice",
      "Europe/Paris",
      "2026-10-25",
      "01:30-02:30",
      ["2026-10-24T23:30:00Z 60", "2026-10-25T01:00:00Z 30"],
    ],
    [
      "a begin within the hour that comes twice",
      "Europe/Paris",
      "2026-10-25",
      "02:30-03:30",
      ["2026-10-25T00:30:00Z 30", "2026-10-25T01:30:00Z 60"],
    ],
    [
      "times within the hour that comes twice",
      "Europe/Paris",
      "2026-10-25",
      "02:15-02:45",
      ["2026-10-25T00:15:00Z 30", "2026-10-25T01:15:00Z 30"],
    ],
    [
      "exactly the hour that comes twice",
      "Europe/Paris",
      "2026-10-25",
      "02:00-03:00",
      ["2026-10-25T00:00:00Z 120"],
    ],
    [
      "a begin on the day before the skipped hour",
      "Europe/Paris",
      "2026-03-28",
      "22:00-02:30",
      ["2026-03-28T21:00:00Z 240"],
    ],
    ["two equal times", "Europe/Paris", "2026-03-28", "12:00-12:00", ["2026-03-28T11:00:00Z 1380"]],
    ["a whole day", "Europe/Paris", "2026-10-25", "00:00-24:00", ["2026-10-24T22:00:00Z 1500"]],
    ["midnight as its end", "Europe/Paris", "2026-10-24", "22:00-00:00", ["2026-10-24T20:00:00Z 120"]],
    ["a skipped midnight", "America/Santiago", "2026-09-05", "23:30-00:30", ["2026-09-06T03:30:00Z 30"]],
    [
      "an hour before midnight that comes twice",
      "America/Santiago",
      "2026-04-04",
      "23:30-00:30",
      ["2026-04-05T02:30:00Z 30", "2026-04-05T03:30:00Z 60"],
    ],
    [
      "a zone far ahead of UTC",
      "Pacific/Kiritimati",
      "2026-03-28",
      "00:00-01:00",
      ["2026-03-27T10:00:00Z 60"],
    ],
    ["a zone far behind UTC", "Etc/GMT+12", "2026-03-28", "23:00-23:59", ["2026-03-29T11:00:00Z 59"]],
    ["a date that the zone skipped", "Pacific/Apia", "2011-12-30", "08:00-17:00", []],
  ])("with %s is open while the clocks show it", (_, zone, date, window, spans) => {
    expect(spansOf(zone, date, window)).toEqual(spans);
  });
});
