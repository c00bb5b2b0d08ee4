import { z } from "zod";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { expected } from "./expected.ts";
import { parsed } from "./parsed.ts";

export const zone = parsed("Europe/Paris", "time zone of the IANA database", Zone.of);
export const date = parsed("2026-01-31", "local date", LocalDate.parse);
export const instant = parsed("2026-01-31T09:30:00Z", "instant with its offset", Zone.parseInstant);

/** A text without meaning to the engine. */
export function text(example: string, description: string) {
  return z
    .string({ error: expected(`a string, such as ${JSON.stringify(example)}`) })
    .meta({ description, examples: [example] });
}

/** An id of the caller's choice. */
export const id = z
  .string({ error: expected('a string, such as "fibre-1"') })
  .min(1, { error: 'expected an id; found "": write 1 to 200 characters' })
  .max(200, { error: "expected an id of at most 200 characters; found a longer one: shorten it" })
  .meta({ description: "id of the caller's choice" });

export function wholeNumber(least: number, most: number) {
  const range = `a whole number from ${least} to ${most}`;
  return z
    .number({ error: expected(`${range}, not in quotes`) })
    .int({ error: expected(range) })
    .min(least, { error: expected(range) })
    .max(most, { error: expected(range) });
}

export const trueOrFalse = z.boolean({ error: expected("true or false, not in quotes") });
