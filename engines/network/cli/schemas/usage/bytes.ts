import { z } from "zod";
import { expected } from "../../../../base/cli/schemas/expected.ts";

const what = 'a whole number of 0 or more, in quotes beyond 2^53, such as "18446744073709551615"';

/** A count of bytes or bits: a number, or digits in quotes where a number would not be exact. */
export const bytes = z
  .union(
    [
      z.int({ error: expected(what) }).min(0, { error: expected(what) }),
      z
        .string()
        .regex(/^\d{1,30}$/, { error: expected(what) })
        .meta({ examples: ["18446744073709551615"] }),
    ],
    { error: expected(what) },
  )
  .transform(BigInt);

/** The values of a packet's octet counter with its gigawords. */
export const octetCount = bytes.refine((count) => count < 2n ** 64n, {
  error: ({ input }) =>
    `expected a count of 64 bits, 18446744073709551615 at most; found ${input}: write the value that the NAS sent`,
});
