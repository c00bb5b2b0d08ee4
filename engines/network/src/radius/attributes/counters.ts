import type { Attribute } from "./attribute.ts";
import { firstValue } from "./read.ts";

/** What a session carried so far, in octets, as the NAS sees it: input is the customer's upload. */
export interface Counters {
  /** Undefined where the packet does not count this direction, which is not 0. */
  readonly input: bigint | undefined;
  readonly output: bigint | undefined;
}

/**
 * The 64-bit counters of an Accounting-Request: octets, and how often 2^32 of them were passed (RFC 2869
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
