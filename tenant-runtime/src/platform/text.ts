import { z } from "zod";

/**
 * Text from a client: of at most `longest` UTF-16 units, surrounding space included, without NUL and without half a
 * surrogate pair, neither of which PostgreSQL can keep. The length is checked before anything else touches the text:
 * what is chained to this schema (trim, patterns, transforms) does not see a text that is too long. `wrong` says what
 * to write where there is no text at all.
 */
export function text(longest: number, wrong = "write text") {
  return z
    .string(wrong)
    .max(longest, { error: `write at most ${longest} characters`, abort: true })
    .refine(canBeKept, { error: "write Unicode text without the character NUL", abort: true });
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

function canBeKept(written: string): boolean {
  return written.isWellFormed() && !written.includes("\0");
}
