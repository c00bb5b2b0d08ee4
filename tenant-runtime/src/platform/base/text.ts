import { z } from "zod";

/**
 * Text from a client: of at most `longest` UTF-16 units, surrounding space included, without NUL and without half a
 * surrogate pair, neither of which PostgreSQL can keep. The length is checked before anything else touches the text:
 * what is chained to this schema (trim, patterns, transforms) does not see a text that is too long. `wrong` says what
 * to write where there is no text at all, `tooLong` where there is too much.
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

/** A list from a client, whose length is checked before its entries are. */
export function list<Item extends z.ZodType>(item: Item, longest: number) {
  const message = `write at most ${longest} entries`;
  return z.array(z.unknown()).max(longest, { error: message, abort: true }).pipe(z.array(item));
}
