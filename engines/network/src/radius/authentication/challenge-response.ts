import { des } from "../crypto/des.ts";
import { concat } from "../octets/concat.ts";

/**
 * Encrypts a challenge of 8 octets under the three thirds of a password's hash, padded with zeros to 21 octets (RFC
 * 2759 section 8.5; the same in MS-CHAP version 1, RFC 2433 appendix A).
 */
export function challengeResponse(challenge: Uint8Array, hash: Uint8Array): Uint8Array {
  const keys = new Uint8Array(21);
  keys.set(hash);
  return concat(...[0, 7, 14].map((at) => des(challenge, keys.subarray(at, at + 7))));
}
