// Bugs planted in ring election on purpose, and what catches each.
import { describe, expect, test } from "vitest"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import { firstFlaw } from "../../services/leader-election/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { flawOfPlainRing, ofPlainRing, ofRepairedRing } from "./mutants.ts"

describe("a mutant of the plain ring that", () => {
  test.each(ofPlainRing)("$bug: $caughtBy", ({ algorithm, caughtBy }) => {
    expect(flawOfPlainRing(algorithm)).toBe(caughtBy)
  })

  test("is none is not caught", () => {
    expect(flawOfPlainRing(ringElection)).toBeNull()
  })
})

describe("a mutant of the repaired ring that", () => {
  const parameters = { repair: true, order: "decreasing" }

  test.each(ofRepairedRing)("$bug: $caughtBy", ({ algorithm, recover, caughtBy }) => {
    expect(firstFlaw(algorithm, { seeds: 1_000, recover, parameters, eventBudget: 20_000 })).toBe(caughtBy)
  })

  test.each([false, true])("is none is not caught (recoveries: %s)", recover => {
    expect(firstFlaw(ringElection, { seeds: randomRuns(1_000), recover, parameters, eventBudget: 20_000 })).toBeNull()
  })
})
