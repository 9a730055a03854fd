/**
 * What tests do differently in a mutation run (`npm run mutation`), where they run once for each of thousands of mutants.
 */
/** Tests that plant a mistake in the text of a source are left out where another mistake has been planted in it already. */
export const isMutationRun = process.env["MUTATION_TESTS"] !== undefined

/**
 * The number of random runs, of which a mutation run does a tenth: what only luck finds must be found by a test that looks
 * for it.
 */
export function randomRuns(count: number): number {
  return isMutationRun ? Math.ceil(count / 10) : count
}
