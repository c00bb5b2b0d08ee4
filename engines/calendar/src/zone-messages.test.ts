import { describe, expect, it } from "vitest";
import { Zone } from "./zone.ts";

describe("the refusal of a text", () => {
  it.each(["Berlin", "CET+1", "+02:00", "-0500", "2026-01-01T00:00[Europe/Paris]"])(
    "has advice when the text is not a time zone: %s",
    (name) => {
      expect(() => Zone.of(name)).toThrow(
        `expected a time zone of the IANA database, such as "Europe/Paris"; found "${name}": write its continent and city, or "UTC"`,
      );
    },
  );

  it("has advice when the text is an instant without an offset", () => {
    expect(() => Zone.parseInstant("2026-03-20 10:00:00")).toThrow(
      'expected an instant with its offset, such as "2026-03-29T01:30:00Z"; found "2026-03-20 10:00:00": write the date, T, the time, and Z or the offset, such as +01:00',
    );
  });
});
