/** The part of `esbuild` that tests use, for runs with mutants: tests that bundle code with a mistake of their own are left out. */

/** The message of the error that identifies such a test. */
export const NO_BUNDLES = "nothing is bundled in mutation runs"

export function build(): Promise<never> {
  return Promise.reject(new Error(NO_BUNDLES))
}
