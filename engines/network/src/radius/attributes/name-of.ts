import { toHex } from "../../octets/to-hex.ts";
import type { Attribute } from "./attribute.ts";

const hexadecimal = /^0x([0-9a-f]{2})*$/;

/**
 * The name that the first attribute of a kind gives somebody or something, such as User-Name. RADIUS carries
 * octets there, which an old NAS may send in Latin-1: those that are no UTF-8 are given as `0x` and their
 * digits, and so is a text that looks like that, so that two different names never become one.
 */
export function nameOf(attributes: readonly Attribute[], kind: string): string | undefined {
  const first = attributes.find(({ name }) => name === kind);
  if (first === undefined) return undefined;
  if (first.value instanceof Uint8Array) return `0x${toHex(first.value)}`;
  const text = String(first.value);
  return hexadecimal.test(text) ? `0x${toHex(new TextEncoder().encode(text))}` : text;
}
