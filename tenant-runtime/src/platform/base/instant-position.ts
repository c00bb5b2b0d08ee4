import { z } from "zod";
import { text } from "./text.ts";

// Of the years that PostgreSQL's timestamptz and ISO 8601 write alike.
const shape = /^[12]\d{3}-/;

/** An instant as a place in a list, as PostgreSQL wrote it: in UTC, with microseconds. */
export const instantPosition = text(27)
  .check(z.iso.datetime({ precision: 6, abort: true }))
  .regex(shape);
