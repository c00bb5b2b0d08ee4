import { NetworkFault } from "../../network-fault.ts";
import { octetsOfDigits } from "../../octets/octets-of-digits.ts";

/**
 * Reads octets from hexadecimal digits. Spaces may separate them and "0x" may precede them.
 * @throws NetworkFault PACKET_INVALID for any other text.
 */
export function fromHex(text: string): Uint8Array {
  const octets = octetsOfDigits(text.replace(/^0x/i, "").replaceAll(/\s/g, ""));
  if (octets !== undefined) return octets;
  throw new NetworkFault(
    "PACKET_INVALID",
    `expected pairs of hexadecimal digits, such as "01 00 00 38"; found ${JSON.stringify(text.slice(0, 40))}: write two digits for each octet`,
  );
}
