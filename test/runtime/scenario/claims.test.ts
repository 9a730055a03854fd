/** What lies beyond what an algorithm claims to withstand, or takes for granted: nothing is held against it there. */
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import type { Algorithm, Assumptions } from "../../../runtime/contract/algorithm.ts"
import { isBeyondClaims } from "../../../runtime/scenario/claims.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import type { ScriptStep } from "../../../runtime/scenario/script.ts"
import { scenarioOf, type ServiceRunOptions } from "../../support/service-run.ts"

/** Whether some settings are beyond what an algorithm with these assumptions claims. */
function isBeyond(
  assumes: Assumptions | undefined,
  { fifo = false, ...options }: Partial<ServiceRunOptions> & { readonly fifo?: boolean },
): boolean {
  const { assumes: _, ...base } = algorithms["paxos"]!
  const algorithm: Algorithm = assumes === undefined ? base : { ...base, assumes }
  const scenario = scenarioOf(algorithm, algorithm.serves[0]!, { nodes: 5, ...options })
  return isBeyondClaims({ ...scenario, network: { ...scenario.network, fifo } })
}

const fault = (kind: string, more: object = {}): Partial<ServiceRunOptions> => ({
  faults: [{ kind, at: 1_000, target: { nodes: [0] }, ...more } as unknown as Fault],
})

describe("an algorithm that survives crashes", () => {
  test.each([
    ["crashes", fault("crash"), false],
    ["a lost disk", fault("amnesia"), true],
    ["a traitor", fault("byzantine", { behaviour: "lying" }), true],
    ["lost messages", { loss: 0.1 }, false],
    ["a partition", fault("partition", { sides: [[0, 1]] }), false],
    ["a delay", fault("delay", { by: 1_000 }), false],
  ])("%s", (_, options, isBeyondIt) => expect(isBeyond(undefined, options)).toBe(isBeyondIt))
})

describe("one that takes no disk for granted", () => {
  test.each([
    ["crashes", fault("crash"), false],
    ["a lost disk", fault("amnesia"), false],
    ["a traitor", fault("byzantine", { behaviour: "lying" }), true],
  ])("%s", (_, options, isBeyondIt) => expect(isBeyond({ storage: "none" }, options)).toBe(isBeyondIt))
})

describe("one that takes reliable links for granted", () => {
  test.each([
    ["crashes", fault("crash"), false],
    ["lost messages", { loss: 0.1 }, true],
    ["duplicated messages", { duplication: 0.1 }, true],
    ["a fault that loses messages", fault("loss", { share: 0.5 }), true],
    ["a partition", fault("partition", { sides: [[0, 1]] }), true],
    ["a delay", fault("delay", { by: 1_000 }), false],
    ["delays that differ", { latency: { model: "uniform", min: 1, max: 9 } as const }, false],
  ])("%s", (_, options, isBeyondIt) => expect(isBeyond({ links: "reliable" }, options)).toBe(isBeyondIt))
})

describe("one that takes links for granted that keep the order", () => {
  test.each([
    ["constant delays", { latency: "5ms" }, false],
    ["delays that differ", { latency: { model: "uniform", min: 1, max: 9 } as const }, true],
    [
      "delays that differ on links that keep the order",
      { latency: { model: "uniform", min: 1, max: 9 } as const, fifo: true },
      false,
    ],
    ["reordering", { fifo: true, ...fault("reordering", { share: 0.5, by: 1_000 }) }, true],
    ["a delay for a while", { latency: "5ms", ...fault("delay", { by: 1_000 }) }, true],
    ["lost messages", { latency: "5ms", loss: 0.1 }, true],
  ])("%s", (_, options, isBeyondIt) => expect(isBeyond({ links: "fifo" }, options)).toBe(isBeyondIt))
})

describe("one that takes for granted that clocks drift by at most 2 %", () => {
  test.each([
    ["crashes", fault("crash"), false],
    ["a pause", fault("pause"), false],
    ["a delay", fault("delay", { by: 1_000 }), false],
    ["as much drift", fault("clockDrift", { by: -0.02 }), false],
    ["more drift", fault("clockDrift", { by: 0.021 }), true],
    ["a clock that is more than that too slow", fault("clockDrift", { by: -0.021 }), true],
    ["a clock that jumps", fault("clockOffset", { by: 1 }), true],
    ["slow nodes", fault("slow", { serviceTime: 1_000 }), true],
  ])("%s", (_, options, isBeyondIt) => expect(isBeyond({ clocks: () => 0.02 }, options)).toBe(isBeyondIt))

  test("is beyond no claim of others, whatever clocks do", () => {
    expect(isBeyond(undefined, fault("clockDrift", { by: 0.5 }))).toBe(false)
  })
})

describe("one that takes known delays for granted", () => {
  test.each([
    ["crashes", fault("crash"), false],
    ["a delay", fault("delay", { by: 1_000 }), true],
    ["a pause", fault("pause"), true],
    ["slow nodes", fault("slow", { serviceTime: 1_000 }), true],
    ["lost messages", { loss: 0.1 }, false],
  ])("%s", (_, options, isBeyondIt) => expect(isBeyond({ timing: "synchronous" }, options)).toBe(isBeyondIt))
})

describe("a script", () => {
  const steps: Readonly<Record<string, ScriptStep>> = {
    "a crash": { type: "crash", node: 0, and: "restart" },
    "a crash for good": { type: "crash", node: 0, and: "stop" },
    "a lost disk": { type: "crash", node: 0, and: "amnesia" },
    "a lost message": { type: "lose", message: "Prepare", from: { node: 0 }, to: { node: 1 } },
    "a message that comes twice": { type: "duplicate", message: "Prepare", from: { node: 0 }, to: { node: 1 } },
    "a timer": { type: "timeout", node: 0, timer: "retry" },
    "a change of members": { type: "change", node: 0, members: [0, 1] },
  }

  function beyond(name: string): readonly string[] {
    const algorithm = algorithms[name]!
    const scenario = scenarioOf(algorithm, algorithm.serves[0]!, { nodes: 5 })
    return Object.entries(steps).flatMap(([words, step]) => {
      return isBeyondClaims({ ...scenario, script: { operations: 1, steps: [step] } }) ? [words] : []
    })
  }

  test("is judged by its steps", () => {
    expect(beyond("paxos")).toEqual(["a lost disk"])
    expect(beyond("viewstamped-replication")).toEqual([])
    expect(beyond("floodset")).toEqual(["a lost disk", "a lost message", "a message that comes twice"])
    expect(beyond("maekawa")).toEqual(
      Object.keys(steps).filter(step => step !== "a timer" && step !== "a change of members"),
    )
  })

  test("and by its traitors", () => {
    const algorithm = algorithms["oral-messages"]!
    const scenario = scenarioOf(algorithm, algorithm.serves[0]!, { nodes: 4 })
    const beyondWith = (traitors: readonly number[]) => {
      return isBeyondClaims({ ...scenario, script: { operations: 1, traitors, steps: [] } })
    }
    expect([beyondWith([1]), beyondWith([1, 2])]).toEqual([false, true])
  })
})

test("an algorithm whose parameters decide on what it claims is judged by them", () => {
  const lossy = (order: string): boolean => {
    const algorithm = algorithms["active-replication"]!
    return isBeyondClaims(scenarioOf(algorithm, algorithm.serves[0]!, { nodes: 5, loss: 0.1, parameters: { order } }))
  }
  expect(["sequencer", "raft", "multi-paxos"].map(lossy)).toEqual([true, false, false])
})
