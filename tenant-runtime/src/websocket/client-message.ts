import { z } from "zod";
import type { SequencedEvent } from "../platform/events.ts";

const topics = z
  .array(z.string().regex(/^[a-z][a-z-]{0,39}$/, "write the name of a module such as customers"))
  .min(1)
  .max(32);

const after = z.int().min(0, "write the last sequence that was received, or leave it out");

/** What a client may say. */
export const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("subscribe"), topics, after: after.optional() }),
  z.strictObject({ type: z.literal("unsubscribe"), topics }),
]);

export type ClientMessage = z.output<typeof clientMessage>;

/** What the server says. Once a client has a message, `sequence` is what it resumes after. */
export type ServerMessage =
  | { readonly type: "subscribed"; readonly topics: readonly string[]; readonly sequence: number }
  | ({ readonly type: "event" } & SequencedEvent)
  /** Events were missed that cannot be replayed: read the resources of these topics anew. */
  | { readonly type: "resync"; readonly topics: readonly string[]; readonly sequence: number }
  | { readonly type: "error"; readonly error: object };
