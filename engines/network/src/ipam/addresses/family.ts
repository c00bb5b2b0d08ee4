/** The version of the Internet Protocol. */
export type Family = 4 | 6;

/** How many bits an address of the family has. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}
