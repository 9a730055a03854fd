/** Closed forms that charts draw: each is worth what its formula says, for two sizes of groups, worked out by hand. */
import { expect, it } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Conditions } from "../../runtime/contract/theory.ts"

/** Messages of an operation of 2 and of 5 nodes, by formula: f is 0 and 2, m is 0 and 1, quorums are majorities. */
const MESSAGES: Readonly<Record<string, readonly [two: number, five: number]>> = {
  "0": [0, 0],
  "1": [1, 1],
  "2": [2, 2],
  "3": [3, 3],
  "4": [4, 4],
  n: [2, 5],
  "n-1": [1, 4],
  "2(n-1)": [2, 8],
  "3(n-1)": [3, 12],
  "4(n-1)": [4, 16],
  "5(n-1)": [5, 20],
  "4(n-1)/n": [2, 3.2],
  "2n": [4, 10],
  "4n": [8, 20],
  // Groups of three replicas, or of all nodes where there are fewer.
  "2(r-1)": [2, 4],
  // Of two groups: one in two that the operator asks for leads away, 16 and 26 messages, the others 2 and 4.
  "2(r-1), and 10(r-1) + 2k + 4 for each move; requests by stale maps not counted": [2.9, 5.5],
  // A store of three processes.
  "4s": [12, 12],
  "3n-1": [5, 14],
  "2(3n-1)": [10, 28],
  "3n+1": [7, 16],
  "n²-1": [3, 24],
  "(n-1)^2": [1, 16],
  "(n+2)(n-1)": [4, 28],
  // A majority without the leader.
  "2⌊n/2⌋": [2, 4],
  "2(q₂-1)": [2, 4],
  "(f+1) n(n-1)": [2, 60],
  // Of a log, and of a front end that asks all replicas, or the log's leader only; all answer.
  "2(n-1) + 2n": [6, 18],
  "2(n-1) + n+1": [5, 14],
  "3(n-1) + 2n": [7, 22],
  "3(n-1) + n+1": [6, 18],
  "4(n-1) + 2n": [8, 26],
  "4(n-1) + n+1": [7, 22],
  "n²-1 + 2n": [7, 34],
  "n²-1 + n+1": [6, 30],
  "2⌊n/2⌋ + 2n": [6, 14],
  "2⌊n/2⌋ + n+1": [5, 10],
  "2(q₂-1) + 2n": [6, 14],
  "2(q₂-1) + n+1": [5, 10],
  // Two rounds, but of two nodes one.
  "2n(n-1)": [2, 40],
  "(n-1) + (n-1)(n-2) + ... in m+1 rounds": [1, 16],
}

/** Delays of an operation, in the same way. */
const DELAYS: Readonly<Record<string, readonly [two: number, five: number]>> = {
  "2d": [2, 2],
  "4d": [4, 4],
  "6d": [6, 6],
  "8d": [8, 8],
  "10d": [10, 10],
  "5d": [5, 5],
  "(n+1)d": [3, 6],
  "2nd": [4, 10],
  "2rd": [4, 6],
}

/** Messages that the busiest node handles, in the same way; s is the time for one. */
const HANDLED: Readonly<Record<string, readonly [two: number, five: number]>> = {
  "1": [1, 1],
  "2": [2, 2],
  n: [2, 5],
  "1/(n s)": [2, 5],
}

/** The parameters that a form is about, completed with the defaults. */
function valuesOf({ parameters }: Algorithm, conditions: Conditions = {}): Readonly<Record<string, unknown>> {
  const given = Object.entries(conditions).filter(([name]) => Object.hasOwn(parameters, name))
  const first = given.map(([name, value]) => [name, typeof value === "object" ? value[0] : value])
  const resolved = resolveParameters(parameters, Object.fromEntries(first), MILLISECOND)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.values
}

const theories = Object.values(algorithms).flatMap(algorithm =>
  algorithm.theory === undefined ? [] : [[algorithm.name, algorithm, algorithm.theory] as const],
)

it.each(theories)("messages, delays and load of %s", (_, algorithm, theory) => {
  for (const form of theory.messages ?? []) {
    // Quorums of this one are of planes and grids.
    if (form.formula === "3(K-1)") continue
    const values = valuesOf(algorithm, form.parameters)
    // A move of one chunk for every ten commands.
    const workload = { rate: 100, moveEvery: SECOND / 10, keys: 16 }
    expect([form.formula, [2, 5].map(n => form.messages(n, values, workload))]).toEqual([
      form.formula,
      MESSAGES[form.formula],
    ])
  }
  for (const { formula, betweenNodes, withClients, parameters } of theory.latency ?? []) {
    const values = valuesOf(algorithm, parameters)
    const delays = [2, 5].map(
      n => withClients + (typeof betweenNodes === "number" ? betweenNodes : betweenNodes(n, values)),
    )
    expect([formula, delays]).toEqual([formula, DELAYS[formula]])
  }
  for (const { formula, handled } of theory.load ?? []) {
    expect([formula, [2, 5].map(handled)]).toEqual([formula, HANDLED[formula]])
  }
})

/** Figures of three processes, each of ten steps, five of which end with a message and two with output: m is 15, o is 6. */
const FIGURES: Readonly<Record<string, number>> = { "0": 0, "2m": 30, o: 6, "m + o": 21 }

it.each(theories)("figures of %s without failures, of several nodes", (_, __, { figures = [] }) => {
  const workload = { steps: 10, messages: 0.5, outputs: 0.2 }
  const setting = { nodes: 3, delay: MILLISECOND, syncLatency: 0, failures: null, parameters: {}, workload }
  for (const { formula, holds, value } of figures) {
    // Of a process that fails, alone (young-daly.test.ts).
    if (!Object.hasOwn(FIGURES, formula)) continue
    expect([formula, value(setting)]).toEqual([formula, FIGURES[formula]])
    expect([1, 2].map(n => holds?.({}, n, workload))).toEqual([false, true])
    expect(value({ ...setting, failures: { mtbf: SECOND, mttr: SECOND } })).toBeUndefined()
  }
})

it("messages of quorums: K is 3 on a plane of 7 nodes, 5 on a grid of 9", () => {
  const [plane, grid] = algorithms["maekawa"]!.theory!.messages!
  expect([plane!.messages(7, {}, {}), grid!.messages(9, {}, {})]).toEqual([6, 12])
})

it("the time without a leader, and the heartbeats of one, of leases on a store", () => {
  const { failover, heartbeats } = algorithms["lease-leadership"]!.theory!
  const parameters = {
    lease: 10 * SECOND,
    renewInterval: 2 * SECOND,
    lockDelay: 3 * SECOND,
    pollInterval: 500 * MILLISECOND,
  }
  // L - r/2 + D is 12 s; then 4d if the others watch, 2d + P/n if they poll; a log takes 2d for a renewal, the expiry and an attempt.
  const means = failover!.map(({ mean }) => mean(100 * MILLISECOND, 5, parameters) / MILLISECOND)
  expect(means).toEqual([12_400, 12_300, 13_000])
  // One renewal in 2 s and its answer, and four that poll twice a second.
  expect(heartbeats!.map(({ perSecond }) => perSecond(5, parameters))).toEqual([1, 17])
  // Without a renewal interval of its own, a third of the lease.
  const thirds = { ...parameters, lease: 9 * SECOND, renewInterval: 0 }
  expect(heartbeats![0]!.perSecond(5, thirds)).toBeCloseTo(2 / 3, 10)
})

it("orders signed for one lieutenant, and for two, who tell each other", () => {
  const [, form] = algorithms["signed-messages"]!.theory!.messages!
  expect([2, 3].map(n => form!.messages(n, {}, {}))).toEqual([1, 4])
})
