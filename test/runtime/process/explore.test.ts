// Every state that a small group can come into, visited by a host that knows nothing but `step`. The large ones are
// explored by `npm run explore`.
import { describe, expect, test } from "vitest"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Paxos } from "../../../algorithms/paxos/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { EXPLORATIONS, paxosModel } from "../../support/explorations.ts"
import { explore, type Exploration } from "../../support/explore.ts"

const SMALL = Object.entries(EXPLORATIONS).filter(([, { isSmall }]) => isSmall)

describe.each(SMALL)("%s", (_, { model, states, generated }) => {
  test("has no more states than are known, and nothing is wrong in them", () => {
    const { violation, ...found } = explore(model)
    expect(violation).toBeNull()
    expect(found).toMatchObject({ states, generated })
  })
})

/** What nodes have decided on some path or other. */
function decisions({ reported }: Exploration): ReadonlySet<unknown> {
  return new Set(reported.flat().map(({ fact }) => ("value" in fact ? fact.value : undefined)))
}

test("either value of two proposers is chosen on some path", () => {
  expect(decisions(explore(paxosModel({ size: 2, proposers: 2 })))).toEqual(new Set([0, 1]))
})

test("a proposer that ignores what acceptors have accepted breaks agreement (Paxos Made Simple §2.2, P2c)", () => {
  const forgetful: Algorithm<Paxos> = {
    ...paxos,
    receive: {
      ...paxos.receive,
      Promise: (node, message, from) => paxos.receive.Promise(node, { ...message, accepted: null }, from),
    },
  }
  // Two ballots one after the other, each of them a proposal and four messages: nothing shorter chooses two values.
  const { violation } = explore(paxosModel({ algorithm: forgetful, proposers: 2 }))
  expect(violation).toEqual({ reason: "agreement", depth: 10 })
})
