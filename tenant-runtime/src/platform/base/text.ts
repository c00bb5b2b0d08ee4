import { z } from "zod";

/**
 * Text from a client of at most `longest` UTF-16 units, with surrounding space, and without NUL and unpaired
 * surrogates, which PostgreSQL cannot store. The length is checked first: further checks of this schema (trim,
 * patterns, transforms) never run on a text that is too long. `wrong` is the message for a value that is not text,
 * `tooLong` for a text that is too long.
 */
export function text(longest: number, wrong = "write text", tooLong = `write at most ${longest} characters`) {
  return z
    .string(wrong)
    .max(longest, { error: tooLong, abort: true })
    .refine((written) => !written.includes("\0"), {
      error: "write it without control characters such as NUL",
      abort: true,
    })
    .refine((written) => written.isWellFormed(), { error: "write whole Unicode characters", abort: true });
}

/** A UUID from a client. */
export function uuid(wrong: string) {
  return text(36, wrong).check(z.uuid(wrong));
}

/** A list from a client. Its length is checked before its entries. */
export function list<Item extends z.ZodType>(item: Item, longest: number) {
  const message = `write at most ${longest} entries`;
  return z.array(z.unknown()).max(longest, { error: message, abort: true }).pipe(z.array(item));
}
