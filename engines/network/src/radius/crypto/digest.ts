import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** MD5 over the parts, one after another. */
export function md5(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("md5", parts);
}

/** SHA-1 over the parts, one after another. */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha1", parts);
}

/** HMAC-MD5 (RFC 2104) over the parts, one after another. */
export function hmacMd5(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac("md5", key);
  for (const part of parts) hmac.update(part);
  return Uint8Array.from(hmac.digest());
}

/** Whether two values are equal, in a time that does not reveal where they differ. */
export function sameOctets(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function digest(algorithm: "md5" | "sha1", parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}
