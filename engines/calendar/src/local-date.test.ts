import { describe, expect, it } from "vitest";
import { LocalDate } from "./local-date.ts";

describe("a text that is not a date", () => {
  it.each([
    ["2026-2-1", 'write "2026-02-01"'],
    ["2026/02/01", 'write "2026-02-01"'],
    ["20260201", 'write "2026-02-01"'],
    [" 2026-02-01 ", 'write "2026-02-01"'],
    ["01/02/2026", 'write "2026-02-01" or "2026-01-02"'],
    ["28.2.2026", 'write "2026-02-28"'],
    ["2/28/2026", 'write "2026-02-28"'],
    ["1.1.2026", 'write "2026-01-01"'],
    ["2026-02-30", "check that the month has this day"],
    ["30.2.2026", "write the year with four digits, the month and the day with two"],
    ["1.2.26", "write the year with four digits, the month and the day with two"],
    ["next Monday", "write the year with four digits, the month and the day with two"],
  ])("%s is refused with advice", (text, advice) => {
    expect(() => LocalDate.parse(text)).toThrow(
      expect.objectContaining({
        code: "DATE_INVALID",
        message: `expected a date of the calendar as YYYY-MM-DD, such as "2026-02-28"; found "${text}": ${advice}`,
      }),
    );
  });
});
