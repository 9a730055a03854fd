// Algorithms that keep something in a replicated log of another: that log's parameters are judged by its own rules.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"

/** By algorithm: the parameter that chooses the log, and the one that says how many processes keep it. */
const KEEPERS = [
  ["chain-replication", "master", { masterNodes: 3 }],
  ["primary-backup", "viewService", { viewServiceNodes: 3 }],
  ["lease-leadership", "store", { storeNodes: 3 }],
  ["sharded-groups", "log", { replicas: 3 }],
  ["active-replication", "order", {}],
  ["semi-active-replication", "order", {}],
] as const

describe.each(KEEPERS)("%s with Multi-Paxos of three processes as its %s", (name, choice, size) => {
  const algorithm = algorithms[name]!

  function judged(quorums: Readonly<Record<string, unknown>>) {
    const set = { ...size, [choice]: "multi-paxos", ...quorums }
    const resolved = resolveParameters(algorithm.parameters, set, 1_000)
    if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
    const conflict = algorithm.conflict?.(resolved.values, 3)
    return { conflict, isUnsafe: algorithm.isUnsafe?.(resolved.values, 3) }
  }

  test("runs with the usual quorums", () => {
    expect(judged({})).toEqual({ conflict: undefined, isUnsafe: false })
  })

  test("is refused a quorum of more than there are", () => {
    const { conflict } = judged({ multiPaxosPhase1Quorum: 4 })
    expect(conflict?.parameter).toBe(choice)
    expect(conflict?.message).toMatch(/^phase1Quorum of multi-paxos: /)
  })

  test("claims nothing with quorums that do not meet", () => {
    const disjoint = { multiPaxosPhase1Quorum: 1, multiPaxosPhase2Quorum: 1, multiPaxosAllowDisjointQuorums: true }
    expect(judged(disjoint)).toEqual({ conflict: undefined, isUnsafe: true })
  })
})
