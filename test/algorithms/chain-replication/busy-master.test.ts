// A master in a log while that is busy: what it hears meanwhile waits for the answer (§3.2). Messages of the log take 100 ms.
import { describe, expect, test } from "vitest"
import type { Heartbeat, MasterState } from "../../../algorithms/chain-replication/types.ts"
import { createCluster } from "../../support/cluster.ts"
import { by, chainOf, membersOf } from "./single.ts"
import { type ChainCluster, chainOnLogs } from "./support.ts"

const MASTER = 3

/** Process 3 acts as the master, and hears only what a test hands it. */
function acting(parameters: Readonly<Record<string, unknown>> = {}): ChainCluster {
  const cluster = createCluster(chainOnLogs, {
    nodes: 3,
    parameters: {
      master: "raft",
      heartbeatInterval: "1h",
      lease: "1h",
      detectionTimeout: "3h",
      resendAfter: "2h",
      raftHeartbeatInterval: "1h",
      raftElectionTimeoutMin: "5h",
      raftElectionTimeoutMax: "6h",
      ...parameters,
    },
  })
  cluster.runFor("30ms")
  cluster.intercept((_, __, { type }) => (type.startsWith("log/") ? { delay: 100_000 } : "drop"))
  forget(cluster)
  return cluster
}

function forget(cluster: ChainCluster): void {
  cluster.clearCounts()
}

/** The log answers. */
function answerOfLog(cluster: ChainCluster): void {
  cluster.runFor("205ms")
}

function said(cluster: ChainCluster, type: string): readonly object[] {
  return cluster.sent.flatMap(({ from, to, message, purpose }) =>
    message.type === type ? [{ from, to, message, purpose }] : [],
  )
}

function master(cluster: ChainCluster, id = MASTER): MasterState {
  return cluster.state(id) as unknown as MasterState
}

function beat(cluster: ChainCluster, from: number, given: Partial<Heartbeat> = {}, to = MASTER): void {
  cluster.inject(from, to, { type: "Heartbeat", life: 0, configuration: 1, standing: "member", sentAt: 5, ...given })
}

describe("a master in a log", () => {
  test("grants a lease once its log has confirmed it, and one by one confirmation to all that were heard of meanwhile", () => {
    const cluster = acting()
    beat(cluster, 1, { sentAt: 7 })
    expect(master(cluster).underWay).toEqual([
      { sender: { id: 1, life: 0 }, configuration: 1, standing: "member", sentAt: 7 },
    ])
    for (const sentAt of [8, 9]) beat(cluster, 2, { sentAt })
    beat(cluster, 0, { sentAt: 10 })
    expect(master(cluster).heard.map(({ sender, sentAt }) => [sender.id, sentAt])).toEqual([
      [2, 9],
      [0, 10],
    ])
    expect(said(cluster, "Granted")).toEqual([])
    answerOfLog(cluster)
    const granted = (id: number, sentAt: number) => by(MASTER, id, { type: "Granted", sentAt }, "heartbeat")
    expect(said(cluster, "Granted")).toEqual([granted(1, 7)])
    expect([master(cluster).heard, master(cluster).underWay.length]).toEqual([[], 2])
    answerOfLog(cluster)
    expect(said(cluster, "Granted")).toEqual([granted(1, 7), granted(2, 9), granted(0, 10)])
    expect(master(cluster).underWay).toEqual([])
  })

  test("confirms nothing where its suspicions are trusted", () => {
    const cluster = acting({ suspicions: "trusted" })
    beat(cluster, 1)
    answerOfLog(cluster)
    expect([master(cluster).heard, master(cluster).underWay, said(cluster, "Granted")]).toEqual([[], [], []])
  })

  test("announces a chain once its log has it, and takes up then who has been silent meanwhile, and is so still", () => {
    const cluster = acting({ suspicions: "trusted" })
    for (const id of [0, 1, 2]) beat(cluster, id)
    cluster.fire(MASTER, "silence 2")
    for (const id of [0, 1]) cluster.fire(MASTER, `silence ${id}`)
    expect(master(cluster)).toMatchObject({ configuration: chainOf(1, [0, 1, 2]), silent: [0, 1] })
    expect(said(cluster, "Reconfigure")).toEqual([])
    beat(cluster, 0)
    expect(master(cluster).silent).toEqual([1])
    answerOfLog(cluster)
    const configuration = chainOf(2, [0, 1], { tailSince: 2 })
    expect(said(cluster, "Reconfigure")).toEqual(
      [0, 1, 2].map(id => by(MASTER, id, { type: "Reconfigure", configuration })),
    )
    expect(master(cluster)).toMatchObject({ configuration, silent: [] })
    answerOfLog(cluster)
    expect(master(cluster).configuration).toEqual(chainOf(3, [0], { tailSince: 3 }))
  })

  test("has one server after the other join", () => {
    const cluster = acting({ suspicions: "trusted" })
    for (const id of [0, 1, 2]) beat(cluster, id)
    cluster.fire(MASTER, "silence 2")
    for (const id of [1, 2]) beat(cluster, id, { life: 5, standing: "outside" })
    answerOfLog(cluster)
    // The first of them has a change written, and the other one waits.
    expect(master(cluster).heard.length).toBe(2)
    answerOfLog(cluster)
    expect(master(cluster)).toMatchObject({ heard: [], register: { phase: "acting", asked: null } })
    expect(master(cluster).configuration).toEqual({
      ...chainOf(3, [0], { tailSince: 3, joining: { id: 1, life: 5 } }),
      chain: membersOf(0),
    })
  })

  test("waits for one that joins from when all know of that, however long its log took", () => {
    const cluster = acting({ suspicions: "trusted", detectionTimeout: "300ms", lease: "100ms" })
    for (const id of [0, 1]) beat(cluster, id)
    beat(cluster, 2, { life: 5, standing: "outside" })
    answerOfLog(cluster)
    expect(master(cluster).configuration).toMatchObject({ chain: membersOf(0, 1), joining: { id: 2, life: 5 } })
    for (const id of [0, 1]) beat(cluster, id, { configuration: 2 })
    cluster.runFor("200ms")
    // It has not been heard of for 405 ms.
    expect(master(cluster).silent).toEqual([])
    expect(master(cluster).register!.asked).toBeNull()
    cluster.runFor("100ms")
    expect(master(cluster).register!.asked).not.toBeNull()
  })

  test("is one process: the others hear the same, and do nothing", () => {
    const cluster = acting()
    for (const to of [4, 5]) beat(cluster, 1, { life: 3 }, to)
    cluster.inject(1, 4, { type: "Received", configuration: 1, received: 0 })
    expect([4, 5].map(id => [master(cluster, id).lives, master(cluster, id).heard])).toEqual([
      [[0, 0, 0], []],
      [[0, 0, 0], []],
    ])
    expect(cluster.sent).toEqual([])
    expect([3, 4].map(id => cluster.standing(id))).toEqual([
      { role: "chain 0-1-2", rank: 0, epoch: 1 },
      { role: "in the log: idle", rank: 0, epoch: null },
    ])
  })

  test("forgets all that it has heard when another one acts", () => {
    const cluster = createCluster(chainOnLogs, { nodes: 3, parameters: { master: "raft" } })
    cluster.runFor("1s")
    cluster.partition([
      [0, 3],
      [1, 2, 4, 5],
    ])
    for (const sentAt of [5, 6]) beat(cluster, 0, { sentAt })
    cluster.fire(MASTER, "silence 2")
    const { heard, underWay, silent } = master(cluster)
    expect([heard.length, underWay.length, silent]).toEqual([1, 1, [2]])
    cluster.runFor("3s")
    cluster.heal()
    cluster.runFor("1s")
    expect(master(cluster)).toMatchObject({ heard: [], underWay: [], silent: [], lives: [0, 0, 0] })
    expect(cluster.armed(MASTER).filter(timer => timer.startsWith("silence"))).toEqual([])
    expect(cluster.standing(MASTER)!.role).toBe("in the log: idle")
    const [next] = [4, 5].filter(id => master(cluster, id).register!.phase === "acting")
    expect(cluster.armed(next!).filter(timer => timer.startsWith("silence")).length).toBe(3)
  })
})
