import { expect, it } from "vitest";
import { customerSchemas } from "./schemas.ts";

it.each([
  ["2026-03-01T23:30:00Z", "Pacific/Auckland", "2026-03-02", true],
  ["2026-03-01T23:30:00Z", "Europe/London", "2026-03-02", false],
  ["2026-03-02T03:30:00Z", "America/Lima", "2026-03-02", false],
  ["2026-03-02T03:30:00Z", "America/Lima", "2026-03-01", true],
])("at %s an ISP in %s takes the birth date %s: %s", (instant, timeZone, birthDate, taken) => {
  const clock = { now: () => new Date(instant), monotonic: () => 0 };
  const { created } = customerSchemas({ country: "NZ", timeZone }, clock);
  expect(created.safeParse({ type: "person", name: "Ann", birthDate }).success).toBe(taken);
});
