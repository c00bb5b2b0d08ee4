import { createHash } from "node:crypto";

/**
 * By which a password is recognised without being told: the runtime reports it by the same formula. Of 256
 * random bits 48 bits of a hash give nothing away.
 */
export function passwordDigest(password: string): string {
  return createHash("sha256").update(`dotmac:${password}`).digest("hex").slice(0, 12);
}

/**
 * What a login's comment says of its password, since no one but a superuser can read a verifier back. Every
 * role can read comments.
 */
export function passwordMark(password: string): string {
  return `dotmac.io/password=${passwordDigest(password)}`;
}
