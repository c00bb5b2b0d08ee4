import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { record } from "../../../../base/cli/schemas/record.ts";
import { located } from "../../../../base/src/located.ts";
import { authorize } from "../../../src/policy/authorize.ts";
import { type Change, changeOf } from "../../../src/policy/change/change-of.ts";
import { nas, session } from "../../schemas/access/nas.ts";
import { policy as policySchema } from "../../schemas/access/policy.ts";
import { printAttributes, printedAttributes } from "../../schemas/access/printed-attributes.ts";

const texts = z.array(z.string());

export const policy = command({
  name: "policy",
  summary: "a service's policy as RADIUS attributes, and the change on a live session",
  example: {
    policy: {
      speed: { down: 100_000_000, up: 20_000_000 },
      ipv4: { kind: "pool", pool: "home" },
      interimSeconds: 600,
    },
    nas: { vendor: "mikrotik", shaping: { kind: "rates" } },
    live: {
      before: {
        speed: { down: 50_000_000, up: 10_000_000 },
        ipv4: { kind: "pool", pool: "home" },
        interimSeconds: 600,
      },
      session: { userName: "anna@isp.example", sessionId: "81c00007" },
    },
  },
  input: record({
    policy: policySchema,
    nas,
    live: record({ before: policySchema, session }).optional().meta({
      description: "the policy at a live session's begin, and the attributes that identify the session",
    }),
  }),
  output: output({
    answer: z.enum(["accept", "reject"]),
    attributes: printedAttributes,
    unsupported: texts.optional(),
    change: output({
      kind: z.enum(["nothing", "coa", "disconnect", "impossible"]),
      attributes: printedAttributes.optional(),
      changed: texts.optional(),
      because: texts.optional(),
    }).optional(),
  }),
  run({ policy, nas, live }) {
    const { kind, attributes, ...rest } = located(["policy"], () => authorize(policy, nas));
    const change = live && located(["live"], () => changeOf(live.before, policy, nas, live.session));
    return {
      answer: kind,
      attributes: printAttributes(attributes),
      ...rest,
      ...(change && { change: printChange(change) }),
    };
  },
});

function printChange(change: Change) {
  return "attributes" in change ? { ...change, attributes: printAttributes(change.attributes) } : change;
}
