/** Reads octets from pairs of hexadecimal digits; undefined for any other text. */
export function octetsOfDigits(digits: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
