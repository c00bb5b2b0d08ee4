import { z } from "zod";
import { text } from "../../platform/base/text.ts";

// What `encodeCursor` makes of the longest position: two names of fields, an id, and 512 bytes of a folded name, of
// which JSON doubles quotes.
const longestCursor = 2_048;

/** A place in a sorted list as opaque text for `links.next`. Throws when `cursor` would refuse it. */
export function encodeCursor(position: object): string {
  const encoded = Buffer.from(JSON.stringify(position)).toString("base64url");
  if (encoded.length <= longestCursor) return encoded;
  throw new Error(
    `a cursor has ${encoded.length} characters: bound what is sorted by, or raise longestCursor`,
  );
}

/** Accepts only a cursor that `encodeCursor` made of a position of this shape, and gives the position. */
export function cursor<Position extends z.ZodObject>(position: Position) {
  return text(longestCursor, wrongCursor, wrongCursor).transform((written, context): z.output<Position> => {
    const parsed = position.safeParse(parseOrUndefined(written));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: wrongCursor });
    return z.NEVER;
  });
}

const wrongCursor = "use the cursor of links.next as it is, or leave it out";

/** How many items a page holds. */
export const pageLimit = z.coerce
  .number("write a whole number from 1 to 100")
  .int("write a whole number from 1 to 100")
  .min(1, "write a whole number from 1 to 100")
  .max(100, "write a whole number from 1 to 100")
  .default(25);

/** The same address with another cursor. */
export function pageLink(self: string, next: string): string {
  const [, path = "", query = ""] = /^([^?]*)\??(.*)$/s.exec(self) ?? [];
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", next);
  return `${path}?${parameters}`;
}

function parseOrUndefined(written: string): unknown {
  try {
    return JSON.parse(Buffer.from(written, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
