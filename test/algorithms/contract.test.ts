// The law of algorithms (`scenarios/outside/law.ts`): held by all of them in random runs full of faults, and each of its
// rules broken by an algorithm that breaks this one.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { algorithm, type Node, type Shape } from "../../runtime/contract/algorithm.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { type Draw, LAW } from "../../scenarios/outside/law.ts"
import type { Agreement } from "../../services/agreement/shape.ts"
import { agreement } from "../../services/agreement/service.ts"
import { chosenOf, CONTRACT_SCENARIOS, HOSTED_SCENARIOS, SERVICE_SCENARIOS } from "../support/contract-scenarios.ts"
import { isNight } from "../support/effort.ts"
import { POOL } from "../support/pool.ts"
import { scenarioOf } from "../support/service-run.ts"

/** More are soaked (`npm run soak -- --only raft/law`). */
const SEEDS = isNight ? [1, 2] : [1]

test("every algorithm has its random scenarios", () => {
  const names = Object.keys(CONTRACT_SCENARIOS).map(name => name.split("/")[0])
  expect(new Set(names)).toEqual(new Set(Object.keys(algorithms)))
})

describe.each(chosenOf(CONTRACT_SCENARIOS))("%s", (_, draw) => {
  test("has runs in which something happens", () => {
    for (const seed of SEEDS)
      expect(simulate(draw(seed), seed, { pool: POOL }).events, `seed ${seed}`).toBeGreaterThan(20)
  })

  test.each(Object.entries(LAW))("keeps the rule %s", (_rule, { breach }) => {
    for (const seed of SEEDS) expect(breach(draw, seed), `seed ${seed}`).toBeUndefined()
  })
})

/** Seeds of runs that broke a rule once. */
test.each([["multi-paxos", "writing", 805_770_541]])("%s keeps the rule %s with seed %i", (name, rule, seed) => {
  expect(LAW[rule]!.breach(CONTRACT_SCENARIOS[name]!, seed)).toBeUndefined()
})

describe.each(chosenOf({ ...SERVICE_SCENARIOS, ...HOSTED_SCENARIOS }))("%s", (_, draw) => {
  test("keeps the law", () => {
    for (const [rule, { breach }] of Object.entries(LAW)) expect(breach(draw, 1), rule).toBeUndefined()
  })
})

/** An echo: whoever is to decide tells all others, and what a node does with what it hears is the test's. */
interface Echo extends Shape {
  readonly parameters: object
  readonly disk: { readonly heard: number[] }
  readonly state: Memory
  readonly message: { readonly type: "Say"; readonly instance: number; readonly values: number[] }
  readonly timer: never
  readonly service: Agreement
}

interface Memory {
  /** The values heard by instance, and those of the latest instance: the same lists, or not. */
  readonly byInstance: Map<number, number[]>
  latest: number[]
  highest: number
  extra: unknown
}

type Hear = (node: Node<Echo>, message: Echo["message"]) => void

function echo(hear: Hear): Draw {
  const hearer = algorithm<Echo>({
    name: "echo",
    title: "Echo",
    source: "none",
    summary: "Everybody decides on what it hears.",
    tolerates: { faults: "none", of: () => 0 },
    serves: [agreement],
    parameters: {},
    disk: () => ({ heard: [] }),
    state: () => ({ byInstance: new Map(), latest: [], highest: 0, extra: null }),
    start() {},
    receive: { Say: hear },
    timeout: {},
    request: {
      Propose: (node, { instance, value }) => node.broadcast({ type: "Say", instance, values: [value] }),
      Await() {},
    },
  })
  return () => scenarioOf(hearer, agreement, { nodes: 3, workload: { instances: 20, proposers: 2 }, duration: "1s" })
}

/** The first rule that an echo breaks, and how. */
function brokenBy(hear: Hear): Readonly<Record<string, string>> {
  const found = Object.entries(LAW).map(([name, { breach }]) => [name, breach(echo(hear), 1)] as const)
  return Object.fromEntries(found.flatMap(([name, how]) => (how === undefined ? [] : [[name, how]])))
}

function decide(node: Node<Echo>, instance: number, value: number): void {
  node.report({ type: "decided", instance, value })
}

describe("the law", () => {
  test("is kept by an algorithm that only decides", () => {
    expect(brokenBy((node, { instance, values }) => decide(node, instance, values[0]!))).toEqual({})
  })

  test("values: broken by a state that holds one list in two places", () => {
    const broken = brokenBy((node, { instance, values }) => {
      const { state } = node
      if (!state.byInstance.has(instance)) state.byInstance.set(instance, (state.latest = []))
      state.latest.push(...values)
      decide(node, instance, state.byInstance.get(instance)!.length)
    })
    expect(broken).toMatchObject({ values: expect.stringMatching(/^another run from .* on \(fact, node \d\)$/) })
    expect(broken).not.toHaveProperty("frozen")
    expect(broken).not.toHaveProperty("alone")
  })

  test.each([
    ["an infinity", () => Infinity, "Infinity"],
    ["a number that is none", () => Number.NaN, "NaN"],
    ["an object of a class", () => new Date(0), "an object of the class Date"],
    ["a function", () => () => 1, "a function"],
  ])("values: broken by a state that holds %s", (_, make, words) => {
    const broken = brokenBy((node, { instance, values }) => {
      node.state.extra = make()
      decide(node, instance, values[0]!)
    })
    for (const rule of ["values", "writing"]) expect(broken[rule]).toMatch(`no plain data: ${words}`)
    expect(Object.keys(broken)).toEqual(["values", "writing"])
  })

  test("writing: broken by whoever goes by the order in which entries of a map were made", () => {
    const broken = brokenBy((node, { instance, values }) => {
      const { byInstance } = node.state
      byInstance.set(100 - instance, values.slice())
      const [[first] = [0]] = byInstance
      decide(node, instance, first)
    })
    expect(Object.keys(broken)).toEqual(["writing"])
  })

  test("frozen: broken by whoever changes what it has sent", () => {
    const broken = brokenBy((node, { instance, values }) => {
      if (values.length === 1) {
        const more = [...values, 7]
        node.broadcast({ type: "Say", instance, values: more })
        more.push(8)
      }
      decide(node, instance, values.length)
    })
    expect(broken["frozen"]).toMatch(/it fails at .*: Cannot add property 2, object is not extensible/)
    expect(broken).not.toHaveProperty("alone")
  })

  test("frozen: broken by whoever changes what it has received", () => {
    const broken = brokenBy((node, { instance, values }) => {
      if (values.length === 1) node.broadcast({ type: "Say", instance, values: [...values, 7] })
      values.push(9)
      decide(node, instance, values.length)
    })
    expect(broken["frozen"]).toMatch(/object is not extensible/)
  })

  test("alone: broken by a variable that all runs share", () => {
    let heard = 0
    const broken = brokenBy((node, { instance }) => decide(node, instance, heard++))
    expect(broken["alone"]).toMatch(/^another run from/)
  })

  test("a fault of the algorithm's own is thrown on: it is no breach", () => {
    const fails: Hear = () => {
      throw new Error("out of order")
    }
    expect(() => brokenBy(fails)).toThrow("out of order")
  })
})
