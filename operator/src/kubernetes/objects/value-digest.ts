import { createHmac, randomBytes } from "node:crypto";

/** Made anew by every process, so that a digest found in a dump of memory cannot be tried against guesses. */
const key = randomBytes(32);

const form = /^digest:[A-Za-z0-9+/]{43}=$/;

/** What stands in the watched copy of a Secret or ConfigMap in place of a value; of a digest, the digest itself. */
export function valueDigest(value: string): string {
  return form.test(value) ? value : `digest:${createHmac("sha256", key).update(value).digest("base64")}`;
}
