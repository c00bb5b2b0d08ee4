import { z } from "zod";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id, wholeNumber } from "../../../base/cli/schemas/scalars.ts";

const minutes = wholeNumber(1, 527_040);
const shift = {
  name: id,
  minutes: wholeNumber(0, 527_040),
  time: oneOf(["working", "wall"]).default("working"),
};

const escalation = kindOf(
  "kind",
  ["percent", "before", "after"],
  [
    record({ name: id, kind: z.literal("percent"), percent: wholeNumber(1, 1000) }),
    record({ ...shift, kind: z.literal("before") }),
    record({ ...shift, kind: z.literal("after") }),
  ],
);

const target = record({
  minutes,
  pausedIn: list(id).default([]),
  escalations: list(escalation).default([]),
});

/** The promised times, with the name of the calendar of their hours. */
export const agreement = record({
  name: id,
  calendar: id,
  targets: record({
    firstResponse: target.optional(),
    update: target.optional(),
    solution: target.optional(),
  }),
});
