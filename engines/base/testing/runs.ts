/**
 * The number of random cases of a property test, and their seed. The cases are the same in each run, so that a change is
 * judged by itself; `make test-random` chooses others. ENGINE_TEST_SHARE scales the number: less for mutation testing,
 * more for a long run.
 */
export function runs(count: number): { readonly numRuns: number; readonly seed: number } {
  const { ENGINE_TEST_SHARE = "1", ENGINE_TEST_SEED = "1" } = process.env;
  return { numRuns: Math.ceil(count * Number(ENGINE_TEST_SHARE)), seed: Number(ENGINE_TEST_SEED) };
}
