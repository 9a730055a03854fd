// Clients that act of their own accord, and the checks of services as part of what is explored: the checker and the host of a
// few lines find the same states.
import { describe, expect, test } from "vitest"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { STALL } from "../../../runtime/contract/untimed.ts"
import type { Model } from "../../../runtime/checker/model.ts"
import { explore } from "../../support/explore.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { untimedModel } from "../../support/untimed-models.ts"
import { isNight } from "../../support/effort.ts"

const MODELS: Readonly<Record<string, Model>> = {
  "paxos, 2 nodes, one of which crashes": untimedModel("paxos", "agreement", { nodes: 2, crashes: 1 }),
  "ring election, a message lost": untimedModel("ring-election", "leader-election", { losses: 1 }),
  "bully, a message twice": untimedModel("bully", "leader-election", { nodes: 2, duplicates: 1, timeouts: { all: 1 } }),
  "Ricart-Agrawala, 3 entries": untimedModel("ricart-agrawala", "mutual-exclusion", { operations: 3 }),
  "Maekawa, a message lost": untimedModel("maekawa", "mutual-exclusion", { losses: 1 }),
  "a central server, 4 entries": untimedModel("central-server", "mutual-exclusion", { operations: 4 }),
  "raft, 2 nodes, 1 command": untimedModel("raft", "replicated-log", { nodes: 2, operations: 1, timeouts: { all: 1 } }),
  "Lamport's queue on links that keep the order": untimedModel("lamport-mutex", "mutual-exclusion"),
  "FloodSet in rounds, a process that crashes": untimedModel("floodset", "agreement", { crashes: 1 }),
  "OM(1) in rounds, a message lost": untimedModel("oral-messages", "agreement", { nodes: 4, operations: 1, losses: 1 }),
  "raft, 2 nodes, a retry": untimedModel("raft", "replicated-log", {
    nodes: 2,
    operations: 1,
    retries: 1,
    timeouts: { election: 1 },
  }),
}

/** Those of thousands of states are too slow where they are explored for each of many mutants, and the largest one by day. */
const LARGE = isMutationRun
  ? ["ring election, a message lost", "raft, 2 nodes, a retry"]
  : ["ring election, a message lost"]

test.each(Object.entries(MODELS).filter(([name]) => isNight || !LARGE.includes(name)))(
  "%s: the same states, step by step",
  (_, model) => {
    const { states, generated, handled, watched, violation } = new Explorer(model).explore()
    const plain = explore(model)
    expect({ states, generated, handled, watched, violation }).toEqual({
      states: plain.states,
      generated: plain.generated,
      handled: plain.handled,
      watched: plain.watched.length,
      violation: null,
    })
    expect(states).toBeGreaterThan(70)
  },
)

describe("a state in which nothing can happen any more", () => {
  test("is a problem if not all is done, and only if that is asked for", () => {
    const model = untimedModel("ring-election", "leader-election", { losses: 1 })
    expect(new Explorer(model).explore().violation).toBeNull()
    const { violation } = new Explorer({ ...model, findsStalls: true }).explore()
    expect(violation).toMatchObject({ reason: STALL, isStall: true })
    // Two nodes begin, and a message of one is lost: the other one's goes nowhere, or all the way round to no avail.
    expect(violation?.path.filter(({ choice }) => choice === "lose")).toHaveLength(1)
  })

  test("is none once all is done", () => {
    const model = untimedModel("ring-election", "leader-election")
    expect(new Explorer({ ...model, findsStalls: true }).explore()).toMatchObject({ violation: null, missed: [] })
  })
})

describe("goals", () => {
  test("that no path reaches are named", () => {
    const { missed } = new Explorer(untimedModel("raft", "replicated-log", { operations: 1 })).explore()
    expect(missed).toEqual(["a node executes a command", "an operation succeeds", "every operation succeeds"])
  })

  test("that some path reaches are not", () => {
    const model = untimedModel("raft", "replicated-log", { nodes: 2, operations: 1, timeouts: { all: 1 } })
    expect(new Explorer(model).explore().missed).toEqual([])
  })
})

test.skipIf(isMutationRun)("an exploration can be left at any time, and says how much of it is left", () => {
  const explorer = new Explorer(untimedModel("paxos", "agreement"))
  explorer.begin()
  for (let i = 0; i < 10; i++) expect(explorer.advance()).toBe(true)
  const { isComplete, states, unexpanded } = explorer.result
  expect({ isComplete, isLeft: unexpanded > 1_000, isStopped: states < 110_000 }).toEqual({
    isComplete: false,
    isLeft: true,
    isStopped: true,
  })
  while (explorer.advance());
  expect(explorer.result).toMatchObject({ states: 100_917, generated: 230_383, isComplete: true, unexpanded: 0 })
})
