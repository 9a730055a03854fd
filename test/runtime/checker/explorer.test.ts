// Every state that a small group can come into: the checker and a host of a few lines find the same ones, and the same
// things wrong. The large models are explored by `npm run explore`.
import { describe, expect, test } from "vitest"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Paxos } from "../../../algorithms/paxos/types.ts"
import type { Algorithm, Node, Shape, Tagged } from "../../../runtime/contract/algorithm.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { type Model, NO_BUDGETS } from "../../../runtime/checker/model.ts"
import { EXPLORATIONS, paxosModel, raftModel } from "../../support/explorations.ts"
import { explore } from "../../support/explore.ts"
import { isNight } from "../../support/effort.ts"
import { isMutationRun } from "../../support/mutation-run.ts"

const SMALL = Object.entries(EXPLORATIONS).filter(
  ([, { isSmall, states }]) => isSmall && (!isMutationRun || states < 1_000),
)

describe.each(SMALL)("%s", (_, { model, states, generated }) => {
  test("has no more states than are known, and nothing is wrong in them", () => {
    expect(new Explorer(model).explore()).toMatchObject({ states, generated, violation: null, isComplete: true })
  })

  test.skipIf(!isNight && states > 5_000)("a host of a few lines finds as many", () => {
    expect(explore(model)).toMatchObject({ states, generated, violation: null })
  })
})

const MODELS: Readonly<Record<string, Model>> = {
  "paxos, 1 proposer": paxosModel({ proposers: 1 }),
  "paxos, 1 proposer, steps that change nothing": paxosModel({ proposers: 1, idleSteps: true }),
  "paxos, 1 proposer, which crashes": paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, crashes: 1 } }),
  "paxos, 1 proposer, a disk that is lost": paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, amnesias: 1 } }),
  "paxos, 1 proposer, crashes for good": paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, stops: 2 } }),
  "paxos, 2 nodes, a crash for good beside one with a restart": paxosModel({
    size: 2,
    proposers: 2,
    budgets: { ...NO_BUDGETS, crashes: 1, stops: 1 },
  }),
  "paxos, 1 proposer, 2 losses": paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, losses: 2 } }),
  "paxos, 1 proposer, messages that come twice": paxosModel({
    proposers: 1,
    idleSteps: true,
    budgets: { ...NO_BUDGETS, duplicates: 1 },
  }),
  "paxos, 2 nodes, 2 proposers, a retry": paxosModel({
    size: 2,
    proposers: 2,
    budgets: { ...NO_BUDGETS, timeouts: { retry: 1 } },
  }),
  "a set, in which messages come twice": paxosModel({
    size: 2,
    proposers: 2,
    network: "set",
    budgets: { ...NO_BUDGETS, duplicates: 1, losses: 1 },
  }),
  "raft, 2 nodes, 3 timeouts": raftModel(3, 2),
  "raft, an election and a heartbeat": {
    ...raftModel(0),
    budgets: { ...NO_BUDGETS, timeouts: { election: 1, heartbeat: 1 } },
  },
}

test.each(Object.entries(MODELS))("%s: the same states, step by step", (_, model) => {
  const { states, generated, handled, depth, violation } = new Explorer(model).explore()
  const plain = explore(model)
  expect({ states, generated, handled, depth, violation }).toEqual({
    states: plain.states,
    generated: plain.generated,
    handled: plain.handled,
    depth: plain.depth,
    violation: null,
  })
  expect(states).toBeGreaterThan(100)
})

test("either value of two proposers is chosen on some path", () => {
  const { watched } = explore(paxosModel({ size: 2, proposers: 2 }))
  const values = JSON.stringify(watched)
  expect(values).toContain('"value":0')
  expect(values).toContain('"value":1')
})

/** A proposer that ignores what acceptors have accepted (Paxos Made Simple §2.2, P2c). */
const forgetful: Algorithm<Paxos> = {
  ...paxos,
  receive: {
    ...paxos.receive,
    Promise: (node, message, from) => paxos.receive.Promise(node, { ...message, accepted: null }, from),
  },
}

describe("what is found wrong", () => {
  const model = paxosModel({ algorithm: forgetful, proposers: 2 })
  const { violation, isComplete } = new Explorer(model).explore()

  test("is found on a path of which none is shorter", () => {
    // Two ballots one after the other, each of them a proposal and four messages: nothing shorter chooses two values.
    expect(explore(model).violation).toEqual({ reason: "agreement", depth: 10 })
    expect(isComplete).toBe(false)
    expect(violation?.reason).toBe("agreement")
    expect(violation?.path.map(({ choice }) => choice)).toEqual(Array.from({ length: 10 }, () => "deliver"))
  })

  test("is found again by taking the path", () => {
    const heard = violation!.path.map(({ to, happening }) => [to, typeOf(happening)])
    expect(heard.filter(([, type]) => type === "Propose")).toHaveLength(2)
    expect(heard.at(-1)![1]).toBe("Accepted")
  })

  test("may be what a handler throws", () => {
    const broken: Algorithm = {
      ...(paxos as Algorithm),
      receive: {
        ...(paxos as Algorithm).receive,
        Accepted() {
          throw new RangeError("no more room")
        },
      },
    }
    const thrown = new Explorer(paxosModel({ algorithm: broken, proposers: 1 })).explore().violation
    expect(thrown).toMatchObject({ reason: "RangeError: no more room", error: expect.any(RangeError) })
    // A proposal, a prepare and its promise from one other node, an accept and what is told of it.
    expect(thrown?.path).toHaveLength(5)
  })
})

describe("bounds", () => {
  test("of depth and of states leave the exploration unfinished, and are said to", () => {
    const model = paxosModel({ proposers: 1 })
    expect(new Explorer(model).explore({ depth: 3 })).toMatchObject({ depth: 3, isComplete: false, violation: null })
    const { states, isComplete } = new Explorer(model).explore({ states: 20 })
    expect({ isEnough: states >= 20 && states < 100, isComplete }).toEqual({ isEnough: true, isComplete: false })
  })
})

describe("what a process draws", () => {
  /** Draws two numbers as a request comes, and tells the others. */
  const gambler = {
    ...(paxos as Algorithm),
    name: "gambler",
    disk: () => ({}),
    state: () => ({}),
    start() {},
    timeout: {},
    request: {
      Draw: (node: Node<Shape>) => node.broadcast({ type: `Drawn ${node.random(1, 3)}, ${node.random(0, 1)}` }),
    },
    receive: Object.fromEntries(
      [1, 2, 3].flatMap(one => [0, 1].map(other => `Drawn ${one}, ${other}`)).map(type => [type, heard]),
    ),
  }
  function heard(node: Node<Shape>, { type }: Tagged): void {
    node.report({ type })
  }
  const model: Model = {
    ...raftModel(0, 2),
    algorithm: gambler,
    parameters: {},
    asks: [{ to: 0, client: 0, request: { type: "Draw" } }],
    watch: { initial: "", observe: (_, { fact }) => fact.type, problem: () => null },
  }

  test("is tried with every outcome", () => {
    // The start, six numbers under way, and six that were heard.
    expect(new Explorer(model).explore()).toMatchObject({ states: 13, watched: 7, isComplete: true })
  })
})

function typeOf(happening: { readonly type: string; readonly message?: Tagged; readonly request?: Tagged }): string {
  return (happening.message ?? happening.request ?? happening).type
}
