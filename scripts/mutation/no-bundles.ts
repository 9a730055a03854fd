/** The part of `esbuild` that tests use, for runs with mutants: tests that bundle code with a mistake of their own are left out. */

/** The message of the error by which such a test is known. */
export const NO_BUNDLES = "nothing is bundled in mutation runs"

export function build(): Promise<never> {
  return Promise.reject(new Error(NO_BUNDLES))
}
