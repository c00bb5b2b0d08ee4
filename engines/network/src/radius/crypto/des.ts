import { createCipheriv } from "node:crypto";

/**
 * DES of one block of 8 octets under 56 bits of key, 7 octets, as in MS-CHAP (RFC 2759 section 8.6). OpenSSL 3 has
 * no single DES. Triple DES under three equal keys is the same function: it encrypts, decrypts and encrypts.
 */
export function des(block: Uint8Array, key: Uint8Array): Uint8Array {
  const spread = withParityBits(key);
  const cipher = createCipheriv("des-ede3-ecb", Uint8Array.of(...spread, ...spread, ...spread), null);
  cipher.setAutoPadding(false);
  return Uint8Array.from(cipher.update(block));
}

/** The key with seven bits in each of 8 octets. DES ignores the lowest bit, which is for parity. */
function withParityBits(key: Uint8Array): Uint8Array {
  const bits = key.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  return Uint8Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(49 - 7 * index)) & 0x7fn) << 1);
}
