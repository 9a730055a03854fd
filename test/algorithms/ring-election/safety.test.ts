/**
 * The repaired ring under what it claims to survive: any crashes and recoveries at any time, with delays that keep
 * their bound. The faults of a seed, and the arrangement of its ring, are random; a failing seed is named.
 */
import { describe, expect, test } from "vitest"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { CompletedRun } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { holds, randomCrashes, SEEDS } from "../../services/leader-election/random-crashes.ts"
import { type ElectionOptions, runElections } from "../../services/leader-election/run-elections.ts"
import { MORE_RUNS } from "../../support/more-runs.ts"

function run(seed: number, options: ElectionOptions): CompletedRun {
  const latency = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
  const parameters = { repair: true, order: "shuffled", arrangement: seed, ...options.parameters }
  return runElections(ringElection, { latency, seed, warmup: 0, duration: 6 * SECOND, ...options, parameters })
}

describe("a repaired ring", () => {
  test.each([false, true])("no split brain, and whoever is left has a leader (recoveries: %s)", recover => {
    for (const seed of SEEDS) {
      const { nodes, faults, survivors } = randomCrashes(seed, { recover })
      const { verdicts, figures, unknown } = run(seed, { nodes, faults }).outcome
      expect(verdicts, `seed ${seed}`).toEqual(holds)
      expect(figures["split_brain_share"], `seed ${seed}`).toBe(0)
      expect(unknown, `seed ${seed}: no leader in the end`).toBe(recover || survivors > 0 ? 0 : 1)
    }
  })
})

describe("a repaired ring, once lost messages, a partition and crashes are over,", () => {
  test("agrees", () => {
    for (const seed of SEEDS.slice(0, 200)) {
      expect(MORE_RUNS["ring-election/trouble"](seed), `seed ${seed}`).toEqual([])
    }
  })
})

describe("the plain ring", () => {
  test("has no leader for good once its leader has died, and is safe all the same", () => {
    for (const seed of SEEDS.slice(0, 100)) {
      const { nodes } = randomCrashes(seed, { recover: false })
      const crash = { kind: "crash", target: { leader: true }, at: SECOND } as const
      const { verdicts, outages } = run(seed, { nodes, faults: [crash], parameters: { repair: false } }).outcome
      expect(verdicts, `seed ${seed}`).toEqual(holds)
      expect(outages.at(-1), `seed ${seed}`).toEqual({
        start: SECOND,
        end: 6 * SECOND,
        cause: `crash of node ${nodes - 1}`,
      })
    }
  })
})
