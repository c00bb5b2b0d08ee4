/** The version of the Internet Protocol. */
export type Family = 4 | 6;

/** The number of bits in an address of the family. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}
