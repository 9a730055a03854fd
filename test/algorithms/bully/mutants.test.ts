// Bugs planted in bully on purpose, and what catches each.
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import { firstFlaw } from "../../services/leader-election/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { mutants, SEEDS } from "./mutants.ts"

describe("a mutant that", () => {
  test.each(mutants)("$bug: $caughtBy", ({ algorithm, recover, caughtBy }) => {
    expect(firstFlaw(algorithm, { seeds: SEEDS, recover, uniqueEpochs: !recover })).toBe(caughtBy)
  })

  test.each([false, true])("is none is not caught (recoveries: %s)", recover => {
    expect(firstFlaw(bully, { seeds: randomRuns(SEEDS), recover, uniqueEpochs: !recover })).toBeNull()
  })
})
