import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import { instant } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { quotaOn } from "../../../src/quota/quota-on.ts";
import type { SpeedStep } from "../../../src/quota/quota-plan.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";
import { printedInstant } from "../../schemas/monitoring/printed-alarm.ts";
import { refuseReversed } from "../../schemas/usage/intervals.ts";
import { quotaPlan, quotaTopUp, quotaUsage } from "../../schemas/usage/quota.ts";

const printedStep = output({
  name: z.string(),
  percent: z.int(),
  download: countSchema,
  upload: countSchema,
}).nullable();

export const quota = command({
  name: "quota",
  summary: "the used and remaining volume at an instant, and the current speed",
  example: {
    plan: {
      ...{ zone: "Europe/Paris", included: 100000000000, notices: [80, 100] },
      windows: [{ from: "00:00", to: "06:00", weight: "0" }],
      steps: [{ name: "slow", percent: 100, download: 2000000, upload: 1000000 }],
    },
    since: "2026-03-01T00:00:00+01:00",
    usage: [{ from: "2026-03-10T20:00:00Z", to: "2026-03-10T22:00:00Z", download: 85000000000 }],
    asOf: "2026-03-20T12:00:00Z",
  },
  input: record({
    plan: quotaPlan,
    since: instant,
    usage: list(quotaUsage),
    topUps: list(quotaTopUp).default([]),
    asOf: instant,
  }).superRefine(refuseReversed("since", "asOf", "may-be-empty", ["asOf"]), whenSound),
  output: output({
    cycle: output({ from: printedInstant, to: printedInstant }),
    used: countSchema,
    over: countSchema,
    free: countSchema,
    left: countSchema,
    buckets: z.array(
      output({
        kind: z.enum(["rollover", "included", "top-up"]),
        id: z.string(),
        granted: countSchema,
        left: countSchema,
        expiresAt: printedInstant.optional(),
      }),
    ),
    step: printedStep,
    notices: z.array(output({ percent: z.int(), at: printedInstant })),
    steps: z.array(output({ at: printedInstant, step: z.string().nullable() })),
    next: output({ at: printedInstant, why: z.enum(["cycle", "top-up-expires", "weight"]) }),
  }),
  run({ plan, asOf, ...facts }) {
    const { cycle, used, over, free, left, buckets, step, notices, steps, next } = quotaOn(plan, facts, asOf);
    return {
      cycle: { from: Zone.printInstant(cycle.from), to: Zone.printInstant(cycle.to) },
      used: printedCount(used),
      over: printedCount(over),
      free: printedCount(free),
      left: printedCount(left),
      buckets: buckets.map(({ kind, id, granted, left, expiresAt }) => ({
        ...{ kind, id, granted: printedCount(granted), left: printedCount(left) },
        ...(expiresAt === undefined ? {} : { expiresAt: Zone.printInstant(expiresAt) }),
      })),
      step: step === undefined ? null : stepOf(step),
      notices: notices.map(({ percent, at }) => ({ percent, at: Zone.printInstant(at) })),
      steps: steps.map(({ at, step }) => ({ at: Zone.printInstant(at), step: step?.name ?? null })),
      next: { ...next, at: Zone.printInstant(next.at) },
    };
  },
});

function stepOf({ download, upload, ...rest }: SpeedStep) {
  return { ...rest, download: printedCount(download), upload: printedCount(upload) };
}
