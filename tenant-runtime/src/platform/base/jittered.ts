/**
 * The duration plus or minus up to a fifth, so that the pods of many tenants, or work that failed together, do not act at
 * the same moment. `random` returns 0 to 1.
 */
export function jittered(duration: number, random: () => number = Math.random): number {
  return duration * (0.8 + 0.4 * random());
}
