// Sizes of quorums of Paxos's two phases (Howard, Malkhi and Spiegelman 2016, §3): what is given, what follows, what is refused.
import { describe, expect, test } from "vitest"
import {
  areDisjoint,
  phase1Quorum,
  phase2Quorum,
  quorumConflict,
  type QuorumParameters,
} from "../../../algorithms/common/flexible-quorums.ts"
import { majority } from "../../../algorithms/common/quorum.ts"

function given(q1: number, q2: number, allowDisjointQuorums = false): QuorumParameters {
  return { phase1Quorum: q1, phase2Quorum: q2, allowDisjointQuorums }
}

function sizes(n: number, q1: number, q2: number): readonly [number, number] {
  const node = { size: n, parameters: given(q1, q2) }
  return [phase1Quorum(node), phase2Quorum(node)]
}

/** All sets of `size` of n nodes. */
function quorums(n: number, size: number): number[][] {
  const all = Array.from({ length: 2 ** n }, (_, bits) =>
    Array.from({ length: n }, (__, node) => node).filter(node => (bits >> node) % 2 === 1),
  )
  return all.filter(nodes => nodes.length === size)
}

describe.each([1, 2, 3, 4, 5, 6, 7])("with n = %i", n => {
  test("majorities where nothing is given", () => {
    expect(sizes(n, 0, 0)).toEqual([majority(n), majority(n)])
  })

  test("the size that is not given is the least whose quorums meet all of the other", () => {
    for (let size = 1; size <= n; size++) {
      expect(sizes(n, size, 0)).toEqual([size, n - size + 1])
      expect(sizes(n, 0, size)).toEqual([n - size + 1, size])
    }
  })

  test("quorums are told to be disjoint if and only if two are", () => {
    for (let q1 = 1; q1 <= n; q1++) {
      for (let q2 = 1; q2 <= n; q2++) {
        const meet = quorums(n, q1).every(one => quorums(n, q2).every(other => one.some(node => other.includes(node))))
        expect(areDisjoint(given(q1, q2), n), `${q1} and ${q2}`).toBe(!meet)
        expect(quorumConflict(given(q1, q2), n)?.parameter, `${q1} and ${q2}`).toBe(meet ? undefined : "phase2Quorum")
        expect(quorumConflict(given(q1, q2, true), n)).toBeUndefined()
      }
    }
  })

  test("more than there are nodes is refused, disjoint or not", () => {
    expect(quorumConflict(given(n + 1, 0, true), n)).toMatchObject({ parameter: "phase1Quorum" })
    expect(quorumConflict(given(0, n + 1, true), n)).toMatchObject({ parameter: "phase2Quorum" })
  })
})
