// A node that was cut off returns: with and without pre-votes (thesis §9.6), and leader stickiness (§6, thesis §4.2.3).
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { type ClusterOptions, createCluster } from "../../support/cluster.ts"
import { appendEntries, commit, leaders, nodesOf, PATIENT, put, type RaftCluster, writeLog } from "./support.ts"
import { byNight } from "../../support/effort.ts"

/** A follower is cut off for 5 s and returns; what that did to its own term, and what its return did to the others. */
function rejoin(options: Omit<ClusterOptions, "nodes">): {
  inflation: number
  stepDowns: number
  leaderStays: boolean
  termStays: boolean
} {
  const cluster = createCluster(raft, { nodes: 5, ...options })
  cluster.runUntil(() => leaders(cluster).length === 1)
  cluster.runFor("200ms")
  const leader = leaders(cluster)[0]!
  const term = cluster.disk(leader).currentTerm
  const follower = (leader + 1) % 5
  cluster.isolate(follower)
  cluster.runFor("5s")
  const inflation = cluster.disk(follower).currentTerm - term
  cluster.facts.length = 0
  cluster.heal()
  cluster.runFor("5s")
  return {
    inflation,
    stepDowns: stepDowns(cluster, leader),
    leaderStays: leaders(cluster)[0] === leader,
    termStays: cluster.disk(leader).currentTerm === term,
  }
}

/** How often a node that led ceased to, since the facts were last forgotten; `leader` led then. */
function stepDowns(cluster: RaftCluster, leader: NodeId): number {
  const leading = new Set([leader])
  let count = 0
  for (const { node, fact } of cluster.facts) {
    if (fact.type !== "believes") continue
    if (fact.leader === node) leading.add(node)
    else if (leading.delete(node)) count++
  }
  return count
}

describe("a follower returns from a partition", () => {
  const seeds = Array.from({ length: 20 }, (_, i) => i + 1)

  test("without pre-votes its term is inflated, and exactly one leader steps down", () => {
    for (const seed of seeds) {
      const outcome = rejoin({ seed })
      expect(outcome.inflation, `seed ${seed}`).toBeGreaterThanOrEqual(16)
      expect(outcome, `seed ${seed}`).toMatchObject({ stepDowns: 1, termStays: false })
    }
  })

  test("with pre-votes none does, and leader and term stay", () => {
    for (const seed of seeds) {
      expect(rejoin({ seed, parameters: { preVote: true } }), `seed ${seed}`).toEqual({
        inflation: 0,
        stepDowns: 0,
        leaderStays: true,
        termStays: true,
      })
    }
  })
})

describe("a follower that is heard but hears nobody", () => {
  test.each([
    [{}, "again and again"],
    [{ preVote: true }, "never"],
    [{ leaderStickiness: true }, "never"],
  ])("with %j deposes leaders %s", (parameters, often) => {
    for (let seed = 1; seed <= byNight(10, 3); seed++) {
      const cluster = createCluster(raft, { nodes: 3, seed, parameters })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("500ms")
      const leader = leaders(cluster)[0]!
      const deaf = (leader + 1) % 3
      cluster.facts.length = 0
      cluster.intercept((_, to) => (to === deaf ? "drop" : "deliver"))
      cluster.runFor("10s")
      const count = stepDowns(cluster, leader)
      expect(count === 0 ? "never" : count > 10 ? "again and again" : `${count} times`, `seed ${seed}`).toBe(often)
    }
  })
})

describe("where the only server that reaches a majority lacks committed entries", () => {
  test("nobody is elected", () => {
    const cluster = createCluster(raft, { nodes: 5 })
    cluster.runUntil(() => leaders(cluster).length === 1)
    cluster.runFor("500ms")
    const leader = leaders(cluster)[0]!
    const bridge = (leader + 1) % 5
    cluster.isolate(bridge)
    commit(cluster, leader, put(0, 1, "v"))
    cluster.intercept((from, to) => (from === bridge || to === bridge ? "deliver" : "drop"))
    cluster.heal()
    cluster.runFor("1s")
    cluster.facts.length = 0
    cluster.runFor("30s")
    expect(cluster.facts.filter(({ node, fact }) => fact.type === "believes" && fact.leader === node)).toEqual([])
  })
})

describe("pre-votes (thesis §9.6)", () => {
  test("a dead leader is replaced all the same", () => {
    for (let seed = 1; seed <= byNight(20, 4); seed++) {
      const cluster = createCluster(raft, { nodes: 5, seed, parameters: { preVote: true } })
      cluster.runUntil(() => leaders(cluster).length === 1)
      cluster.runFor("500ms")
      const old = cluster.crash("leader")
      cluster.runUntil(() => leaders(cluster).length === 1, "3s")
      expect(leaders(cluster), `seed ${seed}`).not.toContain(old)
    }
  })

  test("are refused by those who hear from a leader, and by those with a later log; and change nothing there", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: { ...PATIENT, electionTimeoutMin: "150ms" } })
    cluster.runFor("200ms")
    const ask = (term: number, lastLogIndex: number): boolean => {
      cluster.inject(2, 0, { type: "PreVote", term, lastLogIndex, lastLogTerm: lastLogIndex === 0 ? 0 : 1 })
      const answer = cluster.sent.at(-1)!.message
      return answer.type === "PreVoteReply" && answer.voteGranted
    }
    expect(ask(1, 0)).toBe(true)
    writeLog(cluster, 0, [1], 1)
    expect(ask(2, 1)).toBe(false)
    cluster.runFor("150ms")
    expect([ask(2, 0), ask(1, 1), ask(2, 1)]).toEqual([false, false, true])
    expect(cluster.disk(0)).toMatchObject({ currentTerm: 1, votedFor: null })
  })

  test("a group whose members have different terms still elects a leader", () => {
    const cluster = createCluster(raft, { nodes: 3, parameters: { preVote: true } })
    cluster.inject(2, 0, { type: "TimeoutNow", term: 0 })
    cluster.inject(1, 2, appendEntries({ term: 9 }))
    cluster.runUntil(() => leaders(cluster).length === 1, "3s")
    cluster.runFor("200ms")
    expect(new Set(nodesOf(cluster).map(node => cluster.disk(node).currentTerm)).size).toBe(1)
  })
})

describe("leader stickiness (§6)", () => {
  test("a vote request within an election timeout of the leader's last message gets no answer", () => {
    const parameters = { ...PATIENT, electionTimeoutMin: "150ms", leaderStickiness: true }
    const cluster = createCluster(raft, { nodes: 3, parameters })
    cluster.runFor("200ms")
    cluster.inject(1, 0, appendEntries({ term: 1 }))
    cluster.clearCounts()
    const ask = (leadershipTransfer: boolean): number => {
      cluster.inject(2, 0, { type: "RequestVote", term: 2, lastLogIndex: 0, lastLogTerm: 0, leadershipTransfer })
      return cluster.count("RequestVoteReply")
    }
    expect(ask(false)).toBe(0)
    expect(cluster.disk(0).currentTerm).toBe(1)
    cluster.runFor("150ms")
    expect(ask(false)).toBe(1)
    cluster.inject(2, 0, appendEntries({ term: 2 }))
    expect(ask(true)).toBe(2)
  })
})
