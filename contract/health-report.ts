import { z } from "zod";

// What answers the operator is in a tenant's hands: lists and names are bounded.
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

/** What a runtime uses now, all that is still in use included. */
export type CredentialsReport = z.output<typeof healthReport>["credentials"];
