import type { Attribute } from "./attribute.ts";
import { firstValue } from "./read.ts";

/** The octets of a session so far, from the NAS's view: input is the customer's upload. */
export interface Counters {
  /** Undefined if the packet does not count this direction, which differs from 0. */
  readonly input: bigint | undefined;
  readonly output: bigint | undefined;
}

/**
 * The 64-bit counters of an Accounting-Request: octets, and the number of times that they passed 2^32 (RFC 2869
 * sections 5.1 and 5.2). Undefined for a packet that counts no octets.
 */
export function countersOf(attributes: readonly Attribute[]): Counters | undefined {
  const [input, output] = [totalOf(attributes, "Acct-Input"), totalOf(attributes, "Acct-Output")];
  if (input === undefined && output === undefined) return undefined;
  return { input, output };
}

function totalOf(attributes: readonly Attribute[], name: string): bigint | undefined {
  const octets = firstValue(attributes, `${name}-Octets`, "integer");
  const gigawords = firstValue(attributes, `${name}-Gigawords`, "integer") ?? 0;
  return octets === undefined ? undefined : (BigInt(gigawords) << 32n) + BigInt(octets);
}
