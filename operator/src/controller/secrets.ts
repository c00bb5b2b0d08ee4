import { createHmac, randomBytes } from "node:crypto";
import type { Secret } from "./kinds.ts";

/** Made anew by every process, so that a digest found in a dump of memory cannot be tried against guesses. */
const key = randomBytes(32);

/** What stands in the watched copy of a Secret in place of a value. */
export function secretDigest(base64: string): string {
  return `digest:${createHmac("sha256", key).update(base64).digest("base64")}`;
}

/** A Secret with digests in place of its values: enough to compare, nothing to leak. */
export function withoutValues(secret: Secret): Secret {
  if (!secret.data) return secret;
  const digests = Object.entries(secret.data).map(([name, value]) => [name, secretDigest(value)] as const);
  return { ...secret, data: Object.fromEntries(digests) };
}
