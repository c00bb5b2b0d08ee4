/**
 * The value after a type and a length of one octet each. Both ids have this form at Cisco and compatible vendors:
 * type 0 for bytes in a layout of their own, 1 for a configured text. Undefined if the length is not that of the
 * remaining bytes.
 */
export function typedValue(bytes: Uint8Array, type: 0 | 1): Uint8Array | undefined {
  return bytes[0] === type && bytes[1] === bytes.length - 2 ? bytes.subarray(2) : undefined;
}
