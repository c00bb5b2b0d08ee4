import { z } from "zod";
import { found } from "./expected.ts";

/**
 * An object with exactly these fields. A misspelt field is a fault and not ignored.
 * @param example the text to write in place of a value that is no object
 */
export function record<Shape extends z.ZodRawShape>(
  shape: Shape,
  example: (given: unknown) => string = () => "{...}",
) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `expected no other fields; found ${found(issue.keys)}: write one of ${known.join(", ")}`
        : `expected an object with the fields ${known.join(", ")}; found ${found(issue.input)}: write ${example(issue.input)}`,
  });
}

/** An object of at least these fields. Others are skipped. */
export function openRecord<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.object(shape, {
    error: ({ input }) =>
      `expected an object with the fields ${Object.keys(shape).join(", ")}; found ${found(input)}: write {...}`,
  });
}

/** A list of values of one schema. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: (issue) => `expected a list; found ${found(issue.input)}: write [...]` });
}

/**
 * A list of at least one value, for a list that can only be empty by mistake.
 * @param remedy the text to write, or the field to leave out
 */
export function filledList<Item extends z.ZodType>(item: Item, remedy: string) {
  return list(item).min(1, { error: `expected a list of one value or more; found []: ${remedy}` });
}

/** One of these words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: (issue) => `expected one of ${words.join(", ")}; found ${found(issue.input)}: write one of them`,
  });
}

/** Objects whose kind one field decides. */
export function kindOf<
  Kinds extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(field: string, words: readonly string[], kinds: Kinds) {
  return z.discriminatedUnion(field, kinds, {
    error: ({ input }) => {
      const what = `expected an object whose ${field} is one of ${words.join(", ")}`;
      if (typeof input !== "object" || input === null || Array.isArray(input)) {
        return `${what}; found ${found(input)}: write {"${field}": ..., ...}`;
      }
      return `${what}; found ${found((input as Record<string, unknown>)[field])}: write one of these words`;
    },
  });
}
