import { z } from "zod";
import { found } from "./expected.ts";

/** An object with exactly these fields: a misspelt one is a fault, not ignored. */
export function record<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `expected no other fields; found ${found(issue.keys)}: write one of ${known.join(", ")}`
        : `expected an object with the fields ${known.join(", ")}; found ${found(issue.input)}: write {...}`,
  });
}

/** A list of things of one kind. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: (issue) => `expected a list; found ${found(issue.input)}: write [...]` });
}

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: (issue) => `expected one of ${words.join(", ")}; found ${found(issue.input)}: write one of them`,
  });
}

/** Objects that say by one field which kind they are. */
export function kindOf<
  Kinds extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]],
>(field: string, words: readonly string[], kinds: Kinds) {
  return z.discriminatedUnion(field, kinds, {
    error: (issue) =>
      `expected an object whose ${field} is one of ${words.join(", ")}; found ${found(issue.input)}: write {"${field}": "${words[0]}", ...}`,
  });
}
