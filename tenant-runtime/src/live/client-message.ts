import { z } from "zod";
import { list, text } from "../platform/base/text.ts";
import type { SequencedEvent } from "../platform/events/events.ts";

/** The number of topics that one socket may follow. */
export const mostTopics = 32;

const topic = text(40).regex(/^[a-z][a-z-]{0,39}$/, "write the name of a topic such as customers");

const topics = list(topic, mostTopics).refine(({ length }) => length > 0, "write at least 1 entry");

const after = z.int().min(0, "write the last sequence that was received, or leave it out");

/** The messages of a client. */
export const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("subscribe"), topics, after: after.optional() }),
  z.strictObject({ type: z.literal("unsubscribe"), topics }),
]);

export type ClientMessage = z.output<typeof clientMessage>;

/** The messages of the server. A client resumes after the `sequence` of its last message. */
export type ServerMessage =
  | { readonly type: "subscribed"; readonly topics: readonly string[]; readonly sequence: number }
  | ({ readonly type: "event" } & SequencedEvent)
  /** Missed events cannot be replayed. The client must read the resources of these topics again. */
  | { readonly type: "resync"; readonly topics: readonly string[]; readonly sequence: number }
  | { readonly type: "error"; readonly error: object };
