import { z } from "zod";
import { text } from "../../platform/base/text.ts";

// The length of `encodeCursor`'s text for the longest position: two names of fields, an id, and 512 bytes of a
// folded name whose quotes JSON escapes.
const longestCursor = 2_048;

/** A position in a sorted list as opaque text for `links.next`. Throws when `cursor` would refuse it. */
export function encodeCursor(position: object): string {
  const encoded = Buffer.from(JSON.stringify(position)).toString("base64url");
  if (encoded.length <= longestCursor) return encoded;
  throw new Error(
    `a cursor has ${encoded.length} characters: bound the sorted field, or raise longestCursor`,
  );
}

/** Accepts only a cursor that `encodeCursor` made from a position of this shape, and returns the position. */
export function cursor<Position extends z.ZodObject>(position: Position) {
  return text(longestCursor, wrongCursor, wrongCursor).transform((written, context): z.output<Position> => {
    const parsed = position.safeParse(parseOrUndefined(written));
    // Only the text that was given: it may be neither padded nor written in another way.
    if (parsed.success && encodeCursor(parsed.data) === written) return parsed.data;
    context.addIssue({ code: "custom", message: wrongCursor });
    return z.NEVER;
  });
}

const wrongCursor = "use the cursor of links.next as it is, or leave it out";

const wrongLimit = "write a whole number from 1 to 100";

/** The number of items per page, in digits only: `1e1` is refused. */
export const pageLimit = text(3, wrongLimit, wrongLimit)
  .regex(/^([1-9]\d?|100)$/, wrongLimit)
  .transform(Number)
  .default(25)
  .describe("The number of items per page, 25 by default")
  .meta({ type: "integer", minimum: 1, maximum: 100 });

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
