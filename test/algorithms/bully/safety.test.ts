/**
 * Bully under what it claims to survive: any crashes and recoveries at any time, with delays that keep their bound.
 * The faults of a seed are random; a failing seed is named.
 */
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { holds, randomCrashes, SEEDS } from "../../services/leader-election/random-crashes.ts"
import { runElections } from "../../services/leader-election/run-elections.ts"
import { MORE_RUNS } from "../../support/more-runs.ts"

const uniform = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const

describe("any number of crashes at any time", () => {
  test("no split brain, no two leaders in an epoch, and whoever is left elects the highest", () => {
    for (const seed of SEEDS) {
      const { nodes, faults, survivors } = randomCrashes(seed, { recover: false })
      const run = runElections(bully, { nodes, seed, faults, latency: uniform, warmup: 0, duration: 4 * SECOND })
      const { verdicts, figures, unknown } = run.outcome
      expect(verdicts, `seed ${seed}`).toEqual(holds)
      expect(figures, `seed ${seed}`).toMatchObject({ split_brain_share: 0, reused_epochs: 0 })
      expect(unknown, `seed ${seed}: no leader in the end`).toBe(survivors > 0 ? 0 : 1)
    }
  })
})

describe("crashes and recoveries at any time", () => {
  test("no two leaders in an epoch, and in the end all agree", () => {
    for (const seed of SEEDS) {
      const { nodes, faults } = randomCrashes(seed, { recover: true })
      const run = runElections(bully, { nodes, seed, faults, latency: uniform, warmup: 0, duration: 6 * SECOND })
      expect(run.outcome.verdicts, `seed ${seed}`).toEqual(holds)
      expect(run.outcome.unknown, `seed ${seed}: no leader in the end`).toBe(0)
      const splitBrain = run.outcome.figures["split_brain_share"]! * 6 * SECOND
      expect(splitBrain, `seed ${seed}: one delay each`).toBeLessThanOrEqual(faults.length * uniform.max)
    }
  })
})

describe("once lost messages, duplicates, a partition and crashes are over", () => {
  test("all agree", () => {
    for (const seed of SEEDS.slice(0, 200)) {
      expect(MORE_RUNS["bully/trouble"](seed), `seed ${seed}`).toEqual([])
    }
  })
})
