import { expect, it } from "vitest";
import { isTimeZone } from "./time-zone.ts";

it.each([
  ["Europe/Paris", true],
  ["UTC", true],
  ["Europe/Atlantis", false],
])("%s is known as a time zone: %s", (zone, known) => expect(isTimeZone(zone)).toBe(known));
