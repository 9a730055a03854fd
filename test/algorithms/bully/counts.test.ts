/** Bully's messages and latencies, exactly, by the formulas of the literature: N crashed, ids 1..N (0..N-1 here). */
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import type { Bully } from "../../../algorithms/bully/types.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { runElections } from "../../services/leader-election/run-elections.ts"
import { type Cluster, createCluster } from "../../support/cluster.ts"

const d = 10 * MILLISECOND
const T = 2 * d + MILLISECOND

/** Total T(i) of initiator i = 1, 2, ... */
const TOTALS: Readonly<Record<number, readonly number[]>> = {
  3: [5, 2],
  5: [19, 12, 7, 4],
  7: [41, 30, 21, 14, 9, 6],
  9: [71, 56, 43, 32, 23, 16, 11, 8],
}
const MEANS: Readonly<Record<number, number>> = { 3: 3.5, 5: 10.5, 7: 121 / 6, 9: 32.5 }
const SIZES = Object.keys(TOTALS).map(Number)

/** n processes that go by the highest; `crashed` processes die, and what was sent so far is forgotten. */
function settled(n: number, crashed: readonly number[], parameters = {}): Cluster<Bully> {
  const cluster = createCluster(bully, { nodes: n, latency: "10ms", clientLatency: "0ms", parameters })
  cluster.runFor("500ms")
  for (let id = 0; id < n; id++) expect(cluster.state(id).coordinator).toBe(n - 1)
  for (const id of crashed) cluster.crash(id)
  cluster.clearCounts()
  return cluster
}

/** Asks processes to hold an election and waits until all live ones go by `winner`; the time that took. */
function elect(cluster: Cluster<Bully>, initiators: readonly number[], winner: number): number {
  const begun = cluster.now
  for (const id of initiators) cluster.request(id, id, { type: "Elect" })
  cluster.runFor(1)
  const live = ids(cluster.size).filter(id => cluster.isUp(id))
  cluster.runUntil(() => live.every(id => cluster.state(id).coordinator === winner), "1s")
  const announced = cluster.facts.filter(({ fact }) => fact.leader === winner).map(({ time }) => time)
  return Math.max(...announced) - begun
}

function ids(n: number): number[] {
  return Array.from({ length: n }, (_, id) => id)
}

describe.each(SIZES)("N = %i, process N crashed", N => {
  test.each(TOTALS[N]!.map((total, index) => [index + 1, total]))("initiator %i costs %i messages", (i, total) => {
    const cluster = settled(N, [N - 1])
    elect(cluster, [i - 1], N - 2)
    expect(cluster.count("Election")).toBe(((N - i) * (N - i + 1)) / 2)
    expect(cluster.count("Answer")).toBe(((N - i) * (N - i - 1)) / 2)
    expect(cluster.count("Coordinator")).toBe(N - 2)
    expect(cluster.count(undefined, "protocol")).toBe(total)
    expect((N - i) ** 2 + N - 2).toBe(total)
  })

  test("the mean over all initiators is N(2N-1)/6 + N-2", () => {
    const costs = TOTALS[N]!.map((_, initiator) => {
      const cluster = settled(N, [N - 1])
      elect(cluster, [initiator], N - 2)
      return cluster.count(undefined, "protocol")
    })
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length
    expect(mean).toBeCloseTo(MEANS[N]!, 10)
    expect(mean).toBeCloseTo((N * (2 * N - 1)) / 6 + N - 2, 10)
  })

  test("if all survivors start at once, it costs what the lowest initiator costs", () => {
    const cluster = settled(N, [N - 1])
    elect(cluster, ids(N - 1), N - 2)
    expect(cluster.count(undefined, "protocol")).toBe(N * N - N - 1)
  })

  test("so it does if the survivors notice by themselves that the coordinator is silent", () => {
    const cluster = settled(N, [N - 1])
    elect(cluster, [], N - 2)
    expect(cluster.count(undefined, "protocol")).toBe(N * N - N - 1)
  })

  test("the workbench reports the same cost for the one election", () => {
    const faults = [{ kind: "crash", target: { nodes: [N - 1] }, at: SECOND }] as const
    TOTALS[N]!.forEach((total, initiator) => {
      const run = runElections(bully, { nodes: N, faults, workload: { initiators: "one", initiator } })
      expect(run.outcome).toMatchObject({ attempted: 1, ok: 1 })
      expect(run.messages.protocol).toBe(total)
    })
  })

  test("the best initiator takes T + d, the worst d + T + d", () => {
    expect(elect(settled(N, [N - 1]), [N - 2], N - 2)).toBe(T + d)
    expect(elect(settled(N, [N - 1]), [0], N - 2)).toBe(d + T + d)
  })

  test("the workbench reports the same latency", () => {
    const faults = [{ kind: "crash", target: { nodes: [N - 1] }, at: SECOND }] as const
    const latencyFrom = (initiator: number): number =>
      runElections(bully, { nodes: N, faults, workload: { initiators: "one", initiator } }).outcome.latency.max
    expect(latencyFrom(N - 2)).toBe(T + d)
    expect(latencyFrom(0)).toBe(d + T + d)
  })
})

describe.each(SIZES)("N = %i, nobody crashed", N => {
  test("an election from the bottom asks N(N-1)/2, answers as often, and announces N-1 times", () => {
    const cluster = settled(N, [])
    elect(cluster, [0], N - 1)
    cluster.runFor("50ms")
    expect(cluster.count("Election")).toBe((N * (N - 1)) / 2)
    expect(cluster.count("Answer")).toBe((N * (N - 1)) / 2)
    expect(cluster.count("Coordinator")).toBe(N - 1)
  })

  test("the coordinator alone announces itself again: N-1", () => {
    const cluster = settled(N, [])
    elect(cluster, [N - 1], N - 1)
    expect(cluster.count(undefined, "protocol")).toBe(N - 1)
  })
})

test("a coordinator's heartbeats are N-1 an interval, and no protocol messages", () => {
  const cluster = settled(5, [], { heartbeatInterval: "50ms" })
  cluster.runFor("1s")
  expect(cluster.count("Heartbeat", "heartbeat")).toBe(20 * 4)
  expect(cluster.count(undefined, "protocol")).toBe(0)
})
