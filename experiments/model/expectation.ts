/** The checks that an experiment expects to be violated: some break things on purpose, and pass if those break. */

export interface Expectation {
  /** The checks, each of which is to be violated in some run; none named: any check. */
  readonly checks: readonly string[]
  /** The keys of the variants that are to violate them; none named: any of them. */
  readonly by: readonly string[]
}
