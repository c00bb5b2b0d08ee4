/** The number of bits that a non-negative number needs: 0 for 0n, 8 for 255n. */
export function bitLength(value: bigint): number {
  const digits = value.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits.charAt(0), 16)) + 28;
}
