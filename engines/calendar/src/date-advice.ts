const yearFirst = /^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$/;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const yearLast = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/;
const isoForm = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Advice for a text that is not a date.
 * @param isDate whether a text of the right form is a date of the calendar
 */
export function dateAdvice(text: string, isDate: (text: string) => boolean): string {
  const dates = [...new Set(candidates(text.trim()))].filter(isDate);
  if (dates.length > 0) return `write ${dates.map((date) => `"${date}"`).join(" or ")}`;
  if (isoForm.test(text)) return "check that the month has this day";
  return "write the year with four digits, the month and the day with two";
}

/** The possible dates of a text in another form. Some countries write the day first, others the month. */
function candidates(text: string): string[] {
  const [, year = "", month = "", day = ""] = yearFirst.exec(text) ?? compact.exec(text) ?? [];
  if (year !== "") return [isoDate(year, month, day)];
  const [, first = "", second = "", last = ""] = yearLast.exec(text) ?? [];
  return last === "" ? [] : [isoDate(last, second, first), isoDate(last, first, second)];
}

function isoDate(year: string, month: string, day: string): string {
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
