import { z } from "zod";

/** A place in a sorted list as opaque text for `links.next`. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Accepts only a cursor that `encodeCursor` made of a position of this shape, and gives the position. */
export function cursor<Position extends z.ZodObject>(position: Position) {
  return z.string().transform((text, context): z.output<Position> => {
    const parsed = position.safeParse(parseOrUndefined(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: "use the cursor of links.next as it is, or leave it out" });
    return z.NEVER;
  });
}

/** How many items a page holds. */
export const pageLimit = z.coerce
  .number("write a whole number from 1 to 100")
  .int("write a whole number from 1 to 100")
  .min(1, "write a whole number from 1 to 100")
  .max(100, "write a whole number from 1 to 100")
  .default(25);

/** The same address with another cursor. */
export function pageLink(self: string, next: string): string {
  const [path = "", query = ""] = self.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", next);
  return `${path}?${parameters}`;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
