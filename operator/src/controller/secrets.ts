import { createHmac, randomBytes } from "node:crypto";
import type { Secret } from "./kinds.ts";

/** Made anew by every process, so that a digest found in a dump of memory cannot be tried against guesses. */
const key = randomBytes(32);

/** No base64 begins so. */
const mark = "digest:";

/** What stands in the watched copy of a Secret in place of a value. */
export function secretDigest(base64: string): string {
  return `${mark}${createHmac("sha256", key).update(base64).digest("base64")}`;
}

/** A Secret with digests in place of its values: enough to compare, nothing to leak. Digests stay as they are. */
export function withoutValues(secret: Secret): Secret {
  if (!secret.data) return secret;
  const digests = Object.entries(secret.data).map(([name, value]) => {
    return [name, value.startsWith(mark) ? value : secretDigest(value)] as const;
  });
  return { ...secret, data: Object.fromEntries(digests) };
}
