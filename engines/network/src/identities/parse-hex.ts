import { NetworkFault } from "../network-fault.ts";
import { octetsOfDigits } from "../octets/octets-of-digits.ts";

/**
 * Reads bytes from hexadecimal digits in the forms that packet captures print: `0x0106…`, `01:06:…`, `01 06 …`.
 * @throws NetworkFault IDENTITY_INVALID for another character or half a byte.
 */
export function parseHex(text: string): Uint8Array {
  const octets = octetsOfDigits(text.replace(/^0x/i, "").replace(/[: -]/g, ""));
  if (octets !== undefined) return octets;
  throw new NetworkFault(
    "IDENTITY_INVALID",
    `expected bytes as pairs of hexadecimal digits, such as "0x0106000400640001"; found ${JSON.stringify(text)}: write two digits for each byte`,
  );
}
