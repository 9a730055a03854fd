// A server when the chain changes, message by message: who it has become, what it sends and says (§3.2).
import { describe, expect, test } from "vitest"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type ChainCluster, query, write } from "./support.ts"
import { alone, ask, by, chainOf, change, facts, forget, MASTER, membersOf, replies, said, tell } from "./single.ts"

function writes(count: number, first = 1): Command[] {
  return Array.from({ length: count }, (_, i) => write(`${first + i}`, first + i))
}

/** A server has updates from its predecessor, of which so many are committed. */
function having(server: number, count: number, committed = 0, parameters: object = {}): ChainCluster {
  const cluster = alone({ ...parameters })
  tell(cluster, server - 1, server, { type: "Update", configuration: 1, first: 1, commands: writes(count) })
  if (committed > 0) tell(cluster, server + 1, server, { type: "Ack", configuration: 1, committed })
  forget(cluster)
  return cluster
}

function offices(
  node: number,
  [head, middle, tail]: readonly (number | null)[],
  [number, headSince, tailSince]: readonly number[],
) {
  const office = (name: string, holder: number | null | undefined, epoch: number | undefined) => {
    return { node, type: "office", office: name, holder, epoch }
  }
  return [
    { node, type: "believes", leader: head, epoch: headSince },
    office("head", head, headSince),
    office("middle", middle, number),
    office("tail", tail, tailSince),
  ]
}

function received(
  from: number,
  configuration: number,
  count: number,
  purpose: "protocol" | "retransmission" = "protocol",
) {
  return by(from, MASTER, { type: "Received", configuration, received: count }, purpose)
}

function heartbeat(from: number, life: number, configuration: number, standing: string, sentAt: number) {
  return by(from, MASTER, { type: "Heartbeat", life, configuration, standing, sentAt }, "heartbeat")
}

describe("a chain", () => {
  test("is reported as it is known: head, tail, and who stands in the middle of three or more", () => {
    const cluster = alone({}, 5)
    change(cluster, 1, chainOf(4, [1, 2, 3, 4], { headSince: 2, tailSince: 3 }))
    expect(facts(cluster)).toEqual(offices(1, [1, 3, 4], [4, 2, 3]))
    change(cluster, 1, chainOf(5, [1, 2, 3], { headSince: 2, tailSince: 5 }))
    expect(facts(cluster)).toEqual(offices(1, [1, 2, 3], [5, 2, 5]))
    change(cluster, 1, chainOf(6, [1, 3], { headSince: 2, tailSince: 5 }))
    expect(facts(cluster)).toEqual(offices(1, [1, null, 3], [6, 2, 5]))
  })

  test("of an earlier number, or of the same, is disregarded", () => {
    const cluster = alone()
    change(cluster, 0, chainOf(3, [0, 1]))
    forget(cluster)
    for (const number of [2, 3]) change(cluster, 0, chainOf(number, [0, 2]))
    expect([facts(cluster), said(cluster)]).toEqual([[], []])
    expect(cluster.state(0).configuration).toEqual(chainOf(3, [0, 1]))
  })

  test("that changes elsewhere leaves the links of a server what they are", () => {
    const cluster = alone({}, 4)
    change(cluster, 0, chainOf(2, [0, 1, 2], { tailSince: 2 }))
    expect(cluster.state(0)).toMatchObject({ predecessorSince: 0, successorSince: 0, sent: 0, isSuccessorSynced: true })
    change(cluster, 3, chainOf(2, [1, 2, 3], { headSince: 2 }))
    expect(cluster.state(3)).toMatchObject({ predecessorSince: 0, successorSince: 0, sent: 0, isSynced: true })
    expect(said(cluster)).toEqual([])
  })

  test("gives each its standing", () => {
    const cluster = alone()
    expect([0, 1, 2].map(server => cluster.standing(server))).toEqual([
      { role: "head", rank: 2, epoch: 1 },
      { role: "middle", rank: 0, epoch: 1 },
      { role: "tail", rank: 0, epoch: 1 },
    ])
    change(cluster, 1, chainOf(2, [0, 2]))
    expect(cluster.standing(1)).toEqual({ role: "outside", rank: 0, epoch: 2 })
    cluster.crash(2)
    cluster.restart(2)
    expect(cluster.standing(2)).toEqual({ role: "outside", rank: 0, epoch: null })
  })
})

describe("the failure of the head (§3.2.1)", () => {
  test("has its successor take updates, and know those that are under way", () => {
    const cluster = having(1, 3, 1)
    change(cluster, 1, chainOf(2, [1, 2], { headSince: 2 }))
    expect(said(cluster)).toEqual([])
    expect([...cluster.state(1).pending]).toEqual([2, 3].map(client => [client, { sequence: 1, isAskedAgain: false }]))
    expect(cluster.state(1)).toMatchObject({ isSynced: true, predecessorSince: 2, successorSince: 0 })
    ask(cluster, 1, write("2", 2))
    expect(cluster.state(1).entries.length).toBe(2)
    ask(cluster, 1, write("4", 4))
    expect(said(cluster)).toEqual([by(1, 2, { type: "Update", configuration: 2, first: 4, commands: writes(1, 4) })])
    tell(cluster, 2, 1, { type: "Ack", configuration: 2, committed: 2 })
    expect(replies(cluster)).toMatchObject([{ client: 2, type: "Result", ask: { updates: 1, queries: [2] } }])
  })

  test("has what it sent ahead be forgotten", () => {
    const cluster = having(1, 1)
    tell(cluster, 0, 1, { type: "Update", configuration: 1, first: 3, commands: writes(1, 3) })
    expect(cluster.state(1).early.size).toBe(1)
    change(cluster, 1, chainOf(2, [1, 2], { headSince: 2 }))
    expect(cluster.state(1).early.size).toBe(0)
  })
})

describe("the failure of the tail (§3.2.2)", () => {
  test("has its predecessor commit all that it has, and answer", () => {
    const cluster = having(1, 3, 1)
    change(cluster, 1, chainOf(2, [0, 1], { tailSince: 2 }))
    expect(
      facts(cluster)
        .slice(4)
        .map(fact => Reflect.get(fact, "index")),
    ).toEqual([2, 3])
    expect(replies(cluster)).toMatchObject([{ client: 2 }, { client: 3 }])
    expect(cluster.state(1)).toMatchObject({ committed: 3, base: 3, entries: [], isAcknowledgeDue: true })
    expect(cluster.armed(1)).toEqual(["acknowledge", "heartbeat"])
    expect(said(cluster)).toEqual([])
  })

  test("has the head alone commit all, and acknowledge nothing", () => {
    const cluster = alone()
    ask(cluster, 0, write("1", 1))
    forget(cluster)
    change(cluster, 0, chainOf(2, [0], { tailSince: 2 }))
    expect(replies(cluster)).toMatchObject([{ client: 1, type: "Result" }])
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    expect(cluster.state(0).isAcknowledgeDue).toBe(false)
  })

  test("has queries asked of the next tail that it has not answered, in the order of the clients (CRAQ)", () => {
    const cluster = having(1, 1, 0, { reads: "any" })
    for (const client of [9, 8]) ask(cluster, 1, query(client))
    forget(cluster)
    change(cluster, 1, chainOf(2, [0, 1, 0], { tailSince: 2 }))
    expect(said(cluster).filter(({ message }) => Reflect.get(message, "type") === "VersionQuery")).toEqual(
      [8, 9].map(session => by(1, 0, { type: "VersionQuery", session, sequence: 1 })),
    )
    change(cluster, 1, chainOf(3, [0, 1], { tailSince: 3 }))
    expect(replies(cluster)).toMatchObject([{ client: 1 }, { client: 8 }, { client: 9 }])
    expect(cluster.state(1).asking.size).toBe(0)
  })

  test("is none where the tail is the same: nothing is asked again", () => {
    const cluster = having(1, 1, 0, { reads: "any" })
    ask(cluster, 1, query(8))
    forget(cluster)
    change(cluster, 1, chainOf(2, [1, 2], { headSince: 2 }))
    expect(said(cluster)).toEqual([])
    expect(cluster.state(1).asking.size).toBe(1)
  })
})

describe("the failure of one between (§3.2.3)", () => {
  test("has its successor tell the master what it has, until it hears from its new predecessor", () => {
    const cluster = having(2, 2)
    change(cluster, 2, chainOf(2, [0, 2]))
    expect(said(cluster)).toEqual([received(2, 2, 2)])
    expect(cluster.state(2)).toMatchObject({ isSynced: false, predecessorSince: 2 })
    expect(cluster.armed(2)).toContain("sync")
    cluster.fire(2, "sync")
    expect(said(cluster)).toEqual([received(2, 2, 2, "retransmission")])
    expect(cluster.armed(2)).toContain("sync")
    // What it acknowledges its predecessor may not have sent yet.
    cluster.fire(2, "acknowledge")
    expect(said(cluster)).toEqual([])
    tell(cluster, 0, 2, { type: "Update", configuration: 2, first: 3, commands: [] })
    expect(said(cluster)).toEqual([by(2, 0, { type: "Ack", configuration: 2, committed: 2 })])
    expect(cluster.state(2).isSynced).toBe(true)
    expect(cluster.armed(2)).not.toContain("sync")
  })

  test("has the successor wait for what comes before", () => {
    const cluster = having(2, 2)
    change(cluster, 2, chainOf(2, [0, 2]))
    said(cluster)
    tell(cluster, 0, 2, { type: "Update", configuration: 2, first: 4, commands: writes(1, 4) })
    expect([said(cluster), cluster.state(2).isSynced]).toEqual([[], false])
    tell(cluster, 0, 2, { type: "Update", configuration: 1, first: 3, commands: writes(1, 3) })
    expect(cluster.state(2).committed).toBe(2)
    tell(cluster, 0, 2, { type: "Update", configuration: 2, first: 3, commands: writes(1, 3) })
    expect(cluster.state(2)).toMatchObject({ isSynced: true, committed: 4 })
  })

  test("has its predecessor send what the successor lacks, once it is told what that has", () => {
    const cluster = alone()
    for (const command of writes(3)) ask(cluster, 0, command)
    change(cluster, 0, chainOf(2, [0, 2]))
    said(cluster)
    expect(cluster.state(0)).toMatchObject({ sent: null, isSuccessorSynced: false, successorSince: 2 })
    const resume = (configuration: number, count: number): void =>
      tell(cluster, MASTER, 0, { type: "Resume", configuration, received: count })
    resume(1, 1)
    resume(3, 1)
    // Acknowledged on an earlier link, or by a neighbour of then.
    tell(cluster, 2, 0, { type: "Ack", configuration: 1, committed: 2 })
    tell(cluster, 1, 0, { type: "Ack", configuration: 2, committed: 2 })
    expect(said(cluster)).toEqual([])
    expect(cluster.state(0)).toMatchObject({ committed: 0, isSuccessorSynced: false })
    resume(2, 1)
    const sent = (first: number, commands: Command[]) => by(0, 2, { type: "Update", configuration: 2, first, commands })
    expect(said(cluster)).toEqual([sent(2, writes(2, 2))])
    expect(cluster.state(0)).toMatchObject({ sent: 3, isResendDue: true })
    resume(2, 3)
    expect(said(cluster)).toEqual([sent(4, [])])
    tell(cluster, 2, 0, { type: "Ack", configuration: 2, committed: 0 })
    expect(cluster.state(0).isSuccessorSynced).toBe(true)
    resume(2, 1)
    expect(said(cluster)).toEqual([])
  })

  test("has its predecessor send the whole state, if it keeps no more what the successor lacks", () => {
    const cluster = alone()
    for (const command of writes(3)) ask(cluster, 0, command)
    tell(cluster, 1, 0, { type: "Ack", configuration: 1, committed: 2 })
    change(cluster, 0, chainOf(2, [0, 2]))
    said(cluster)
    tell(cluster, MASTER, 0, { type: "Resume", configuration: 2, received: 1 })
    const { machine } = cluster.state(0)
    expect(said(cluster)).toEqual([
      by(0, 2, { type: "Transfer", configuration: 2, life: 0, index: 2, machine }),
      by(0, 2, { type: "Update", configuration: 2, first: 3, commands: writes(1, 3) }),
    ])
  })

  test("has a server without a successor send nothing", () => {
    const cluster = having(1, 1)
    change(cluster, 1, chainOf(2, [0, 1], { tailSince: 2 }))
    forget(cluster)
    tell(cluster, MASTER, 1, { type: "Resume", configuration: 2, received: 0 })
    expect(said(cluster)).toEqual([])
  })
})

describe("a server that is removed", () => {
  test("begins another life, without anything, and lets the master know", () => {
    const cluster = having(1, 3, 1)
    const configuration = chainOf(2, [0, 2])
    change(cluster, 1, configuration)
    const life = cluster.now + 1
    expect(cluster.state(1)).toMatchObject({ life, configuration, committed: 0, base: 0, entries: [], isSynced: false })
    expect(cluster.state(1)).toMatchObject({ hasCaughtUp: false, sent: null, acknowledged: 0, readyIn: 0 })
    expect(cluster.state(1).machine).toEqual({ values: new Map(), sessions: [] })
    expect(said(cluster)).toEqual([heartbeat(1, life, 2, "outside", cluster.now)])
    expect(cluster.armed(1)).toEqual(["heartbeat"])
    cluster.state(1).life = life + 5
    cluster.state(1).hasCaughtUp = true
    change(cluster, 1, {
      ...chainOf(3, [1, 2]),
      chain: [
        { id: 1, life: life + 5 },
        { id: 2, life: 0 },
      ],
    })
    change(cluster, 1, chainOf(4, [2]))
    expect(cluster.state(1).life).toBe(life + 6)
  })

  test("stops whatever it was about to do", () => {
    const cluster = having(2, 1)
    expect(cluster.armed(2)).toEqual(["acknowledge", "heartbeat"])
    change(cluster, 2, chainOf(2, [0, 2]))
    expect(cluster.armed(2)).toEqual(["acknowledge", "heartbeat", "sync"])
    change(cluster, 2, chainOf(3, [0]))
    expect(cluster.armed(2)).toEqual(["heartbeat"])
    const sending = having(1, 1)
    change(sending, 1, chainOf(2, [0, 1], { joining: { id: 2, life: 3 } }))
    expect(sending.armed(1)).toEqual(["acknowledge", "heartbeat", "transfer"])
    change(sending, 1, chainOf(3, [0]))
    expect(sending.armed(1)).toEqual(["heartbeat"])
  })

  test("and knows of no chain after a crash, in a later life", () => {
    const cluster = having(1, 1)
    cluster.crash(1)
    forget(cluster)
    cluster.restart(1)
    const life = cluster.now + 1
    expect(cluster.state(1)).toMatchObject({ life, configuration: null, entries: [] })
    expect(said(cluster)).toEqual([heartbeat(1, life, 0, "outside", cluster.now)])
    expect(facts(cluster)).toEqual([{ node: 1, type: "believes", leader: null, epoch: 0 }])
    change(cluster, 1, chainOf(2, [0, 1, 2]))
    expect(cluster.standing(1)).toEqual({ role: "outside", rank: 0, epoch: 2 })
    expect(said(cluster)).toEqual([])
  })
})

describe("a new tail (§3.2.4)", () => {
  const joining = { id: 2, life: 7 }

  /** Servers 0 and 1 are the chain, whose tail has two updates. */
  function shrunk(): ChainCluster {
    const cluster = having(1, 2)
    change(cluster, 1, chainOf(2, [0, 1], { tailSince: 2 }))
    forget(cluster)
    return cluster
  }

  function transfer(
    cluster: ChainCluster,
    configuration: number,
    index: number,
    purpose: "protocol" | "retransmission" = "protocol",
  ) {
    const { machine } = cluster.state(1)
    return by(1, 2, { type: "Transfer", configuration, life: 7, index, machine }, purpose)
  }

  test("is sent the state of the present one, once, and again if that takes long", () => {
    const cluster = shrunk()
    change(cluster, 1, chainOf(3, [0, 1], { tailSince: 2, joining }))
    expect(said(cluster)).toEqual([transfer(cluster, 3, 2)])
    expect(cluster.state(1).transfer).toEqual({ to: joining, index: 2 })
    expect(cluster.armed(1)).toContain("transfer")
    change(cluster, 1, chainOf(4, [0, 1], { tailSince: 2, joining }))
    expect(said(cluster)).toEqual([])
    cluster.fire(1, "transfer")
    expect(said(cluster)).toEqual([transfer(cluster, 4, 2, "retransmission")])
    expect(cluster.armed(1)).toContain("transfer")
    change(cluster, 1, chainOf(5, [0, 1], { tailSince: 2 }))
    expect(cluster.state(1).transfer).toBeNull()
    cluster.fire(1, "transfer")
    expect(said(cluster)).toEqual([])
  })

  test("is sent the updates since then, which are kept for it, once it is linked", () => {
    const cluster = shrunk()
    change(cluster, 1, chainOf(3, [0, 1], { tailSince: 2, joining }))
    tell(cluster, 0, 1, { type: "Update", configuration: 3, first: 3, commands: writes(2, 3) })
    expect(cluster.state(1)).toMatchObject({ committed: 4, base: 2 })
    expect(cluster.state(1).entries).toEqual(writes(2, 3))
    forget(cluster)
    const linked = { ...chainOf(4, [0, 1], { tailSince: 4 }), chain: [...membersOf(0, 1), joining] }
    change(cluster, 1, linked)
    expect(said(cluster)).toEqual([by(1, 2, { type: "Update", configuration: 4, first: 3, commands: writes(2, 3) })])
    expect(cluster.state(1)).toMatchObject({ sent: 4, transfer: null })
    tell(cluster, 0, 1, { type: "Update", configuration: 4, first: 5, commands: writes(1, 5) })
    expect(cluster.state(1)).toMatchObject({ committed: 4, sent: 5 })
    tell(cluster, 2, 1, { type: "Ack", configuration: 4, committed: 5 })
    expect(cluster.state(1)).toMatchObject({ committed: 5, base: 5, entries: [] })
  })

  test("is sent nothing by anybody but the acting tail", () => {
    const cluster = alone()
    change(cluster, 0, chainOf(2, [0, 1], { tailSince: 2, joining }))
    expect(said(cluster)).toEqual([])
  })

  test("adopts the state, and says that it is ready", () => {
    const cluster = shrunk()
    cluster.crash(2)
    cluster.restart(2)
    const { life } = cluster.state(2)
    change(cluster, 2, chainOf(3, [0, 1], { tailSince: 2, joining: { id: 2, life } }))
    forget(cluster)
    const { machine } = cluster.state(1)
    const sends = (configuration: number, index: number, given = life): void =>
      tell(cluster, 1, 2, { type: "Transfer", configuration, life: given, index, machine })
    sends(3, 2, life - 1)
    expect([said(cluster), cluster.state(2).committed]).toEqual([[], 0])
    sends(3, 2)
    expect(said(cluster)).toEqual([heartbeat(2, life, 3, "ready", cluster.now)])
    expect(facts(cluster)).toEqual([{ node: 2, type: "restored", index: 2 }])
    expect(cluster.state(2)).toMatchObject({ committed: 2, base: 2, entries: [], readyIn: 3, machine })
    expect(cluster.state(2).machine).not.toBe(machine)
    sends(3, 2)
    sends(2, 2)
    expect([said(cluster), facts(cluster)]).toEqual([[], []])
    sends(4, 1)
    expect(said(cluster)).toEqual([heartbeat(2, life, 3, "ready", cluster.now)])
    expect([facts(cluster), cluster.state(2).committed]).toEqual([[], 2])
    // The state of an earlier tail will not do.
    change(cluster, 2, chainOf(9, [0, 1], { tailSince: 9 }))
    cluster.fire(2, "heartbeat")
    expect(said(cluster)).toEqual([heartbeat(2, life, 9, "outside", cluster.now)])
    expect(cluster.armed(2)).toEqual(["heartbeat"])
  })

  test("tells what it has when it is linked, and answers only once it has what came since", () => {
    const cluster = alone({ reads: "any" })
    cluster.crash(2)
    cluster.restart(2)
    const { life } = cluster.state(2)
    const { machine } = cluster.state(1)
    tell(cluster, 1, 2, { type: "Transfer", configuration: 3, life, index: 2, machine })
    const chain = [...membersOf(0, 1), { id: 2, life }]
    forget(cluster)
    change(cluster, 2, { ...chainOf(4, [0, 1], { tailSince: 4 }), chain })
    expect(said(cluster)).toEqual([received(2, 4, 2)])
    cluster.fire(2, "heartbeat")
    expect(said(cluster)).toEqual([heartbeat(2, life, 4, "linked", cluster.now)])
    ask(cluster, 2, query(7))
    expect(replies(cluster)).toMatchObject([{ client: 7, type: "Redirect", leader: null }])
    tell(cluster, 1, 2, { type: "Update", configuration: 4, first: 3, commands: writes(1, 3) })
    const ack = by(2, 1, { type: "Ack", configuration: 4, committed: 3 })
    expect(said(cluster)).toEqual([heartbeat(2, life, 4, "member", cluster.now), ack])
    expect(cluster.state(2)).toMatchObject({ hasCaughtUp: true, isSynced: true, committed: 3 })
    ask(cluster, 2, query(7))
    expect(replies(cluster)).toMatchObject([{ client: 3 }, { client: 7, type: "Result" }])
  })

  test("has the whole state where its predecessor keeps no more what it lacks, and is not ready for that", () => {
    const cluster = having(2, 1)
    const { machine } = cluster.state(2)
    tell(cluster, 1, 2, { type: "Transfer", configuration: 1, life: 0, index: 4, machine })
    expect(cluster.state(2)).toMatchObject({ committed: 4, base: 4, readyIn: 0 })
    expect(said(cluster)).toEqual([])
  })
})

test("a server lets the master hear of it once an interval", () => {
  const cluster = alone({ heartbeatInterval: "50ms" })
  cluster.runFor("50ms")
  expect(said(cluster)).toEqual([0, 1, 2].map(server => heartbeat(server, 0, 1, "member", 50_000)))
})
