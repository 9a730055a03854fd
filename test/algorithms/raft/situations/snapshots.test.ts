// Snapshots of Raft (§7), step by step.
import { describe, expect, test } from "vitest"
import { emptyMachine } from "../../../../services/replicated-log/machine.ts"
import { appendEntries, lastSent, writeLog } from "../support.ts"
import { alone, leading, reply } from "./support.ts"

describe("snapshots (§7)", () => {
  const snapshotAt = (lastIncludedIndex: number) => ({
    lastIncludedIndex,
    lastIncludedTerm: 1,
    configuration: { type: "Configuration", members: [0, 1, 2], next: null } as const,
    machine: emptyMachine(),
  })

  test("are taken when exactly so many entries have been applied since the last one", () => {
    const cluster = alone({ snapshotEvery: 3 })
    writeLog(cluster, 0, [1, 1, 1, 1, 1, 1], 1)
    const taken = [1, 2, 3, 4, 5, 6].map(leaderCommit => {
      cluster.inject(1, 0, appendEntries({ prevLogIndex: 6, prevLogTerm: 1, leaderCommit }))
      return cluster.disk(0).snapshot.lastIncludedIndex
    })
    expect(taken).toEqual([0, 0, 3, 3, 3, 6])
  })

  test("leave nothing in the log of what they cover, also where they are taken after each entry", () => {
    const cluster = leading({ snapshotEvery: 1 })
    cluster.inject(1, 0, reply(1))
    expect(cluster.disk(0)).toMatchObject({ log: [], snapshot: { lastIncludedIndex: 1 } })
  })

  test.each([
    [1, false],
    [2, false],
    [3, true],
  ])("up to %i are taken over by a server that has committed two entries: %s", (index, restored) => {
    const cluster = alone()
    writeLog(cluster, 0, [1, 1], 1)
    cluster.inject(1, 0, appendEntries({ prevLogIndex: 2, prevLogTerm: 1, leaderCommit: 2 }))
    cluster.inject(1, 0, { type: "InstallSnapshot", term: 1, snapshot: snapshotAt(index) })
    expect(cluster.facts.some(({ fact }) => fact.type === "restored")).toBe(restored)
    expect(cluster.state(0).lastApplied).toBe(restored ? index : 2)
    expect(lastSent(cluster, 0, "InstallSnapshotReply")).toEqual({ type: "InstallSnapshotReply", term: 1, index })
  })

  test("bring the leader's word as any AppendEntries does", () => {
    const cluster = alone()
    cluster.inject(1, 0, { type: "InstallSnapshot", term: 3, snapshot: snapshotAt(2) })
    expect(cluster.state(0)).toMatchObject({ role: "follower", leaderId: 1, commitIndex: 2 })
    expect(cluster.disk(0).currentTerm).toBe(3)
  })
})
