/** The violations of an experiment compared with those that it expects. */
import type { Expectation } from "../experiments/model/expectation.ts"
import type { TroubleKind } from "./troubles.ts"

/** The difference between actual and expected violations of an experiment. */
export interface Surprises {
  /** Kinds of violations that were not expected. */
  readonly unexpected: readonly TroubleKind[]
  /** Expected violations that no run shows, in words. */
  readonly missing: readonly string[]
}

/** Without an expectation, every violation is a surprise. */
export function surprisesIn(kinds: readonly TroubleKind[], expectation?: Expectation): Surprises {
  const violations = kinds.filter(({ isFailure }) => !isFailure)
  if (expectation === undefined) return { unexpected: violations, missing: [] }
  const { checks, by } = expectation
  const isExpected = ({ symptom, run }: TroubleKind): boolean =>
    (checks.length === 0 || checks.includes(symptom)) && (by.length === 0 || by.includes(run.cell.variant.key))
  const expected = violations.filter(isExpected)
  const missing =
    checks.length === 0
      ? expected.length === 0
        ? ["any check"]
        : []
      : checks.filter(check => expected.every(({ symptom }) => symptom !== check))
  return { unexpected: violations.filter(kind => !isExpected(kind)), missing }
}
