/** Chang-Roberts' messages and latencies, exactly, by the formulas of the literature. */
import { describe, expect, test } from "vitest"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { CompletedRun } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { byNight } from "../../support/effort.ts"
import { runElections } from "../../services/leader-election/run-elections.ts"

const d = 10 * MILLISECOND

type Settings = Readonly<Record<string, unknown>>

/** One election after the one with which the members started; nobody else gets impatient, however long the ring is. */
function elect(nodes: number, settings: Settings, workload: Settings): CompletedRun {
  const parameters = { detectionTimeout: "60s", ...settings }
  const warmup = 2 * nodes * d + 50 * MILLISECOND
  const duration = 2 * warmup + nodes * d
  const run = runElections(ringElection, { nodes, parameters, workload, warmup, duration })
  const { attempted, ok } = run.outcome
  if (attempted !== 1 || ok !== 1) throw new Error(`${ok} of ${attempted} elections`)
  return run
}

const all = { initiators: "all" }

/** The messages of all candidates by hand: each travels until it meets a larger one; the largest goes once round. */
function hopsOf(ring: readonly number[]): number {
  const n = ring.length
  return ring
    .map((id, place) => {
      for (let hop = 1; hop < n; hop++) if (ring[(place + hop) % n]! > id) return hop
      return n
    })
    .reduce((sum, hops) => sum + hops, 0)
}

/** All orders of 0..n-1, lexicographically. */
function permutations(members: readonly number[]): number[][] {
  if (members.length === 0) return [[]]
  return members.flatMap(first => permutations(members.filter(id => id !== first)).map(rest => [first, ...rest]))
}

function ids(n: number): number[] {
  return Array.from({ length: n }, (_, id) => id)
}

/** n, best, mean, worst, standard deviation over all arrangements. */
const ALL_START = [
  [3, 5, 11 / 2, 6, 0.5],
  [4, 7, 25 / 3, 10, 0.942809],
  [5, 9, 137 / 12, 15, 1.411756],
  [6, 11, 14.7, 21, 1.9],
  [7, 13, 363 / 20, 28, 2.40249],
] as const

describe.each(ALL_START.filter(([n]) => n <= byNight(7, 6)))(
  "all %i members start",
  (n, best, mean, worst, deviation) => {
    test("every arrangement costs what its candidates travel: best 2n-1, mean nH_n, worst n(n+1)/2", () => {
      const rings = permutations(ids(n))
      const runs = rings.map((_, arrangement) => elect(n, { order: "numbered", arrangement }, all))
      const counts = runs.map(run => run.messagesByType["Election"]!)
      expect(counts).toEqual(rings.map(hopsOf))
      expect(runs.map(run => run.messages.protocol)).toEqual(counts.map(count => count + n))
      const average = counts.reduce((sum, count) => sum + count, 0) / counts.length
      const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length
      expect(Math.min(...counts)).toBe(best)
      expect(average).toBeCloseTo(mean, 9)
      expect(Math.max(...counts)).toBe(worst)
      expect(Math.sqrt(variance)).toBeCloseTo(deviation, 5)
    })
  },
)

describe.each([3, 5, 7, 9, 20, 50])("n = %i", n => {
  test("ids that increase in the direction of travel are the best case, 2n-1; ids that decrease the worst", () => {
    expect(elect(n, { order: "increasing" }, all).messagesByType["Election"]).toBe(2 * n - 1)
    expect(elect(n, { order: "decreasing" }, all).messagesByType["Election"]).toBe((n * (n + 1)) / 2)
  })

  test("a single initiator k hops before the largest id costs 2n+k: 2n to 3n-1, on average 2n + (n-1)/2", () => {
    const costs = ids(n).map(initiator => {
      const run = elect(n, { order: "increasing" }, { initiators: "one", initiator })
      const k = n - 1 - initiator
      expect(run.messagesByType).toMatchObject({ Election: n + k, Elected: n })
      expect(run.messages.protocol).toBe(2 * n + k)
      return run.messages.protocol
    })
    expect(Math.min(...costs)).toBe(2 * n)
    expect(Math.max(...costs)).toBe(3 * n - 1)
    expect(costs.reduce((sum, cost) => sum + cost, 0) / n).toBe(2 * n + (n - 1) / 2)
  })

  test("all start: the leader is found after n d, and the last member hears of it n-1 hops later", () => {
    expect(elect(n, {}, all).outcome.latency.max).toBe((2 * n - 1) * d)
  })

  test("a single initiator: (n+k) d, and n-1 hops", () => {
    for (const initiator of [0, n - 1]) {
      const k = n - 1 - initiator
      const run = elect(n, {}, { initiators: "one", initiator })
      expect(run.outcome.latency.max).toBe((n + k + n - 1) * d)
    }
  })

  test("repair doubles the messages: each is acknowledged", () => {
    const run = elect(n, { repair: true }, { initiators: "one", initiator: 0 })
    expect(run.messagesByType).toMatchObject({ Election: 2 * n - 1, Elected: n, Ack: 3 * n - 1 })
  })
})

test("over random arrangements of 50 the mean is close to 50 H_50 = 224.96 (standard deviation 26.7)", () => {
  const counts = ids(100).map(
    seed => elect(50, { order: "shuffled", arrangement: seed }, all).messagesByType["Election"]!,
  )
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  // Four standard errors.
  expect(Math.abs(mean - 224.960267)).toBeLessThan((4 * 26.7) / Math.sqrt(counts.length))
})
