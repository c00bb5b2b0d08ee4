import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { faultOf } from "../testing/fault-of.ts";
import { BusinessCalendar } from "./business-calendar.ts";
import { type Holiday, YearlyDay } from "./holiday.ts";
import { Span } from "./span.ts";

const nineToFive = [Span.parse("09:00", "17:00")];
const at = Zone.parseInstant;
const text = Zone.printInstant;
const hour = 3600;

const weekdays = (spans: readonly Span[]) => [spans, spans, spans, spans, spans, [], []];
const everyDay = (...spans: readonly Span[]) => Array.from({ length: 7 }, () => spans);
const holiday = (on: string, ...spans: readonly Span[]): Holiday => ({
  on: on.length === 5 ? YearlyDay.parse(on) : LocalDate.parse(on),
  spans,
});
const office = (zone = "UTC", holidays: readonly Holiday[] = []) =>
  BusinessCalendar.of(Zone.of(zone), weekdays(nineToFive), holidays);

describe("a working week", () => {
  it("counts seconds inside its spans and none outside", () => {
    const calendar = office();
    // 2026-11-23 is a Monday.
    expect(calendar.secondsBetween(at("2026-11-23T08:00:00Z"), at("2026-11-23T18:00:00Z"))).toBe(8 * hour);
    expect(calendar.secondsBetween(at("2026-11-23T08:59:59Z"), at("2026-11-23T09:00:01Z"))).toBe(1);
    expect(calendar.secondsBetween(at("2026-11-23T16:59:59Z"), at("2026-11-23T17:00:01Z"))).toBe(1);
    expect(calendar.secondsBetween(at("2026-11-28T00:00:00Z"), at("2026-11-30T00:00:00Z"))).toBe(0);
    expect(calendar.secondsBetween(at("2026-11-23T00:00:00Z"), at("2026-12-07T00:00:00Z"))).toBe(80 * hour);
    expect(calendar.secondsBetween(at("2026-11-23T10:30:15Z"), at("2026-11-23T10:31:20Z"))).toBe(65);
  });

  it("counts nothing when the end is before the start", () => {
    expect(office().secondsBetween(at("2026-11-23T15:00:00Z"), at("2026-11-23T10:00:00Z"))).toBe(0);
    expect(office().secondsBetween(at("2026-11-23T15:00:00Z"), at("2026-11-23T15:00:00Z"))).toBe(0);
  });

  it("includes the first second of a span, and excludes the one after its last", () => {
    expect(office().isWorking(at("2026-11-23T09:00:00Z"))).toBe(true);
    expect(office().isWorking(at("2026-11-23T08:59:59Z"))).toBe(false);
    expect(office().isWorking(at("2026-11-23T16:59:59Z"))).toBe(true);
    expect(office().isWorking(at("2026-11-23T17:00:00Z"))).toBe(false);
  });

  it("reaches a sum of seconds at the end of a span, not at the beginning of the next", () => {
    const from = at("2026-11-27T16:00:00Z");
    expect(text(office().after(from, hour))).toBe("2026-11-27T17:00:00Z");
    expect(text(office().after(from, hour + 1))).toBe("2026-11-30T09:00:01Z");
    expect(office().after(at("2026-11-28T12:00:00Z"), 0)).toBe(at("2026-11-28T12:00:00Z"));
    expect(office().after(at("2026-11-28T12:00:00Z"), -5)).toBe(at("2026-11-28T12:00:00Z"));
    expect(text(office().after(at("2026-11-28T12:00:00Z"), 1))).toBe("2026-11-30T09:00:01Z");
    expect(text(office().after(at("2026-11-27T18:00:00Z"), hour))).toBe("2026-11-30T10:00:00Z");
  });

  it("may have several spans a day in any order, and counts overlaps once", () => {
    const calendar = BusinessCalendar.of(
      Zone.of("UTC"),
      everyDay(Span.parse("13:00", "18:00"), Span.parse("08:00", "12:00"), Span.parse("11:00", "12:00")),
    );
    const noon = at("2026-11-23T11:30:00Z");
    expect(calendar.secondsBetween(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z"))).toBe(9 * hour);
    expect(text(calendar.after(noon, hour))).toBe("2026-11-23T13:30:00Z");
    const within = BusinessCalendar.of(
      Zone.of("UTC"),
      everyDay(Span.parse("08:00", "18:00"), Span.parse("09:00", "10:00"), Span.parse("17:00", "19:00")),
    );
    expect(within.secondsBetween(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z"))).toBe(11 * hour);
    expect(text(within.after(at("2026-11-23T07:00:00Z"), 11 * hour))).toBe("2026-11-23T19:00:00Z");
  });

  it("counts all hours of whole days", () => {
    const always = BusinessCalendar.of(Zone.of("Europe/Paris"), everyDay(Span.parse("00:00", "24:00")));
    const from = at("2026-03-20T12:34:56Z");
    expect(always.secondsBetween(from, from + 30 * 86_400)).toBe(30 * 86_400);
    expect(always.after(from, 30 * 86_400)).toBe(from + 30 * 86_400);
  });

  it("counts a span past midnight on the date on which it began", () => {
    const nights = [[], [], [], [], [Span.parse("22:00", "06:00")], [], []];
    const calendar = BusinessCalendar.of(Zone.of("UTC"), nights);
    expect(calendar.secondsBetween(at("2026-11-27T00:00:00Z"), at("2026-11-28T00:00:00Z"))).toBe(2 * hour);
    expect(calendar.secondsBetween(at("2026-11-28T00:00:00Z"), at("2026-11-29T00:00:00Z"))).toBe(6 * hour);
    expect(text(calendar.after(at("2026-11-27T12:00:00Z"), 3 * hour))).toBe("2026-11-28T01:00:00Z");
  });

  it("counts before 1970 as after it", () => {
    expect(office().secondsBetween(at("1969-12-29T00:00:00Z"), at("1970-01-05T00:00:00Z"))).toBe(40 * hour);
  });
});

describe("a holiday", () => {
  const whole = (on: string, calendar: BusinessCalendar) => {
    const start = at(`${on}T00:00:00Z`);
    return calendar.secondsBetween(start, start + 86_400) / hour;
  };

  it("removes the weekday's spans, on one date or every year", () => {
    const calendar = office("UTC", [holiday("2026-11-23"), holiday("12-25")]);
    expect(whole("2026-11-23", calendar)).toBe(0);
    expect(whole("2026-11-24", calendar)).toBe(8);
    expect(whole("2026-12-25", calendar)).toBe(0);
    expect(whole("2028-12-25", calendar)).toBe(0);
    expect(whole("2027-11-23", calendar)).toBe(8);
  });

  it("has its own spans on its date, also on a free day", () => {
    const calendar = office("UTC", [
      holiday("12-24", Span.parse("09:00", "12:00")),
      holiday("2026-11-28", Span.parse("10:00", "11:00"), Span.parse("14:00", "16:00")),
    ]);
    expect(whole("2026-12-24", calendar)).toBe(3);
    expect(whole("2026-11-28", calendar)).toBe(3);
  });

  it("on a date replaces one of every year", () => {
    const calendar = office("UTC", [holiday("12-24"), holiday("2026-12-24", Span.parse("09:00", "10:00"))]);
    expect(whole("2026-12-24", calendar)).toBe(1);
    expect(whole("2027-12-24", calendar)).toBe(0);
  });

  it("does not end a span that began on the day before", () => {
    const nights = BusinessCalendar.of(Zone.of("UTC"), everyDay(Span.parse("22:00", "06:00")), [
      holiday("2026-12-25"),
    ]);
    expect(whole("2026-12-25", nights)).toBe(6);
    expect(whole("2026-12-26", nights)).toBe(2);
  });

  it("of February 29 occurs in leap years", () => {
    const calendar = BusinessCalendar.of(Zone.of("UTC"), everyDay(...nineToFive), [holiday("02-29")]);
    expect(whole("2028-02-29", calendar)).toBe(0);
    expect(whole("2027-03-01", calendar)).toBe(8);
  });

  it("is a date in the calendar's zone", () => {
    const calendar = BusinessCalendar.of(Zone.of("Asia/Tokyo"), everyDay(Span.parse("00:00", "24:00")), [
      holiday("2026-11-23"),
    ]);
    expect(calendar.secondsBetween(at("2026-11-22T14:00:00Z"), at("2026-11-22T16:00:00Z"))).toBe(hour);
    expect(calendar.secondsBetween(at("2026-11-23T14:00:00Z"), at("2026-11-23T16:00:00Z"))).toBe(hour);
  });
});

/** Transitions from the IANA time zone database. */
describe("summer time", () => {
  const hours = (zone: string, from: string, to: string, ...spans: readonly Span[]) =>
    BusinessCalendar.of(Zone.of(zone), everyDay(...spans)).secondsBetween(at(from), at(to)) / hour;
  const paris = (from: string, to: string, day: "spring" | "autumn") =>
    day === "spring"
      ? hours("Europe/Paris", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", Span.parse(from, to))
      : hours("Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", Span.parse(from, to));

  it("moves the spans of a zone with its clocks", () => {
    const calendar = office("Europe/Paris");
    expect(text(calendar.after(at("2026-03-27T12:00:00Z"), 5 * hour))).toBe("2026-03-30T08:00:00Z");
    expect(text(calendar.after(at("2026-10-23T12:00:00Z"), 4 * hour))).toBe("2026-10-26T09:00:00Z");
  });

  it("skips the missing hour in spring", () => {
    expect(paris("00:00", "24:00", "spring")).toBe(23);
    expect(paris("01:00", "04:00", "spring")).toBe(2);
    expect(paris("02:15", "02:45", "spring")).toBe(0);
    expect(paris("02:30", "03:30", "spring")).toBe(0.5);
    expect(paris("01:30", "02:30", "spring")).toBe(0.5);
  });

  it("counts the repeated hour in autumn twice", () => {
    expect(paris("00:00", "24:00", "autumn")).toBe(25);
    expect(paris("01:00", "04:00", "autumn")).toBe(4);
    expect(paris("02:15", "02:45", "autumn")).toBe(1);
    expect(paris("01:00", "02:30", "autumn")).toBe(2);
  });

  it("lengthens or shortens a night shift by as much as the clocks move", () => {
    const night = Span.parse("22:00", "06:00");
    expect(hours("Europe/Paris", "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z", night)).toBe(7);
    expect(hours("Europe/Paris", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z", night)).toBe(9);
  });

  it("moves the clocks by half an hour on Lord Howe Island", () => {
    // 2026-04-05 02:00 +11 becomes 01:30 +10:30, at 15:00 UTC of the day before; back on 2026-10-04.
    const night = Span.parse("01:00", "03:00");
    expect(hours("Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T23:00:00Z", night)).toBe(2.5);
    expect(hours("Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T23:00:00Z", night)).toBe(1.5);
  });

  it("can repeat the end of the evening before: St. John's in 2010 went back to 23:01 at a minute past midnight", () => {
    const evening = Span.parse("23:00", "24:00");
    expect(hours("America/St_Johns", "2010-11-06T12:00:00Z", "2010-11-07T12:00:00Z", evening)).toBe(
      1 + 59 / 60,
    );
  });

  it("may begin at midnight, and a zone may skip a whole date", () => {
    const always = Span.parse("00:00", "24:00");
    expect(hours("America/Sao_Paulo", "2018-11-04T00:00:00Z", "2018-11-05T02:00:00Z", always)).toBe(26);
    const noon = Span.parse("11:00", "13:00");
    expect(hours("Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z", noon)).toBe(4);
  });
});

describe("a calendar", () => {
  it("without a span is refused", () => {
    expect(faultOf("CALENDAR_INVALID", () => BusinessCalendar.of(Zone.of("UTC"), everyDay()))).toContain(
      "expected a calendar with working time; found no span: this calendar has no working time",
    );
    expect(
      faultOf("CALENDAR_INVALID", () => BusinessCalendar.of(Zone.of("UTC"), everyDay(), [holiday("12-25")])),
    ).toContain("found no span");
    expect(
      BusinessCalendar.of(Zone.of("UTC"), everyDay(), [holiday("12-25", ...nineToFive)]).isWorking(
        at("2026-12-25T12:00:00Z"),
      ),
    ).toBe(true);
  });

  it("without seven weekdays is refused", () => {
    expect(faultOf("CALENDAR_INVALID", () => BusinessCalendar.of(Zone.of("UTC"), [nineToFive]))).toContain(
      "expected the spans of 7 weekdays; found 1",
    );
  });

  it("with a holiday twice is refused", () => {
    expect(faultOf("CALENDAR_INVALID", () => office("UTC", [holiday("12-25"), holiday("12-25")]))).toContain(
      "expected every holiday once; found 12-25 twice",
    );
  });

  it("with too little working time in ten years for the request is refused", () => {
    const once = BusinessCalendar.of(Zone.of("UTC"), everyDay(), [holiday("2026-12-25", ...nineToFive)]);
    expect(faultOf("CALENDAR_INVALID", () => once.after(at("2027-01-01T00:00:00Z"), 60))).toContain(
      "expected 60 seconds of working time in the ten years from 2027-01-01T00:00:00Z; found 0: this calendar has no working time",
    );
    expect(faultOf("CALENDAR_INVALID", () => once.after(at("2026-01-01T00:00:00Z"), 9 * hour))).toContain(
      "found 28800: give it more hours, or the target fewer minutes",
    );
  });

  it("reaches a due date at most ten years ahead", () => {
    const yearly = BusinessCalendar.of(Zone.of("UTC"), everyDay(), [holiday("12-25", ...nineToFive)]);
    expect(text(yearly.after(at("2026-01-01T00:00:00Z"), 73 * hour))).toBe("2035-12-25T10:00:00Z");
    expect(faultOf("CALENDAR_INVALID", () => yearly.after(at("2026-01-01T00:00:00Z"), 81 * hour))).toContain(
      "found 288000",
    );
    const leap = BusinessCalendar.of(Zone.of("UTC"), everyDay(), [holiday("02-29", ...nineToFive)]);
    expect(text(leap.after(at("2026-01-01T00:00:00Z"), hour))).toBe("2028-02-29T10:00:00Z");
  });

  it.each([
    ["9:00", "17:00", '"9:00"'],
    ["09:00", "17:60", '"17:60"'],
    ["09:00", "24:01", '"24:01"'],
    ["24:00", "06:00", '"24:00"'],
    ["", "06:00", '""'],
    ["x09:00", "06:00", '"x09:00"'],
    ["09:000", "06:00", '"09:000"'],
  ])("with a span from %s to %s is refused", (from, to, found) => {
    expect(faultOf("CALENDAR_INVALID", () => Span.parse(from, to))).toContain(
      `expected a time of day such as "09:00" ("24:00" only as an end); found ${found}`,
    );
  });

  it("with a span without length is refused", () => {
    expect(faultOf("CALENDAR_INVALID", () => Span.parse("09:00", "09:00"))).toContain(
      'expected a span with a length; found 09:00 to 09:00: write "00:00" to "24:00" for a whole day',
    );
    expect(Span.parse("09:00", "00:00")).toMatchObject({ from: 540, to: 1440 });
    expect(Span.parse("23:59", "24:00")).toMatchObject({ from: 1439, to: 1440 });
  });

  it.each(["12-32", "13-01", "00-10", "02-30", "04-31", "1-1", "12-00", "x12-25", "12-255"])(
    "with a holiday on %s of every year is refused",
    (day) => {
      expect(faultOf("CALENDAR_INVALID", () => YearlyDay.parse(day))).toContain(
        `expected a day of every year such as "12-25" (month and day); found "${day}"`,
      );
    },
  );

  it("may have a holiday on the last day of any month", () => {
    for (const day of ["01-31", "02-29", "04-30", "12-01", "12-31"]) {
      expect(YearlyDay.parse(day).text).toBe(day);
    }
  });
});
