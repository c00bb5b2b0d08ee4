import { z } from "zod";

// The sender of this report may be an attacker, so the schema bounds lists and names.
const names = z.array(z.string().max(128)).max(8).readonly();

/** The part of a runtime's `/health` that the operator reads. The body is the same for 200 and 503. */
export const healthReport = z.object({
  credentials: z
    .object({
      /** The user of each PostgreSQL login in use. */
      database: names,
      /** The {@link passwordDigest} of each Redis password in use. */
      redis: names,
      /** The ids of its keys for tokens. It signs with the first. */
      auth: names,
    })
    // A list for each login that is added later. A runtime that does not know a login reports none.
    .catchall(names),
});

/** All credentials that a runtime still uses. */
export type CredentialsReport = z.output<typeof healthReport>["credentials"];
