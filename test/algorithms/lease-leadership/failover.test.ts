/** How long the next holder takes after a crash, and for how long two may believe that they lead (closed forms of `theory.ts`). */
import { describe, expect, it } from "vitest"
import { leaseLeadership } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import {
  bothBelieve,
  type Failover,
  meanFailoverByPoll,
  meanFailoverByWatch,
} from "../../../algorithms/lease-leadership/theory.ts"
import { MILLISECOND, type Micros, SECOND } from "../../../runtime/contract/units.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { campaignedElection } from "../../../services/leader-election/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { scenarioOf } from "../../support/service-run.ts"

const LENGTHS = { lease: 10 * SECOND, renewInterval: 3 * SECOND, lockDelay: 0, delay: 10 * MILLISECOND }
const POLL = SECOND

/** Node 0 leads, having begun first. Runs until 40 s. */
function eventsOf(nodes: number, parameters: object, faults: readonly Fault[], seed: number): readonly TraceEvent[] {
  const events: TraceEvent[] = []
  const scenario = scenarioOf(leaseLeadership, campaignedElection, {
    nodes,
    latency: "10ms",
    parameters: {
      lease: "10s",
      renewInterval: "3s",
      pollInterval: "1s",
      watchTimeout: "1h",
      maxDrift: "0%",
      ...parameters,
    },
    faults,
    duration: "40s",
  })
  const run = simulate(scenario, seed, { observer: event => void events.push(event) })
  expect(run.status, `seed ${seed}`).toBe("completed")
  return events
}

/** The leader is 0 from 20 ms on, and renews at 3,020 ms, 6,020 ms, ... */
const FIRST_RENEWAL = 3_020 * MILLISECOND

interface Crash {
  /** Time from the last renewal to the crash, uniform in 0..r. */
  readonly u: Micros
  /** Time from the crash to the next holder. */
  readonly took: Micros
}

function crash(seed: number, nodes: number, parameters: object): Crash {
  const { renewInterval } = LENGTHS
  const u = Random.stream(seed, "faults", 7).integer(1, renewInterval)
  const at = FIRST_RENEWAL + 3 * renewInterval + u
  const events = eventsOf(nodes, parameters, [{ kind: "crash", target: { nodes: [0] }, at }], seed)
  const next = events.find(event => event.type === "fact" && event.time > at && leads(event))
  if (next === undefined) throw new Error(`seed ${seed}: nobody leads after the crash`)
  return { u, took: next.time - at }
}

/** True if a node reports that it begins to lead. */
function leads(event: TraceEvent): boolean {
  return event.type === "fact" && "leader" in event.fact && event.fact.leader === event.node
}

/** The largest distance between the distribution of samples and that of a uniform share 0..1. */
function distance(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const { length } = sorted
  return Math.max(...sorted.map((share, place) => Math.max(share - place / length, (place + 1) / length - share)))
}

const SEEDS = Array.from({ length: randomRuns(400) }, (_, index) => index + 1)
/** Kolmogorov and Smirnov, 99 %. */
const FARTHEST = 1.628 / Math.sqrt(SEEDS.length)

/** The mean, and half of its 99 % interval. */
function meanOf(samples: readonly number[]): { readonly mean: number; readonly half: number } {
  const mean = samples.reduce((sum, each) => sum + each, 0) / samples.length
  const variance = samples.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (samples.length - 1)
  return { mean, half: 2.588 * Math.sqrt(variance / samples.length) }
}

describe("time from the crash of the leader to the next, L = 10 s, r = 3 s, d = 10 ms", () => {
  it.each([
    [3, 0],
    [5, 0],
    [7, 0],
    [9, 0],
    [3, 2],
  ])("watching, n = %i, lock delay %i s: exactly L - u + 4d + D, and on average L - r/2 + 4d + D", (nodes, seconds) => {
    const { lease, renewInterval, delay } = LENGTHS
    const lockDelay = seconds * SECOND
    const crashes = SEEDS.map(seed => crash(seed, nodes, { lockDelay: `${seconds}s` }))
    for (const { u, took } of crashes) expect(took).toBe(lease - u + 4 * delay + lockDelay)
    const { mean, half } = meanOf(crashes.map(({ took }) => took))
    expect(Math.abs(mean - meanFailoverByWatch({ ...LENGTHS, lockDelay }))).toBeLessThan(half)
    expect(distance(crashes.map(({ u }) => u / renewInterval))).toBeLessThan(FARTHEST)
  })

  it.each([3, 5, 7, 9])("polling every second, n = %i: L - u + 2d and the least of n-1 random phases", nodes => {
    const { lease, delay } = LENGTHS
    const waiters = nodes - 1
    const crashes = SEEDS.map(seed => crash(seed, nodes, { waiting: "poll" }))
    const { mean, half } = meanOf(crashes.map(({ took }) => took))
    expect(Math.abs(mean - meanFailoverByPoll(LENGTHS, POLL, waiters))).toBeLessThan(half)
    // The least of m phases is above x with probability (1 - x/P)^m.
    const shares = crashes.map(({ u, took }) => 1 - (1 - (took - (lease - u + 2 * delay)) / POLL) ** waiters)
    expect(shares.every(share => share >= 0 && share <= 1)).toBe(true)
    expect(distance(shares)).toBeLessThan(FARTHEST)
  })

  it("the worked examples: 8.54 s watching, and 8.8533 s of two that poll every second", () => {
    const lengths: Failover = LENGTHS
    expect(meanFailoverByWatch(lengths) / SECOND).toBeCloseTo(8.54, 10)
    expect(meanFailoverByPoll(lengths, POLL, 2) / SECOND).toBeCloseTo(8.8533, 4)
  })
})

describe("for how long two believe that they lead, where the holder's clock is slow by rho and the store's fast by rho", () => {
  /** The leader is cut off from the store once its renewal of 6,020 ms is answered, or of when its slow clock says so. */
  function overlap(drift: number, maxDrift: number): Micros {
    const renewal = 20 * MILLISECOND + Math.ceil((2 * LENGTHS.renewInterval) / (1 - drift))
    const events = eventsOf(
      3,
      { maxDrift },
      [
        { kind: "clockDrift", target: { nodes: [0] }, by: -drift, at: 0 },
        { kind: "clockDrift", target: { nodes: [3] }, by: drift, at: 0 },
        { kind: "cut", links: [[0, 3]], at: renewal + SECOND },
      ],
      1,
    )
    const stops = events.find(event => event.type === "fact" && event.node === 0 && !leads(event))
    const begins = events.find(event => leads(event) && "node" in event && event.node !== 0)
    return stops!.time - begins!.time
  }

  it.each([0.01, 0.02, 0.05, 0.1])("rho = %f, counting all of L: 2 rho L/(1-rho^2) - 4d", drift => {
    const expected = bothBelieve(LENGTHS.lease, drift, LENGTHS.delay)
    expect(expected).toBeGreaterThan(100 * MILLISECOND)
    // Timers round to a microsecond.
    expect(Math.abs(overlap(drift, 0) - expected)).toBeLessThanOrEqual(3)
  })

  it.each([0.01, 0.02, 0.05, 0.1])(
    "rho = %f, as declared: not at all, the others come 4d later at the earliest",
    drift => {
      expect(Math.abs(overlap(drift, drift) + 4 * LENGTHS.delay)).toBeLessThanOrEqual(3)
    },
  )
})
