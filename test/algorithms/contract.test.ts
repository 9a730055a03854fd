// What the contract asks of every algorithm, so that any host can run it: held in random runs full of faults.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { freezing, prepared, rebuild, reread, TracedRun } from "../support/contract.ts"
import { CONTRACT_SCENARIOS } from "../support/contract-scenarios.ts"

const SEEDS = Array.from({ length: 5 }, (_, index) => index + 1)
/** Runs piece by piece, each of these runs in its turn, and returns what was seen of each. */
function tracesOf(...runs: readonly TracedRun[]): readonly (readonly string[])[] {
  for (let piece = 1; piece <= 20; piece++) for (const run of runs) run.runTo(piece / 20)
  return runs.map(({ trace }) => trace)
}

test("every algorithm has its random scenarios", () => {
  expect(new Set(Object.keys(CONTRACT_SCENARIOS).map(name => name.split("/")[0]))).toEqual(
    new Set(Object.keys(algorithms)),
  )
})

describe.each(Object.entries(CONTRACT_SCENARIOS))("%s", { timeout: 120_000 }, (_, draw) => {
  /** The seeds whose runs are not the same where the handlers of the algorithm get another kind of node. */
  function seedsChangedBy(change: (algorithm: Algorithm) => Algorithm, seeds = SEEDS): readonly number[] {
    return seeds.filter(seed => {
      const scenario = draw(seed)
      const changed = { ...scenario, algorithm: change(scenario.algorithm) }
      const [trace = [], other = []] = [scenario, changed].flatMap(one => tracesOf(new TracedRun(one, seed)))
      return trace.length < 10 || trace.length !== other.length || trace.some((event, index) => event !== other[index])
    })
  }

  test("state and disk are values: rebuilt before each handler, with no object in two places, they make the same run", () => {
    expect(seedsChangedBy(algorithm => prepared(algorithm, rebuild))).toEqual([])
  })

  test("what is written down of state and disk says all of them, whatever the order of fields and entries", () => {
    expect(seedsChangedBy(algorithm => prepared(algorithm, reread), SEEDS.slice(0, 1))).toEqual([])
  })

  test("what was sent, replied, reported or written is not changed afterwards", () => {
    expect(seedsChangedBy(algorithm => prepared(algorithm, freezing))).toEqual([])
  })

  test("runs share nothing: two that take turns in one process are as each alone", () => {
    for (const seed of SEEDS) {
      const begin = (): TracedRun[] => [seed, seed + 1].map(one => new TracedRun(draw(one), one))
      const alone = begin().flatMap(run => tracesOf(run))
      expect(tracesOf(...begin()), `seeds ${seed} and ${seed + 1}`).toEqual(alone)
    }
  })
})
