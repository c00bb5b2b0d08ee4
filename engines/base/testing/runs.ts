/** How many random cases a property tries; a part of them where ENGINE_TEST_SHARE says so (mutation testing). */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(count * Number(process.env.ENGINE_TEST_SHARE ?? "1")) };
}
