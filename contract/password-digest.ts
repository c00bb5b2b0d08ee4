import { createHash } from "node:crypto";

/**
 * A digest by which operator and runtime compare passwords without revealing them. Passwords are 256 random bits, so 48
 * bits of a hash reveal nothing.
 */
export function passwordDigest(password: string): string {
  return createHash("sha256").update(`dotmac:${password}`).digest("hex").slice(0, 12);
}
