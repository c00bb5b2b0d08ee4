/**
 * Returns a function that gives the date of an instant in a time zone of the IANA database, as ISO 8601 writes it. The
 * format is created at the first use, because that takes 20 ms, and each further one 0.1 ms.
 */
export function datesIn(timeZone: string): (instant: Date) => string {
  let format: Intl.DateTimeFormat | undefined;
  return (instant) => {
    format ??= new Intl.DateTimeFormat("en", {
      timeZone,
      calendar: "iso8601",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
  };
}
