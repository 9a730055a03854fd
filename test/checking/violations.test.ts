// What is known to go wrong is found, in as few steps as it takes, and goes wrong in the run that is kept of it, too.
import { describe, expect, test } from "vitest"
import { formatStep } from "../../runtime/scenario/script-words.ts"
import type { Counterexample } from "../../checking/counterexample.ts"
import { checked, violationOf } from "../support/checks.ts"

function lines({ steps }: Counterexample): readonly string[] {
  return steps.map(({ step }) => (step === undefined ? "the round ends" : formatStep({ ...step }, [])))
}

describe("FloodSet", () => {
  test("with f rounds: a process that crashes as it tells the others leaves them with different inputs (Lynch §6.2.1)", () => {
    const found = violationOf("floodset", "agreement", { crashes: 1, set: { rounds: "f" } })
    expect(found.check).toBe("agreement")
    expect(found.steps).toHaveLength(7)
    expect(lines(found)).toContain("crash 1 for good")
  })
})

describe("Oral messages", () => {
  test("among three with a traitor: a lieutenant lies, or is silent, and the loyal ones differ (LSP §2)", () => {
    const found = violationOf("oral-messages", "agreement", { operations: 1, traitors: [1], set: { m: 1 } })
    expect(found.check).toBe("agreement")
    expect(found.steps).toHaveLength(9)
  })

  test("without relays: a commander tells two lieutenants different orders", () => {
    const options = { nodes: 4, operations: 1, traitors: [0], set: { m: 0 } }
    const found = violationOf("oral-messages", "agreement", options)
    expect(found).toMatchObject({ check: "agreement" })
  })
})

describe("deadlocks", () => {
  test("Maekawa's locks without relinquishing: three nodes each lock themselves and wait for the next", () => {
    const found = violationOf("maekawa", undefined, { operations: 3, set: { yielding: false } })
    expect(found.check).toBe("progress")
    expect(lines(found).filter(line => line.startsWith("client"))).toHaveLength(3)
  })

  test("an election of Chang and Roberts that loses a message", () => {
    const found = violationOf("ring-election", undefined, { losses: 1, set: {} })
    expect(found.check).toBe("progress")
    expect(lines(found)).toContain("client 0: elect")
  })

  test("Ricart and Agrawala's requests of which one is lost", () => {
    const found = violationOf("ricart-agrawala", undefined, { operations: 1, losses: 1 })
    expect(found.check).toBe("progress")
    expect(lines(found)).toEqual([
      "client 0: acquire",
      "deliver Request from 0 to 1",
      "lose Request from 0 to 2",
      "deliver Reply from 1 to 0",
    ])
  })
})

describe("what is assumed and does not hold", () => {
  test("Lamport's queue: a lost request lets two in", () => {
    const found = violationOf("lamport-mutex", undefined, { losses: 1 })
    expect(found).toMatchObject({ check: "mutual-exclusion" })
    expect(found.steps).toHaveLength(9)
  })

  test("Maekawa's locks: a crash, and whoever waits for that node waits for ever", () => {
    const found = violationOf("maekawa", undefined, { crashes: 1 })
    expect(found.check).toBe("progress")
    expect(lines(found).filter(line => line.startsWith("crash"))).toHaveLength(1)
  })

  test("Ricart and Agrawala's requests: a node that is down for good never replies", () => {
    const found = violationOf("ricart-agrawala", undefined, { operations: 2, stops: 1 })
    expect(found).toMatchObject({ check: "progress" })
    expect(lines(found).filter(line => /^crash \d for good$/.test(line))).toHaveLength(1)
    // The clients of a node that is down for good want nothing any more.
    expect(checked("ricart-agrawala", undefined, { nodes: 1, operations: 2, stops: 1 })).toMatchObject({
      violation: null,
      isComplete: true,
    })
  })

  test("bully: timeouts that run out before answers come", () => {
    const found = violationOf("bully", undefined, { operations: 0, timeouts: { all: 2 } })
    expect(found).toMatchObject({ check: "one-leader-per-epoch" })
    expect(lines(found)).toEqual(["timeout answer of 0", "timeout answer of 1"])
  })

  test("none of these within one step less", () => {
    expect(checked("bully", undefined, { operations: 0, timeouts: { all: 1 } }).violation).toBeNull()
  })
})
