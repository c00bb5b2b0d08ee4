import { z } from "zod";

const topics = z
  .array(z.string().regex(/^[a-z][a-z-]{0,39}$/, "write the name of a module such as customers"))
  .min(1)
  .max(32);

/** What a client may say. */
export const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("subscribe"), topics }),
  z.strictObject({ type: z.literal("unsubscribe"), topics }),
]);

export type ClientMessage = z.output<typeof clientMessage>;

/** What the server says. */
export type ServerMessage =
  | { readonly type: "subscribed"; readonly topics: readonly string[] }
  | { readonly type: "event"; readonly topic: string; readonly event: object }
  | { readonly type: "error"; readonly error: object };
