/** The duration give or take a fifth, so that the pods of many tenants do not act in step. */
export function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4);
}
