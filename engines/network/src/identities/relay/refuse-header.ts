import { NetworkFault } from "../../network-fault.ts";
import { toHex } from "../../octets/to-hex.ts";

/** The advice for the data of an option that is not whole, or more than that. */
export const wholeData = "pass the option's data whole, without its own code and length";

/** The code and the length of a DHCPv6 option with this code and these bytes, two octets each (RFC 8415 section 21.1). */
export function dhcpv6Header(code: number, bytes: Uint8Array): readonly number[] {
  const length = bytes.length - 4;
  return [0, code, length >> 8, length & 0xff];
}

/**
 * Refuses bytes that begin with the code and the length of their own option.
 * @throws NetworkFault IDENTITY_INVALID with the header.
 */
export function refuseHeader(bytes: Uint8Array, header: readonly number[], option: string): void {
  if (bytes.length < header.length || !header.every((octet, place) => bytes[place] === octet)) return;
  throw new NetworkFault(
    "IDENTITY_INVALID",
    `expected the data of ${option}; found 0x${toHex(Uint8Array.from(header))}, its code and length, before them: ${wholeData}`,
  );
}
