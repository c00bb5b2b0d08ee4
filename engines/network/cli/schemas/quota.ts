import { z } from "zod";
import { expected } from "../../../base/cli/schemas/expected.ts";
import { list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id, instant, wholeNumber, zone } from "../../../base/cli/schemas/scalars.ts";
import { bytes } from "./bytes.ts";
import { periodRule } from "./sessions.ts";

const timeOfDay = z
  .string({ error: expected('a time such as "22:00"') })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: expected('a time from "00:00" to "24:00"') })
  .meta({ description: "what the clocks of the zone show", examples: ["22:00"] })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const weight = z
  .string({ error: expected('a fraction in quotes, such as "1/2"') })
  .regex(/^\d{1,6}(\/[1-9]\d{0,5})?$/, {
    error: expected('a whole number or a fraction, such as "0" or "1/2"'),
  })
  .meta({ description: "how much of a byte counts", examples: ["1/2"] })
  .transform((text) => {
    const [numerator = "0", denominator = "1"] = text.split("/");
    return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
  });

const percent = wholeNumber(1, 1000);

/** A window that ends at 00:00 ends with its day. */
const window = record({
  from: timeOfDay,
  to: timeOfDay,
  days: list(wholeNumber(1, 7)).optional(),
  weight,
}).transform(({ to, ...rest }) => ({ ...rest, to: to === 0 ? 1440 : to }));

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
});

export const quotaTopUp = record({ id, at: instant, bytes, expiresAt: instant.optional() });
