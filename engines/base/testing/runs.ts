/** The number of random cases of a property test. ENGINE_TEST_SHARE reduces it, for mutation testing. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(count * Number(process.env.ENGINE_TEST_SHARE ?? "1")) };
}
