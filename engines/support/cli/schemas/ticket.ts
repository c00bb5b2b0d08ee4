import { z } from "zod";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id, instant, trueOrFalse } from "../../../base/cli/schemas/scalars.ts";

const happened = { id, at: instant };
const side = oneOf(["customer", "agent"]);

const event = kindOf(
  "kind",
  ["message", "state", "agreement"],
  [
    record({
      ...happened,
      kind: z.literal("message"),
      from: side,
      public: trueOrFalse.default(true),
      automatic: trueOrFalse.default(false),
    }),
    record({ ...happened, kind: z.literal("state"), state: id }),
    record({ ...happened, kind: z.literal("agreement"), agreement: id }),
  ],
);

/** A ticket, with the names of its agreements. */
export const ticket = record({
  openedAt: instant,
  openedBy: side.default("customer"),
  state: id.default("open"),
  agreement: id,
  events: list(event).default([]),
});

export type NamedTicket = z.output<typeof ticket>;
