import { z } from "zod";
import { text } from "./text.ts";

// The years that PostgreSQL's timestamptz and ISO 8601 write in the same form.
const shape = /^[12]\d{3}-/;

/** An instant as a position in a list, in PostgreSQL's form: UTC, with microseconds. */
export const instantPosition = text(27)
  .check(z.iso.datetime({ precision: 6, abort: true }))
  .regex(shape);
