/**
 * The value after a type and a length of one octet each, as Cisco and those who follow it begin both ids:
 * 0 for bytes in their own layout, 1 for a configured text. Undefined unless the length is that of the rest.
 */
export function typedValue(bytes: Uint8Array, type: 0 | 1): Uint8Array | undefined {
  return bytes[0] === type && bytes[1] === bytes.length - 2 ? bytes.subarray(2) : undefined;
}
