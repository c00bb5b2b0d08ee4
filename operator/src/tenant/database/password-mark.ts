import { createHash } from "node:crypto";

/**
 * What a login's comment says of its password, since no one but a superuser can read a verifier back. Every
 * role can read comments; of 256 random bits 48 bits of a hash give nothing away.
 */
export function passwordMark(password: string): string {
  return `dotmac.io/password=${createHash("sha256").update(`dotmac:${password}`).digest("hex").slice(0, 12)}`;
}
