import { NetworkFault } from "../../network-fault.ts";

/** Octets as hexadecimal digits, two for each. */
export function toHex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/**
 * Octets from hexadecimal digits, which spaces may separate and "0x" precede.
 * @throws NetworkFault PACKET_INVALID for anything else.
 */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/^0x/i, "").replaceAll(/\s/g, "");
  if (!/^([0-9a-f]{2})*$/i.test(digits)) {
    throw new NetworkFault(
      "PACKET_INVALID",
      `expected pairs of hexadecimal digits, such as "01 00 00 38"; found ${JSON.stringify(text.slice(0, 40))}: write two digits for each octet`,
    );
  }
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
