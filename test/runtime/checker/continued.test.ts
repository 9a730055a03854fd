// Explorations that another process continues from a snapshot, draws that are tried one after the other, and stalls.
import { expect, test } from "vitest"
import { Draws } from "../../../runtime/checker/draws.ts"
import { type Model, NO_BUDGETS } from "../../../runtime/checker/model.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { STALL } from "../../../runtime/contract/untimed.ts"
import { paxosModel, raftModel } from "../../support/explorations.ts"
import { untimedModel } from "../../support/untimed-models.ts"
import { isNight } from "../../support/effort.ts"

const MODELS: Readonly<Record<string, Model>> = {
  "paxos, 2 losses": paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, losses: 2 } }),
  "raft, 2 nodes, 3 timeouts": raftModel(3, 2),
  "leases, with a clock": untimedModel("lease-leadership", "mutual-exclusion", {
    nodes: 2,
    clock: { minDelay: 0, maxDelay: 1 },
    ticks: 4,
  }),
  "Maekawa, a message lost": untimedModel("maekawa", "mutual-exclusion", { losses: 1 }),
}

test.each(Object.entries(MODELS))(
  "%s: an exploration that is continued finds what one finds that is not",
  (_, model) => {
    const { states, generated, handled, watched, depth } = new Explorer(model).explore()
    for (const advances of isNight ? [0, 1, 3] : [1]) {
      const first = new Explorer(model)
      first.begin()
      for (let i = 0; i < advances; i++) first.advance()
      const second = new Explorer(model)
      second.restore(structuredClone(first.snapshot()))
      while (second.advance());
      expect(second.result).toMatchObject({
        states,
        generated,
        handled,
        watched,
        depth,
        violation: null,
        isComplete: true,
      })
    }
  },
)

test("draws are tried in all combinations, the lowest first, unless there are too many to try", () => {
  const draws = new Draws()
  const tried: number[][] = []
  do {
    const first = draws.draw(1, 2)
    tried.push(first === 1 ? [first, draws.draw(0, 1)] : [first])
  } while (draws.next())
  expect(tried).toEqual([[1, 0], [1, 1], [2]])
  expect(new Draws().draw(0, 63)).toBe(0)
  expect(() => new Draws().draw(0, 64)).toThrow("it draws one of 65 numbers, too many to try all of them")
  const single = new Draws()
  single.draw(4, 4)
  expect([single.hasChoice, single.next()]).toEqual([false, false])
})

test("nothing stalls where nothing says that anything is to be done", () => {
  const model = { ...untimedModel("ring-election", "leader-election", { losses: 1, nodes: 2 }), findsStalls: true }
  expect(new Explorer(model).explore().violation?.reason).toBe(STALL)
  const { isDone: _, ...watch } = model.watch
  expect(new Explorer({ ...model, watch }).explore().violation).toBe(null)
})

test("nothing stalls while any process has a timer armed, though nobody else has one", () => {
  const model = { ...untimedModel("paxos", "agreement", { nodes: 2, losses: 1, operations: 1 }), findsStalls: true }
  // The proposer's retry timer is armed, though it never runs out here.
  expect(new Explorer(model).explore()).toMatchObject({ violation: null, isComplete: true })
})
