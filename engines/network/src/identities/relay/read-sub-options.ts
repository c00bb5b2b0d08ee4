import { NetworkFault } from "../../network-fault.ts";

export interface SubOption {
  readonly code: number;
  readonly value: Uint8Array;
}

/**
 * The sub-options of a DHCP option: one octet of code, one of length, then the value (RFC 3046 section 2.0).
 * @throws NetworkFault IDENTITY_INVALID if a length extends past the end, or the last sub-option is incomplete.
 */
export function readSubOptions(bytes: Uint8Array): readonly SubOption[] {
  const found: SubOption[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [code, length] = bytes.subarray(at, at + 2);
    const left = bytes.length - at - 2;
    if (code === undefined || length === undefined || length > left) {
      throw new NetworkFault(
        "IDENTITY_INVALID",
        `expected a sub-option at byte ${at} with its code, its length and so many bytes; found ${length ?? "no"} as length with ${Math.max(left, 0)} bytes left: pass the option's data whole, without its own code and length`,
      );
    }
    found.push({ code, value: bytes.slice(at + 2, at + 2 + length) });
    at += 2 + length;
  }
  return found;
}
