// Mistakes planted on purpose in Raft: each is caught by a named check, in runs in which the true Raft is faultless.
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Raft } from "../../../algorithms/raft/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { createCluster } from "../../support/cluster.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { findings, runInTurmoil } from "./chaos.ts"
import { boot, brisk, ELECTION, mutants, narrow, RAFT, READS } from "./mutants.ts"
import { command, leaders, nodesOf, put } from "./support.ts"

const MOST_SEEDS = 1_000

async function compile(edit: Edit): Promise<Algorithm<Raft>> {
  const module = await compileWith<{ raft: Algorithm<Raft> }>(RAFT, [edit])
  return module.raft
}

describe("in turmoil, the checks catch a Raft that", () => {
  test.each(mutants.map(mutant => [mutant.mistake, mutant.caughtBy, mutant] as const))(
    "%s: %s",
    async (mistake, check, { edit, in: kind }) => {
      const mutant = await compile(edit)
      const others = new Set<string>()
      const isCaught = (each: number): boolean => {
        const found = findings(runInTurmoil(mutant, each, { ...narrow, ...kind }))
        for (const finding of found) others.add(finding.slice(0, 60))
        return found.some(finding => finding.startsWith(check))
      }
      const seed = seedThatShows(`raft: ${mistake}`, MOST_SEEDS, isCaught)
      if (seed === undefined) throw new Error(`not caught by ${check}, but by ${[...others].join("; ")}`)
      expect(findings(runInTurmoil(raft, seed, { ...narrow, ...kind })), `the true Raft, seed ${seed}`).toEqual([])
    },
  )

  test("and an edit that no longer fits the source is an error, not a mutant that escapes", async () => {
    await expect(compile({ file: RAFT, from: "no such line", to: "" })).rejects.toThrow("0 places to change")
  })
})

describe("leases: how long two leaders could answer differently", () => {
  /**
   * A leader gets its lease renewed by one of two followers and is then cut off, while the other follower, which has
   * not heard of it for long, stands for election. Counts the reads that the old leader answered with the old value
   * after a client had been told that a new one was written.
   */
  function staleReads(algorithm: Algorithm<Raft>, { restartVoter = false, slowRenewal = false } = {}): number {
    const parameters = { reads: "lease", checkQuorum: false, ...brisk("100ms", "110ms", "30ms") }
    const cluster = createCluster(algorithm, { nodes: 3, parameters })
    cluster.runUntil(() => leaders(cluster).length === 1)
    const old = leaders(cluster)[0]!
    const [candidate, voter] = nodesOf(cluster).filter(node => node !== old) as [NodeId, NodeId]
    cluster.request(1, old, put(1, 1, "old"))
    cluster.runFor("10ms")
    cluster.isolate(candidate)
    cluster.runFor("300ms")
    // A renewal that takes 60 ms: the voter hears of it at once, and of nothing later; its reply is slow.
    const renewed = (): boolean => cluster.count("AppendEntriesReply") > 0
    if (slowRenewal) {
      cluster.intercept((from, to) => (to === old ? { delay: 60_000 } : from === old && renewed() ? "drop" : "deliver"))
    }
    cluster.clearCounts()
    cluster.runUntil(renewed)
    cluster.runFor(slowRenewal ? 61_000 : 1_000)
    cluster.intercept(() => "deliver")
    cluster.heal()
    cluster.isolate(old)
    if (restartVoter) {
      cluster.crash(voter)
      cluster.restart(voter)
    }
    const start = cluster.now
    for (let sequence = 2; cluster.now < start + 250_000; sequence++) {
      for (const node of [candidate, voter]) cluster.request(2, node, put(2, 1, "new"))
      cluster.request(3, old, command(3, sequence, { op: "get", key: "x" }))
      cluster.runFor("5ms")
    }
    const told = cluster.replies.find(({ client, reply }) => client === 2 && reply.type === "Result")
    expect(told, "a new leader takes over in the end").toBeDefined()
    const stale = cluster.replies.filter(
      ({ time, client, reply }) =>
        client === 3 && reply.type === "Result" && reply.result.value === "old" && time - 2_000 > told!.time,
    )
    return stale.length
  }

  const leaseMutants: readonly { mistake: string; edit: Edit; when: Parameters<typeof staleReads>[1] }[] = [
    {
      mistake: "voters do not wait until a lease is over",
      edit: { file: ELECTION, from: 'leaderStickiness || reads === "lease"', to: "leaderStickiness" },
      when: {},
    },
    {
      mistake: "voters forget in a crash that a leader counts on them",
      edit: { file: RAFT, from: boot, to: "  state.heardAt = -Infinity\n" },
      when: { restartVoter: true },
    },
    {
      mistake: "a lease counts from its confirmation, not from when the leader asked for it",
      edit: { file: READS, from: "reads.leaseStart + leaseDuration(node)", to: "node.now() + leaseDuration(node)" },
      when: { slowRenewal: true },
    },
    {
      mistake: "a lease lasts longer than the voters wait",
      edit: {
        file: READS,
        from: "return Math.floor((electionTimeoutMin",
        to: "return Math.floor((3 * electionTimeoutMin",
      },
      when: {},
    },
  ]

  test.each(leaseMutants.map(mutant => [mutant.mistake, mutant] as const))(
    "%s: stale reads",
    async (_, { edit, when }) => {
      expect(staleReads(raft, when)).toBe(0)
      expect(staleReads(await compile(edit), when)).toBeGreaterThan(0)
    },
  )
})
