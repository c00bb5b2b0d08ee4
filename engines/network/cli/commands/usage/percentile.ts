import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { date, id, instant, zone } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { ratePercentile, samplesOfPeriod } from "../../../src/quota/rate-percentile.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";
import { bytes } from "../../schemas/usage/bytes.ts";
import { refuseReversed } from "../../schemas/usage/intervals.ts";

export const percentile = command({
  name: "percentile",
  summary: "the 95th percentile of a period's five-minute rates",
  example: {
    zone: "Europe/Paris",
    period: { from: "2026-03-01", to: "2026-04-01" },
    samples: [
      { at: "2026-03-01T00:00:00+01:00", in: 400000000, out: 90000000 },
      { at: "2026-03-01T00:05:00+01:00", in: 500000000, out: 80000000 },
    ],
  },
  input: record({
    zone,
    period: record({ from: date, to: date }).superRefine(
      refuseReversed("from", "to", "has-a-length"),
      whenSound,
    ),
    samples: list(record({ at: instant, in: bytes, out: bytes, port: id.optional() })),
    direction: oneOf(["in", "out", "larger", "larger-sample", "sum"]).default("larger"),
    missing: oneOf(["leave-out", "zero", "previous"]).default("leave-out"),
  }),
  output: output({
    expected: z.int(),
    missing: z.int(),
    in: countSchema,
    out: countSchema,
    billed: countSchema,
    setAside: z.array(output({ path: z.string(), message: z.string() })),
  }),
  run({ zone, period, samples, ...settings }) {
    const { expected, missing, in: rateIn, out, billed } = ratePercentile(samples, period, zone, settings);
    return {
      ...{ expected, missing },
      ...{ in: printedCount(rateIn), out: printedCount(out), billed: printedCount(billed) },
      setAside: samplesOfPeriod(samples, period, zone).setAside.map(({ index, message }) => ({
        path: `samples[${index}]`,
        message,
      })),
    };
  },
});
