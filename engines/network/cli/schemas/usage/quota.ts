import { z } from "zod";
import { expected } from "../../../../base/cli/schemas/expected.ts";
import { filledList, list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { id, instant, wholeNumber, zone } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { bytes } from "./bytes.ts";
import { endOf, refuseNoTime, refuseReversed, timesOfDay } from "./intervals.ts";
import { periodRule } from "./sessions.ts";

const weight = z
  .string({ error: expected('a fraction in quotes, such as "1/2"') })
  .regex(/^\d{1,6}(\/[1-9]\d{0,5})?$/, {
    error: expected('a whole number or a fraction, such as "0" or "1/2"'),
  })
  .meta({ description: "the counted part of a byte", examples: ["1/2"] })
  .transform((text) => {
    const [numerator = "0", denominator = "1"] = text.split("/");
    return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
  });

const percent = wholeNumber(1, 1000);

/** A window that ends at 00:00 ends with its day. */
const window = record({
  ...timesOfDay,
  days: filledList(wholeNumber(1, 7), "write days from 1 to 7, or leave the field out for all").optional(),
  weight,
})
  .superRefine(refuseNoTime, whenSound)
  .transform(({ to, ...rest }) => ({ ...rest, to: endOf(to) }));

export const quotaPlan = record({
  zone,
  cycle: periodRule.prefault({ unit: "month" }),
  included: bytes,
  counts: oneOf(["both", "download", "upload"]).default("both"),
  windows: list(window).default([]),
  freeClasses: list(id).default([]),
  rollover: record({ cycles: wholeNumber(1, 120), most: bytes.optional() }).optional(),
  notices: list(percent).default([]),
  steps: list(record({ name: id, percent, download: bytes, upload: bytes })).default([]),
});

export const quotaUsage = record({
  from: instant,
  to: instant,
  upload: bytes.default(0n),
  download: bytes.default(0n),
  trafficClass: id.optional(),
}).superRefine(refuseReversed("from", "to", "may-be-empty"), whenSound);

export const quotaTopUp = record({ id, at: instant, bytes, expiresAt: instant.optional() }).superRefine(
  refuseReversed("at", "expiresAt", "has-a-length"),
  whenSound,
);
