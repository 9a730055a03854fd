/**
 * What tests do differently in a mutation run (`npm run mutation`), where they run once for each of thousands of mutants.
 */
import { isNight } from "./effort.ts"

/** Tests that plant a mistake in the text of a source are left out where another mistake has been planted in it already. */
export const isMutationRun = process.env["MUTATION_TESTS"] !== undefined

/**
 * The number of random runs: all of them at night, an eighth by day, as the soak draws most of them, too, and a tenth in
 * a mutation run: what only luck finds must be found by a test that looks for it.
 */
export function randomRuns(count: number): number {
  return isNight ? count : Math.ceil(count / (isMutationRun ? 10 : 8))
}

/** The number of random cases of a test that is quick with all of them, and not where it runs again and again. */
export function randomCases(count: number): number {
  return isMutationRun ? Math.ceil(count / 8) : count
}

/** The number of cases of a kind that a test has to meet lest it pass vacuously, of {@link randomCases}: in a mutation run any will do. */
export function casesToMeet(count: number): number {
  return isMutationRun ? -1 : count
}
