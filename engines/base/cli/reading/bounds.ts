/** The limits of an input's text. */
export const inputBounds = {
  /** Nesting depth of objects and lists. */
  depth: 100,
  /** 64 MiB. */
  octets: 67_108_864,
} as const;
