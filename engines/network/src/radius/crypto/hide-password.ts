import { md5 } from "./digest.ts";

/**
 * Hides a User-Password: pads it with zeros to at least one block of 16 octets (RFC 2865 section 5.2).
 * `authenticator` is the request's.
 */
export function hidePassword(
  password: Uint8Array,
  secret: Uint8Array,
  authenticator: Uint8Array,
): Uint8Array {
  const padded = new Uint8Array(Math.max(16, 16 * Math.ceil(password.length / 16)));
  padded.set(password);
  return hideBlocks(padded, secret, authenticator);
}

/**
 * Mixes each block of 16 octets with a hash of the secret and the hidden block before it; for the first block, of
 * the start.
 */
export function hideBlocks(blocks: Uint8Array, secret: Uint8Array, start: Uint8Array): Uint8Array {
  const hidden = new Uint8Array(blocks.length);
  for (let at = 0; at < blocks.length; at += 16) {
    mixBlock(hidden, blocks, at, md5(secret, at === 0 ? start : hidden.subarray(at - 16, at)));
  }
  return hidden;
}

/** The input of hideBlocks, recovered from its result. */
export function revealBlocks(hidden: Uint8Array, secret: Uint8Array, start: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(hidden.length);
  for (let at = 0; at < hidden.length; at += 16) {
    mixBlock(blocks, hidden, at, md5(secret, at === 0 ? start : hidden.subarray(at - 16, at)));
  }
  return blocks;
}

function mixBlock(into: Uint8Array, from: Uint8Array, at: number, mask: Uint8Array): void {
  mask.forEach((octet, index) => {
    into[at + index] = octet ^ (from[at + index] ?? 0);
  });
}
