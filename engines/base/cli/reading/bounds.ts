/** The bounds of the text of an input. */
export const inputBounds = {
  /** Objects and lists within each other. */
  depth: 100,
  /** 64 MiB. */
  octets: 67_108_864,
} as const;
