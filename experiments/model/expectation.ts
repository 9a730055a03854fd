/** The violations that an experiment expects: some experiments break things on purpose, and pass only if a check fails. */

export interface Expectation {
  /** The checks that must each be violated in some run; empty: any check. */
  readonly checks: readonly string[]
  /** The keys of the variants that must violate them; empty: any variant. */
  readonly by: readonly string[]
}
