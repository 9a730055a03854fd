// Searches in another order than breadth first: depth first meets the same states, random walks meet no others.
import { describe, expect, test } from "vitest"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { type Model, NO_BUDGETS } from "../../../runtime/checker/model.ts"
import { RandomWalks } from "../../../runtime/checker/search/random-walks.ts"
import { paxosModel, raftModel } from "../../support/explorations.ts"
import { untimedModel } from "../../support/untimed-models.ts"

const MODELS: Readonly<Record<string, Model>> = {
  "paxos, 1 proposer": paxosModel({ proposers: 1 }),
  "paxos, 1 proposer, 2 losses": paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, losses: 2 } }),
  "raft, 2 nodes, 3 timeouts": raftModel(3, 2),
  "links that keep the order": untimedModel("lamport-mutex", "mutual-exclusion", { operations: 2 }),
  "rounds, in which a process crashes": untimedModel("floodset", "agreement", { crashes: 1 }),
}

describe("depth first", () => {
  test.each(Object.entries(MODELS))("%s: the same states and steps", (_, model) => {
    const { states, generated, isComplete, depth } = new Explorer(model, { order: "depth" }).explore()
    const breadth = new Explorer(model).explore()
    expect({ states, generated, isComplete }).toEqual({
      states: breadth.states,
      generated: breadth.generated,
      isComplete: true,
    })
    expect(depth).toBeGreaterThanOrEqual(breadth.depth)
  })

  test("a bound of depth leaves states unexpanded, and is said to", () => {
    const { depth, isComplete, unexpanded } = new Explorer(raftModel(3, 2), { order: "depth" }).explore({ depth: 5 })
    expect({ depth, isComplete, isLeft: unexpanded > 0 }).toEqual({ depth: 5, isComplete: false, isLeft: true })
  })

  test("finds what breadth first finds, on a path that may be longer", () => {
    const model = { ...untimedModel("ring-election", "leader-election", { losses: 1 }), findsStalls: true }
    const breadth = new Explorer(model).explore().violation
    const depth = new Explorer(model, { order: "depth" }).explore().violation
    expect(depth?.reason).toBe(breadth?.reason)
    expect(depth?.path.length).toBeGreaterThanOrEqual(breadth!.path.length)
  })
})

function walked(model: Model, walks: number, seed = 1) {
  return new RandomWalks(model, { seed, walks })
}

describe("random walks", () => {
  test.each(Object.entries(MODELS))("%s: no state that an exploration does not visit", (_, model) => {
    // Walks take steps that change nothing, too; the states are those that are there if all such steps count.
    const all = new Explorer({ ...model, idleSteps: true }).explore()
    const search = walked(model, 3_000)
    search.begin()
    while (search.advance());
    const { states, violation, isComplete } = search.result
    expect({ violation, isComplete }).toEqual({ violation: null, isComplete: false })
    expect(states).toBeLessThanOrEqual(all.states)
    expect(states).toBeGreaterThan(20)
  })

  test("meet every state of a small group, and say that no step is left untried", () => {
    const model = raftModel(1, 2)
    const search = walked(model, 2_000)
    search.begin()
    while (search.advance());
    const { states } = new Explorer({ ...model, idleSteps: true }).explore()
    expect(search.result).toMatchObject({ states, walks: { taken: 2_000, untried: 0 } })
  })

  test("crash nodes where nothing else can happen", () => {
    const model = { ...raftModel(0, 2), budgets: { ...NO_BUDGETS, crashes: 2 } }
    const search = walked(model, 100)
    search.begin()
    while (search.advance());
    const { states } = new Explorer({ ...model, idleSteps: true }).explore()
    expect(states).toBeGreaterThan(1)
    expect(search.result).toMatchObject({ states, walks: { taken: 100, untried: 0 } })
  })

  test("stall where nothing under way changes anything, though a node may crash again and again", () => {
    const crashing = { losses: 1, crashes: 1_000 }
    const model = { ...untimedModel("ring-election", "leader-election", crashing), findsStalls: true }
    const search = walked(model, 10_000)
    search.begin()
    while (search.advance());
    expect(search.result.violation).toMatchObject({ isStall: true })
  })

  test("say how many steps were never taken, and stop at a bound", () => {
    const search = walked(paxosModel({ proposers: 2 }), Infinity)
    search.begin({ states: 500, depth: 7 })
    while (search.advance());
    const { states, depth, walks } = search.result
    expect({ isEnough: states >= 500 && states < 510, depth }).toEqual({ isEnough: true, depth: 7 })
    expect(walks!.untried).toBeGreaterThan(100)
  })

  test("are a function of their seed", () => {
    const [once, again, other] = [1, 1, 2].map(seed => {
      const search = walked(paxosModel({ proposers: 2 }), 200, seed)
      search.begin()
      while (search.advance());
      return search.result.states
    })
    expect(again).toBe(once)
    expect(other).not.toBe(once)
  })
})
