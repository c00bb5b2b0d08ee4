import { z } from "zod";

// A tenant controls what answers the operator, so the schema bounds lists and names.
const names = z.array(z.string().max(128)).max(8).readonly();

/** The part of a runtime's `/health` that the operator reads; the body is the same for 200 and 503. */
export const healthReport = z.object({
  credentials: z.object({
    /** The user of each login of PostgreSQL that is in use. */
    database: names,
    /** The {@link passwordDigest} of each Redis password in use. */
    redis: names,
    /** The ids of its keys for tokens; it signs by the first. */
    auth: names,
  }),
});

/** All credentials that a runtime still uses. */
export type CredentialsReport = z.output<typeof healthReport>["credentials"];
