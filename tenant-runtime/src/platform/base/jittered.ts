/** The duration plus or minus up to a fifth, so that the pods of many tenants do not act at the same moment. */
export function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4);
}
