// Nodes that differ by their ids alone: as many states are told apart as there are orbits, counted by writing every state down under
// all ids; and whoever says so of nodes whose ids matter is refused.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { type Model, NO_BUDGETS } from "../../../runtime/checker/model.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { type NodeFields, renamed, type Renaming } from "../../../runtime/contract/symmetry.ts"
import { encode } from "../../../runtime/process/value.ts"
import { explore, type WholeGroup } from "../../support/explore.ts"
import { CORPORA } from "../../support/mutant-corpus.ts"
import { compileWith } from "../../support/mutants.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { stateRightTwoPhaseCommit } from "../../support/stateright/two-phase-commit.ts"
import { type RequestOptions, untimedModel } from "../../support/untimed-models.ts"
import { isNight } from "../../support/effort.ts"

function election(options: RequestOptions): Model {
  return untimedModel("raft", "leader-election", { operations: 0, ...options })
}

function log(options: RequestOptions): Model {
  return untimedModel("raft", "replicated-log", { operations: 1, ...options })
}

const BARE = { preVote: false, leaderStickiness: false, checkQuorum: false, reads: "log" } as const

/** Where watches speak of nodes. */
const WATCHED: NodeFields = { ids: ["leader", "leaders", "leaderOf", "asked"], byId: ["beliefs", "next"] }

function bySymmetry(model: Model) {
  return new Explorer(model, { bySymmetry: true }).explore()
}

/** Writes each state down under all ids that leave some nodes as they are. @returns how many differ by more than ids */
function orbitsOf(model: Model, fixed: readonly number[] = []): number {
  const orders = permutations(model.size).filter(order => fixed.every(id => order[id] === id))
  const all = new Set<string>()
  explore(model, group => {
    const texts = orders.map(order => textOf(group, model, id => order[id] ?? id)).toSorted()
    all.add(texts[0]!)
  })
  return all.size
}

function textOf({ actors, underWay, watch, left }: WholeGroup, model: Model, rename: Renaming): string {
  const { interchangeable: fields = {} } = model.algorithm
  const places = actors.map((_, place) => actors[actors.findIndex((__, from) => rename(from) === place)]!)
  const written = places.map(({ process, client }) => {
    const { state, disk, timers } = process ?? { state: null, disk: null, timers: new Map() }
    return [renamed(state, fields, rename), renamed(disk, fields, rename), timers, renamed(client, WATCHED, rename)]
  })
  const messages = underWay.map(({ to, happening }) => {
    const from = "from" in happening ? rename(happening.from) : null
    return encode([rename(to), from, renamed({ ...happening, from: null }, fields, rename)])
  })
  const judged = renamed(model.watch.essence?.(renamed(watch, WATCHED, rename)) ?? watch, {}, rename)
  return encode([written, messages.toSorted(), judged, JSON.stringify(left)])
}

function permutations(size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  return permutations(size - 1).flatMap(order =>
    Array.from({ length: size }, (_, place) => order.toSpliced(place, 0, size - 1)),
  )
}

describe("states that are alike but for ids count as one", () => {
  const models: readonly (readonly [string, Model])[] = [
    ["three elect", election({ timeouts: { election: 1 } })],
    ["three elect, a loss", election({ timeouts: { election: 1 }, losses: 1 })],
    ["two elect and replicate", log({ nodes: 2, timeouts: { election: 1 } })],
    ["stateright's 2pc, 3 managers", stateRightTwoPhaseCommit(3)],
  ]
  // Its states are by far the most to be written down.
  const large = ["three elect, a crash", election({ timeouts: { election: 1 }, crashes: 1 })] as const

  test.each(isNight ? [...models, large] : models)("%s", (_, model) => {
    const fixed = model.algorithm.name === "raft" ? [] : [0]
    const { states, isComplete, violation } = bySymmetry(model)
    expect({ states, isComplete, violation }).toEqual({
      states: orbitsOf(model, fixed),
      isComplete: true,
      violation: null,
    })
    const all = new Explorer(model).explore()
    expect(states).toBeLessThan(all.states)
    expect(states).toBeGreaterThanOrEqual(all.states / 6)
  })

  test("of Stateright's two-phase commit with 5 managers fewer are left than Stateright leaves by sorting them: 665", () => {
    expect(bySymmetry(stateRightTwoPhaseCommit(5))).toMatchObject({ states: 314, isComplete: true })
  })

  test("nodes on which clients live change ids with each other alone", () => {
    const { states, isComplete } = bySymmetry(election({ operations: 1, timeouts: { election: 0 } }))
    const all = new Explorer(election({ operations: 1, timeouts: { election: 0 } })).explore().states
    expect({ isComplete, isSmaller: states < all, isHalf: states >= all / 2 }).toEqual({
      isComplete: true,
      isSmaller: true,
      isHalf: true,
    })
  })

  test("in any order of search, and after a pause", () => {
    const model = election({ timeouts: { election: 1 }, crashes: 1 })
    const breadth = bySymmetry(model)
    const deep = new Explorer(model, { order: "depth", bySymmetry: true }).explore()
    const first = new Explorer(model, { bySymmetry: true })
    first.explore({ states: 60 })
    const second = new Explorer(model, { bySymmetry: true })
    second.restore(first.snapshot())
    while (second.advance());
    const counts = [breadth, deep, second.result].map(({ states, generated }) => [states, generated])
    expect(counts).toEqual([counts[0], counts[0], counts[0]])
  })
})

describe.skipIf(isMutationRun)("mistakes are found in as many steps", () => {
  test.each([
    ["votes as often as it is asked", { timeouts: { election: 2 }, set: BARE }],
    ["forgets in a crash whom it voted for", { timeouts: { election: 2 }, crashes: 1, set: BARE }],
  ])("%s", async (mistake, options) => {
    const { module, export: name, planted } = CORPORA["raft"]!
    const { edits } = planted.find(each => each.mistake === mistake)!
    const exports = await compileWith<Record<string, Algorithm>>(module, [...edits])
    const model = election({ ...options, algorithm: exports[name]! })
    const [found, all] = [bySymmetry(model), new Explorer(model).explore()]
    expect(all.violation).not.toBeNull()
    expect(found.violation?.path).toHaveLength(all.violation!.path.length)
    expect(found.states).toBeLessThan(all.states)
  })
})

describe("whose ids matter is refused", () => {
  const said = (algorithm: Algorithm, interchangeable: NodeFields): Algorithm => ({ ...algorithm, interchangeable })

  test("an algorithm that does not say otherwise", () => {
    const model = untimedModel("bully", "leader-election", { operations: 1 })
    expect(() => new Explorer(model, { bySymmetry: true })).toThrow("bully tells nodes apart by their ids")
  })

  test("Bully, whose highest id wins", () => {
    const algorithm = said(algorithms["bully"]!, { ids: ["leader", "coordinator"] })
    const model = untimedModel("bully", "leader-election", { algorithm, operations: 0, timeouts: { all: 1 } })
    expect(() => bySymmetry(model)).toThrow("not interchangeable")
  })

  test.each([["votedFor"], ["leaderId"], ["leader"]])("Raft, with %s left out of the fields", left => {
    const { interchangeable } = algorithms["raft"]!
    const fields = { ...interchangeable, ids: interchangeable!.ids!.filter(name => name !== left) }
    const algorithm = said(algorithms["raft"]!, fields)
    expect(() => bySymmetry(election({ algorithm, timeouts: { election: 1 } }))).toThrow("not interchangeable")
  })

  test("Raft with a preferred leader", () => {
    const set = { preferredLeader: 0 }
    expect(() => bySymmetry(log({ set, timeouts: { all: 2 } }))).toThrow("not interchangeable")
  })

  test.each<[string, Partial<Model>, string]>([
    ["links that keep the order", { network: "fifo" }, "links that keep the order"],
    ["rounds", { inRounds: true }, "in rounds"],
    ["seven nodes", { size: 7 }, "at most 6"],
    ["checks that judge by ids", { watch: { ...election({}).watch, interchangeable: undefined } as never }, "checks"],
  ])("%s", (_, part, why) => {
    const model = { ...election({ timeouts: { election: 1 } }), ...part }
    expect(() => new Explorer(model, { bySymmetry: true })).toThrow(why)
  })

  test("loops", () => {
    const model = { ...election({}), budgets: NO_BUDGETS }
    expect(() => new Explorer(model, { bySymmetry: true, findsLoops: true })).toThrow("fair")
  })
})
