/**
 * Closed forms of the token ring without repair, whose token always moves: one hop takes d, a stay S. With independent
 * requests it is a polling system with n identical queues.
 *
 * H. Takagi, "Analysis of Polling Systems", MIT Press 1986, for the three disciplines of serving them.
 * C. Mack, "The Efficiency of N Machines Uni-Directionally Patrolled by One Operative when Walking Time is Constant and Repair
 * Times are Variable", Journal of the Royal Statistical Society B 19(1), 1957, for nodes that think between two entries.
 */
import type { Load, Theory } from "../../runtime/contract/theory.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { exponential } from "../../runtime/lib/exact-math.ts"
import { isAboutAll, rateOf, stayOf, underFullContention } from "../common/full-contention.ts"
import { DISCIPLINES, type TokenRing } from "./types.ts"

/** All in one unit of time. */
export interface Ring {
  readonly nodes: number
  /** Of a hop. */
  readonly delay: number
  readonly hold: number
}

/** The entries of a node in one visit of the token: one, those requested before it came, or all until the queue is empty. */
export type Discipline = TokenRing["parameters"]["discipline"]

/**
 * Mean time from request to entry if requests arrive independently at the rate a = `rate`, all nodes alike, and r = aS;
 * infinite under overload:
 *
 * - limited: (aS² + d(n+r)) / 2(1-r-ad), if a(S+d) < 1;
 * - gated: (aS² + d(n+r)) / 2(1-r), if r < 1;
 * - exhaustive: (aS² + d(n-r)) / 2(1-r), if r < 1.
 */
export function meanWait({ nodes, delay, hold }: Ring, rate: number, discipline: Discipline = "limited"): number {
  const load = rate * hold
  const spare = 1 - load - (discipline === "limited" ? rate * delay : 0)
  const perRound = discipline === "exhaustive" ? nodes - load : nodes + load
  return spare > 0 ? (rate * hold * hold + delay * perRound) / (2 * spare) : Infinity
}

/**
 * Hops an entry, idle circulation included: (1-r)/(ad). Under overload it is 1 if each visit serves one, and otherwise tends
 * to 0 as queues grow.
 */
export function hops({ delay, hold }: Ring, rate: number, discipline: Discipline = "limited"): number {
  return Math.max(discipline === "limited" ? 1 : 0, (1 - rate * hold) / (rate * delay))
}

/**
 * The mean number of entries in one round of the token if each node, after it leaves, requests again after an exponentially
 * distributed time with mean `think` (Mack 1957).
 */
export function entriesPerRound({ nodes, delay, hold }: Ring, think: number): number {
  let weight = 1
  let choices = 1
  let entries = 0
  let total = 1
  for (let k = 1; k <= nodes; k++) {
    // Beyond that all almost surely request again within a round.
    weight *= exponential(Math.min(MAX_EXPONENT, (nodes * delay + (k - 1) * hold) / think)) - 1
    choices *= (nodes - k + 1) / k
    // n C(n-1, k-1) = k C(n, k)
    entries += k * choices * weight
    total += choices * weight
    // Only their ratios count, and these numbers may be too large to be represented.
    const scale = Math.max(1, total)
    weight /= scale
    entries /= scale
    total /= scale
  }
  return entries / total
}

const MAX_EXPONENT = 300

/** Mean time from request to entry for the same nodes: n(nd + SQ)/Q - 1/g - S, Q the entries in a round. */
export function meanWaitThinking(ring: Ring, think: number): number {
  const { nodes, delay, hold } = ring
  const entries = entriesPerRound(ring, think)
  return (nodes * (nodes * delay + hold * entries)) / entries - think - hold
}

function ringOf(load: Load): Ring {
  return { nodes: load.nodes, delay: load.delay, hold: stayOf(load) }
}

function thinkOf({ workload }: Pick<Load, "workload">): number {
  return Number(workload["think"])
}

/** True if the token never rests. */
const alwaysMoves = { repair: false, idlePause: 0 } as const

const independently = {
  service: "mutual-exclusion",
  parameters: alwaysMoves,
  workload: { arrivals: "poisson", holdTimes: "constant" },
  holds: (_: unknown, n: number, workload: Load["workload"]) => rateOf({ workload }) > 0 && isAboutAll(_, n, workload),
} as const

const thinking = {
  service: "mutual-exclusion",
  parameters: alwaysMoves,
  workload: { rate: 0, thinkTimes: "exponential", holdTimes: "constant" },
  holds: (_: unknown, n: number, workload: Load["workload"]) => thinkOf({ workload }) > 0 && isAboutAll(_, n, workload),
} as const

const MEAN_WAIT: Readonly<Record<Discipline, string>> = {
  limited: "(aS² + d(n+r)) / 2(1-r-ad)",
  gated: "(aS² + d(n+r)) / 2(1-r)",
  exhaustive: "(aS² + d(n-r)) / 2(1-r)",
}

const contended = underFullContention({
  formula: "(S + d)",
  length: load => stayOf(load) + load.delay,
  parameters: alwaysMoves,
})

export const theory: Theory = {
  // Idle circulation is not included.
  messages: [
    {
      service: "mutual-exclusion",
      parameters: { repair: false },
      workload: { requesters: 0, rate: 0, think: 0 },
      formula: "1",
      messages: () => 1,
    },
    // Once round the ring, from the only requester back to it.
    {
      service: "mutual-exclusion",
      parameters: { repair: false },
      workload: { requesters: 1 },
      formula: "n",
      messages: n => n,
    },
  ],
  totals: [
    ...DISCIPLINES.map(discipline => ({
      ...independently,
      parameters: { ...alwaysMoves, discipline },
      formula: "(1-r)/(ad)",
      messages: (load: Load) => hops(ringOf(load), rateOf(load), discipline),
    })),
    {
      ...thinking,
      formula: "n/Q (Mack)",
      messages: load => load.nodes / entriesPerRound(ringOf(load), thinkOf(load)),
    },
  ],
  wait: [
    ...DISCIPLINES.map(discipline => ({
      ...independently,
      parameters: { ...alwaysMoves, discipline },
      formula: MEAN_WAIT[discipline],
      mean: (load: Load) => meanWait(ringOf(load), rateOf(load), discipline),
    })),
    {
      ...thinking,
      formula: "n(nd+SQ)/Q - 1/g - S (Mack)",
      mean: load => meanWaitThinking(ringOf(load), thinkOf(load)),
    },
    ...contended.wait,
  ],
  capacity: [
    {
      service: "mutual-exclusion",
      parameters: { ...alwaysMoves, discipline: ["gated", "exhaustive"] },
      holds: (_, n, workload) => rateOf({ workload }) > 0 && isAboutAll(_, n, workload),
      formula: "1 / S",
      perSecond: load => SECOND / stayOf(load),
    },
    ...contended.capacity,
  ],
}
