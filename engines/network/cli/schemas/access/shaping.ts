import { z } from "zod";
import { kindOf, list, record } from "../../../../base/cli/schemas/record.ts";
import { nasText } from "./nas-text.ts";

export const template = nasText(
  "name on the NAS, with {down}, {upK}, {downM}, {url} and the like",
  "INTERNET({up},{down})",
);

/** The way in which attributes express the speed. */
export const shaping = kindOf(
  "kind",
  ["none", "rates", "policies", "services", "profile"],
  [
    record({ kind: z.literal("none") }),
    record({ kind: z.literal("rates") }),
    record({ kind: z.literal("policies"), up: template, down: template }),
    record({ kind: z.literal("services"), services: list(template) }),
    record({ kind: z.literal("profile"), profile: template }),
  ],
);
