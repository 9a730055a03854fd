// A view service in a log while that is busy: it handles what comes meanwhile once it has the answer. Messages of the log take 100 ms.
import { describe, expect, test } from "vitest"
import type { ServiceState, ToService } from "../../../algorithms/primary-backup/types.ts"
import { by, viewOf } from "./single.ts"
import { backupOnLogs, type Group, group } from "./support.ts"

const SERVICE = 3

/** Process 3 acts as the view service, and hears only what a test hands it: all three replicas are in their first view. */
function acting(): Group {
  const cluster = group(
    {
      nodes: 3,
      parameters: {
        viewService: "raft",
        heartbeatInterval: "1h",
        detectionTimeout: "3h",
        raftHeartbeatInterval: "1h",
        raftElectionTimeoutMin: "5h",
        raftElectionTimeoutMax: "6h",
      },
    },
    backupOnLogs,
  )
  cluster.runFor("30ms")
  for (const id of [1, 2, 0]) ping(cluster, id)
  cluster.runFor("30ms")
  cluster.intercept((_, __, { type }) => (type.startsWith("log/") ? { delay: 100_000 } : "drop"))
  cluster.clearCounts()
  return cluster
}

function tell(cluster: Group, from: number, message: ToService, to = SERVICE): void {
  cluster.inject(from, to, message)
}

function ping(cluster: Group, from: number, life = 0, view = 1): void {
  tell(cluster, from, { type: "Ping", view, primary: 0, life })
}

/** The log answers. */
function answerOfLog(cluster: Group): void {
  cluster.runFor("205ms")
}

function said(cluster: Group): readonly object[] {
  return cluster.sent
    .splice(0)
    .flatMap(({ from, to, message, purpose }) =>
      message.type.startsWith("log/") || from < SERVICE ? [] : [{ from, to, message, purpose }],
    )
}

function service(cluster: Group, id = SERVICE): ServiceState {
  return cluster.state(id) as unknown as ServiceState
}

describe("a view service in a log", () => {
  test("announces what it has decided once its log has it, and handles then what came meanwhile, one by one", () => {
    const cluster = acting()
    expect(service(cluster).views).toEqual({ view: viewOf(1, 1, [0, 1, 2]), forming: null })
    cluster.fire(SERVICE, "silence 0")
    const count = (from: number, updates: number): ToService => ({ type: "Count", view: 2, life: 0, count: updates })
    tell(cluster, 1, count(1, 4))
    cluster.fire(SERVICE, "silence 2")
    expect(service(cluster).waiting).toEqual([
      { message: count(1, 4), from: 1 },
      { message: null, from: 2 },
    ])
    expect([service(cluster).views.forming, said(cluster)]).toEqual([null, []])
    answerOfLog(cluster)
    // Replica 2 was not known to be silent by then.
    expect(said(cluster)).toEqual([1, 2].map(id => by(SERVICE, id, { type: "Suspend", view: 2 })))
    expect(service(cluster)).toMatchObject({ views: { forming: 2 }, waiting: [], isSilent: [true, false, true] })
    answerOfLog(cluster)
    const view = { number: 2, primary: 1, since: 2, members: [{ id: 1, life: 0, count: 4 }] }
    expect(service(cluster).views).toEqual({ view, forming: null })
    expect(said(cluster)).toEqual([by(SERVICE, 1, { type: "View", view })])
  })

  test("says nothing of what it has decided before", () => {
    const cluster = acting()
    ping(cluster, 2, 5, 0)
    expect(said(cluster)).toEqual([])
    ping(cluster, 1, 0, 0)
    tell(cluster, 0, { type: "Admit", view: 2, member: { id: 2, life: 5, count: 0 } })
    tell(cluster, 0, { type: "Suspect", view: 3, member: 1, life: 0 })
    answerOfLog(cluster)
    const two = viewOf(2, 1, [0, 1])
    expect(said(cluster)).toEqual([
      ...[0, 1].map(id => by(SERVICE, id, { type: "View", view: two })),
      by(SERVICE, 1, { type: "View", view: two }, "retransmission"),
    ])
    // The admission is being written, and the suspicion waits for that.
    expect(service(cluster).waiting.length).toBe(1)
    answerOfLog(cluster)
    answerOfLog(cluster)
    expect(service(cluster).views.view).toMatchObject({ number: 4, members: [{ id: 0 }, { id: 2, life: 5 }] })
    expect(service(cluster).waiting).toEqual([])
  })

  test("is one process: the others hear the same, and do nothing", () => {
    const cluster = acting()
    for (const to of [4, 5]) tell(cluster, 1, { type: "Ping", view: 1, primary: 0, life: 7 }, to)
    expect([4, 5].map(id => [service(cluster, id).lives, service(cluster, id).waiting])).toEqual([
      [[0, 0, 0], []],
      [[0, 0, 0], []],
    ])
    expect(said(cluster)).toEqual([])
    expect([3, 4].map(id => cluster.standing(id))).toEqual([
      { role: "watching 3, primary 0", rank: 0, epoch: 1 },
      { role: "in the log: idle", rank: 0, epoch: null },
    ])
  })

  test("forgets all that it has heard when another one acts", () => {
    const cluster = group({ nodes: 3, parameters: { viewService: "raft" } }, backupOnLogs)
    cluster.runFor("1s")
    cluster.partition([
      [0, 3],
      [1, 2, 4, 5],
    ])
    for (const id of [0, 2]) cluster.fire(SERVICE, `silence ${id}`)
    expect(service(cluster)).toMatchObject({ isSilent: [true, false, false], waiting: [{ message: null, from: 2 }] })
    cluster.runFor("3s")
    cluster.heal()
    cluster.runFor("1s")
    expect(service(cluster)).toMatchObject({ waiting: [], isSilent: [false, false, false], lives: [0, 0, 0] })
    expect(cluster.armed(SERVICE).filter(timer => timer.startsWith("silence"))).toEqual([])
    const [next] = [4, 5].filter(id => service(cluster, id).register!.phase === "acting")
    expect(cluster.armed(next!).filter(timer => timer.startsWith("silence")).length).toBe(3)
  })
})
