import { concat } from "../octets/concat.ts";
import { hideBlocks, revealBlocks } from "./hide-password.ts";

/**
 * Hides a value with a salt, like Tunnel-Password: the salt, then the hidden length, value and zeros up to blocks
 * of 16 octets (RFC 2868 section 3.5).
 */
export function hideWithSalt(
  value: Uint8Array,
  secret: Uint8Array,
  authenticator: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  const padded = new Uint8Array(16 * Math.ceil((1 + value.length) / 16));
  padded[0] = value.length;
  padded.set(value, 1);
  return concat(salt, hideBlocks(padded, secret, concat(authenticator, salt)));
}

/** Reveals a value that was hidden with a salt; undefined if it cannot be the result of hideWithSalt. */
export function revealWithSalt(
  hidden: Uint8Array,
  secret: Uint8Array,
  authenticator: Uint8Array,
): Uint8Array | undefined {
  const [salt, blocks] = [hidden.subarray(0, 2), hidden.subarray(2)];
  if (blocks.length === 0 || blocks.length % 16 !== 0) return undefined;
  const padded = revealBlocks(blocks, secret, concat(authenticator, salt));
  const length = padded[0] ?? 0;
  return length < padded.length ? padded.subarray(1, 1 + length) : undefined;
}
