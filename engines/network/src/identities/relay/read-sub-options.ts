import { NetworkFault } from "../../network-fault.ts";
import { refuseHeader, wholeData } from "./refuse-header.ts";

export interface SubOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/**
 * The sub-options of a DHCP option: one octet of code, one of length, then the value (RFC 3046 section 2.0).
 * @throws NetworkFault IDENTITY_INVALID if a length extends past the end, the last sub-option is incomplete, or the bytes
 *   begin with the option's own code and length.
 */
export function readSubOptions(bytes: Uint8Array): readonly SubOption[] {
  refuseHeader(bytes, [82, bytes.length - 2], "DHCP option 82");
  const found: SubOption[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [code, length] = bytes.subarray(at, at + 2);
    const left = bytes.length - at - 2;
    if (code === undefined || length === undefined || length > left) {
      const problem = length === undefined ? "only a code" : `a length of ${length} before ${left} bytes`;
      throw new NetworkFault(
        "IDENTITY_INVALID",
        `expected a sub-option at byte ${at} with its code, its length and so many bytes; found ${problem}: ${wholeData}`,
      );
    }
    found.push({ code, value: bytes.slice(at + 2, at + 2 + length) });
    at += 2 + length;
  }
  return found;
}
