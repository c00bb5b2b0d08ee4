import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { expected } from "../../../../base/cli/schemas/expected.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { instant, wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { countRates } from "../../../src/monitoring/rates/count-rates.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";
import { printedInstant } from "../../schemas/monitoring/printed-alarm.ts";

const count = z
  .string({ error: expected('a counter in quotes, such as "18446744073709551615"') })
  .regex(/^\d{1,20}$/, { error: expected("digits only, at most 20") })
  .meta({ description: "whole number in quotes", examples: ["18446744073709551615"] })
  .transform(BigInt);
const bitsPerCount = { octets: 8n, packets: 672n };

export const rates = command({
  name: "rates",
  summary: "the counts per second of an interface's counter; wraps and resets are distinguished",
  example: {
    counter: { width: 32, counts: "octets", bitsPerSecond: "100000000" },
    readings: [
      { at: "2026-03-01T00:00:00Z", value: "4294967000", upTime: "100000" },
      { at: "2026-03-01T00:01:00Z", value: "5704", upTime: "106000" },
    ],
  },
  input: record({
    counter: record({
      width: z.literal([32, 64], { error: expected("32 or 64, not in quotes") }),
      counts: oneOf(["octets", "packets"]).default("octets"),
      bitsPerSecond: count.optional(),
    }),
    readings: list(
      record({ at: instant, value: count, upTime: count.optional(), discontinuity: count.optional() }),
    ),
    longestGapSeconds: wholeNumber(1, 31_536_000).default(900),
    slackSeconds: wholeNumber(0, 3600).default(10),
  }),
  output: output({
    rates: z.array(
      output({
        from: printedInstant,
        to: printedInstant,
        kind: z.enum(["counted", "reset", "gap", "unclear"]),
        count: countSchema.optional(),
        perSecond: countSchema.optional(),
        wrapped: z.boolean().optional(),
        reason: z.string().optional(),
      }),
    ),
  }),
  run({ counter: { width, counts, bitsPerSecond }, readings, ...settings }) {
    const counter = { width, bitsPerCount: bitsPerCount[counts], ...(bitsPerSecond && { bitsPerSecond }) };
    const given = readings.map(({ upTime, discontinuity, ...reading }) => ({
      ...reading,
      ...(upTime === undefined ? {} : { upTime }),
      ...(discontinuity === undefined ? {} : { discontinuity }),
    }));
    return {
      rates: countRates(counter, given, settings).map(({ from, to, ...rest }) => ({
        from: Zone.printInstant(from),
        to: Zone.printInstant(to),
        ...rest,
        ...(rest.kind === "counted" && {
          count: printedCount(rest.count),
          perSecond: printedCount(rest.perSecond),
        }),
      })),
    };
  },
});
