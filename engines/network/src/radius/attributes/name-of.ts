import { toHex } from "../../octets/to-hex.ts";
import type { Attribute } from "./attribute.ts";

const hexadecimal = /^0x([0-9a-f]{2})*$/;

/**
 * The first value of a naming attribute, such as User-Name. RADIUS carries octets there, which an old NAS may send
 * in Latin-1. Octets that are not UTF-8 become `0x` and their digits, and so does a text that already has that
 * form, so that different names stay different.
 */
export function nameOf(attributes: readonly Attribute[], kind: string): string | undefined {
  const first = attributes.find(({ name }) => name === kind);
  if (first === undefined) return undefined;
  if (first.value instanceof Uint8Array) return `0x${toHex(first.value)}`;
  const text = String(first.value);
  return hexadecimal.test(text) ? `0x${toHex(new TextEncoder().encode(text))}` : text;
}
