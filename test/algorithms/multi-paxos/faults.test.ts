// Crashes, partitions, lost messages, nodes that lag behind: what Multi-Paxos survives and how, one story a test.
import { describe, expect, test } from "vitest"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { elect, executedBy, ledCluster, liveNodes, type PaxosCluster, write } from "./support.ts"

/** One command after another, each answered before the next; their values are "v1", "v2", ... */
function writeMany(cluster: PaxosCluster, leader: NodeId, from: number, to: number): string[] {
  const values: string[] = []
  for (let sequence = from; sequence <= to; sequence++) {
    const answered = cluster.replies.length
    cluster.request(0, leader, write(`v${sequence}`, 0, sequence))
    cluster.runUntil(() => cluster.replies.length > answered)
    values.push(`v${sequence}`)
  }
  return values
}

function results(cluster: PaxosCluster): number {
  return cluster.replies.filter(({ reply }) => reply.type === "Result").length
}

describe("once chosen, a value stays chosen (P2)", () => {
  test("a node that has accepted nothing may become leader, and learns all in phase 1 (Raft §5.4.1 forbids it)", () => {
    const { cluster } = ledCluster({ nodes: 3 })
    cluster.partition([[0, 1], [2]])
    const values = writeMany(cluster, 0, 1, 5)
    cluster.crash(0)
    cluster.heal()
    expect(cluster.disk(2).journal).toEqual([])
    elect(cluster, 2)
    expect(executedBy(cluster, 2)).toEqual(values)
    expect(executedBy(cluster, 1)).toEqual(values)
  })

  test("a command answered by a leader that dies at once survives, though nobody else knows it is chosen", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.request(0, 0, write("answered"))
    cluster.runUntil(() => executedBy(cluster, 0).length === 1)
    cluster.crash(0)
    for (const node of [1, 2, 3, 4]) expect(executedBy(cluster, node)).toEqual([])
    elect(cluster, 3)
    for (const node of [1, 2, 3, 4]) expect(executedBy(cluster, node)).toEqual(["answered"])
  })

  test("a proposal that only its leader accepted may lose to another, and that leader takes the other over", () => {
    const { cluster } = ledCluster({ nodes: 3 })
    cluster.isolate(0)
    cluster.request(0, 0, write("lost"))
    cluster.runFor("2ms")
    cluster.crash(0)
    elect(cluster, 1)
    cluster.request(1, 1, write("chosen", 1))
    cluster.runFor("10ms")
    cluster.heal()
    cluster.restart(0)
    cluster.runFor("1s")
    for (const node of [0, 1, 2]) expect(executedBy(cluster, node)).toEqual(["chosen"])
  })

  test("a proposal that a minority accepted may be taken up by a new leader that hears of it", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.partition([[0, 1]])
    cluster.request(0, 0, write("found"))
    cluster.runFor("2ms")
    cluster.crash(0)
    cluster.heal()
    elect(cluster, 2)
    for (const node of [1, 2, 3, 4]) expect(executedBy(cluster, node)).toEqual(["found"])
  })

  test("a deposed leader that is told of another's choice does not lead its followers astray", () => {
    // Ballots 5 (leader 0) and 6 (leader 1). Leader 0's proposal reaches only node 4, and loses.
    const { cluster } = ledCluster({ nodes: 5 })
    const side = [0, 1, 1, 1, 0]
    cluster.intercept((from, to) => (side[from] === side[to] ? "deliver" : "drop"))
    cluster.request(0, 0, write("loser"))
    cluster.runFor("3ms")
    expect(cluster.disk(4).journal.length).toBe(1)
    cluster.request(99, 1, { type: "Elect" })
    cluster.runUntil(() => cluster.state(1).proposer.role === "leader")
    cluster.request(1, 1, write("winner", 1))
    cluster.runFor("5ms")
    // Leader 0 learns of the choice by a stray message before anything else tells it that it is deposed.
    const chosen = { snapshot: null, from: 1, values: [write("winner", 1)] }
    cluster.inject(1, 0, { type: "CatchUp", ballot: cluster.state(1).proposer.ballot, chosen })
    cluster.runFor("1s")
    cluster.intercept(() => "deliver")
    cluster.runFor("1s")
    for (const node of [0, 1, 2, 3, 4]) expect(executedBy(cluster, node)).toEqual(["winner"])
  })

  test("a command retried after its leader's death is executed once", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.request(0, 0, write("once"))
    cluster.runUntil(() => executedBy(cluster, 0).length === 1)
    cluster.crash(0)
    elect(cluster, 1)
    cluster.request(0, 1, write("once"))
    cluster.runFor("1s")
    expect(executedBy(cluster, 1)).toEqual(["once"])
    expect(results(cluster)).toBe(2)
  })
})

describe("crashes: f of 2f+1 are survived, not one more", () => {
  test.each([3, 5, 7])("n = %i", n => {
    const f = (n - 1) / 2
    const { cluster } = ledCluster({ nodes: n })
    for (let node = 0; node < f; node++) cluster.crash(node)
    cluster.runFor("5s")
    const leader = cluster.leader()!
    expect(leader).toBeGreaterThanOrEqual(f)
    writeMany(cluster, leader, 1, 10)

    cluster.crash(leader === n - 1 ? leader - 1 : n - 1)
    cluster.runFor("5s")
    for (const node of liveNodes(cluster)) cluster.request(1, node, write("never", 1))
    cluster.runFor("5s")
    expect(results(cluster)).toBe(10)
    for (const node of liveNodes(cluster)) expect(executedBy(cluster, node)).not.toContain("never")

    cluster.restart(0)
    cluster.runUntil(() => cluster.leader() !== null)
    cluster.runFor("1s")
    writeMany(cluster, cluster.leader()!, 11, 12)
    expect(executedBy(cluster, cluster.leader()!).slice(-2)).toEqual(["v11", "v12"])
  })

  test("with f+1 down nobody believes to lead for long", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    for (const node of [2, 3, 4]) cluster.crash(node)
    cluster.runFor("1s")
    expect(cluster.leader()).toBe(null)
  })

  test("all nodes down at once: what was chosen is chosen again", () => {
    const { cluster } = ledCluster({ nodes: 3, parameters: { snapshotEvery: 4 } })
    writeMany(cluster, 0, 1, 10)
    for (const node of [0, 1, 2]) cluster.crash(node)
    for (const node of [0, 1, 2]) cluster.restart(node)
    elect(cluster, 1)
    const answered = writeMany(cluster, 1, 11, 11)
    expect(answered).toEqual(["v11"])
    for (const node of [0, 1, 2]) {
      cluster.runFor("1s")
      expect(cluster.state(node).learner.machine.sessions[0]!.sequence).toBe(11)
      expect(cluster.state(node).learner.firstUnchosen).toBe(12)
    }
  })
})

describe("partitions", () => {
  test("the majority's side goes on, the leader cut off chooses nothing and stops leading", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.partition([
      [0, 1],
      [2, 3, 4],
    ])
    cluster.request(1, 0, write("minority", 1))
    cluster.runFor("5s")
    const leader = cluster.leader()!
    expect([2, 3, 4]).toContain(leader)
    expect(cluster.state(0).proposer.role).not.toBe("leader")
    const values = writeMany(cluster, leader, 1, 3)
    for (const node of [0, 1]) expect(executedBy(cluster, node)).toEqual([])
    cluster.heal()
    cluster.runFor("5s")
    for (const node of [0, 1, 2, 3, 4]) expect(executedBy(cluster, node).filter(v => v !== "minority")).toEqual(values)
  })

  test("a follower that was cut off may depose the leader on its return, but no more than once", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.isolate(4)
    cluster.runFor("5s")
    cluster.heal()
    cluster.facts.length = 0
    cluster.runFor("5s")
    const deposed = cluster.facts.filter(
      ({ node, fact }) => node === 0 && fact.type === "believes" && fact.leader === null,
    )
    expect(deposed.length).toBe(1)
    expect(cluster.leader()).not.toBe(null)
  })
})

describe("a leader that hears nobody, though all hear it", () => {
  test("stands down after an election timeout, and another takes over", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.intercept((_, to) => (to === 0 ? "drop" : "deliver"))
    cluster.runUntil(() => cluster.state(0).proposer.role !== "leader", "400ms")
    cluster.runUntil(() => (cluster.leader() ?? 0) !== 0, "2s")
    expect(writeMany(cluster, cluster.leader()!, 1, 3)).toEqual(["v1", "v2", "v3"])
  })

  test("goes on while it hears a majority", () => {
    const { cluster } = ledCluster({ nodes: 5 })
    cluster.intercept((from, to) => (to === 0 && from > 2 ? "drop" : "deliver"))
    cluster.runFor("5s")
    expect(cluster.leader()).toBe(0)
    expect(cluster.count("Prepare")).toBe(0)
  })
})

test("a follower waits for a new random time after each word of its leader", () => {
  const waits = new Set<number>()
  for (let heartbeats = 0; heartbeats < 10; heartbeats++) {
    // The same seed each time: only how often the follower has heard of the leader differs.
    const { cluster } = ledCluster({ nodes: 3 })
    cluster.runFor(heartbeats * 75_000)
    cluster.intercept((_, to) => (to === 2 ? "drop" : "deliver"))
    cluster.clearCounts()
    cluster.runUntil(() => cluster.count("Prepare") > 0)
    const heard = cluster.trace.findLast(event => event.type === "deliver" && event.node === 2)!.time
    waits.add(cluster.sent.find(({ message }) => message.type === "Prepare")!.time - heard)
  }
  expect(waits.size).toBe(10)
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(150_000)
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(300_000)
})

describe("lost messages", () => {
  test.each(["Accept", "Accepted", "Prepare", "Promise"] as const)("each %s lost once: sent again", type => {
    const { cluster } = ledCluster({ nodes: 3 })
    const lost = new Set<string>()
    cluster.intercept((from, to, message) => {
      const link = `${from}-${to}`
      if (message.type !== type || lost.has(link)) return "deliver"
      lost.add(link)
      return "drop"
    })
    elect(cluster, 1)
    cluster.request(0, 1, write("x"))
    cluster.runFor("1s")
    expect(lost.size).toBe(2)
    expect(results(cluster)).toBe(1)
    for (const node of [0, 1, 2]) expect(executedBy(cluster, node)).toEqual(["x"])
  })

  test("a follower that missed an Accept is sent the value once a heartbeat shows that it is chosen", () => {
    const { cluster } = ledCluster({ nodes: 3 })
    cluster.intercept((_, to, message) => (message.type === "Accept" && to === 2 ? "drop" : "deliver"))
    writeMany(cluster, 0, 1, 3)
    cluster.runFor("1s")
    expect(executedBy(cluster, 2)).toEqual(["v1", "v2", "v3"])
    expect(cluster.count("CatchUp")).toBeGreaterThan(0)
    expect(cluster.count("CatchUp")).toBe(cluster.count("CatchUp", "retransmission"))
  })

  test("a thrifty leader turns to others when one of its quorum is dead", () => {
    const { cluster } = ledCluster({ nodes: 5, parameters: { thrifty: true } })
    const quorum = cluster.state(0).proposer.quorum
    expect(quorum.length).toBe(2)
    cluster.crash(quorum[0]!)
    writeMany(cluster, 0, 1, 1)
    cluster.runFor("500ms")
    cluster.clearCounts()
    writeMany(cluster, 0, 2, 6)
    expect(cluster.count(undefined, "protocol")).toBe(5 * 4)
    expect(cluster.state(0).proposer.quorum).not.toContain(quorum[0])
  })
})

describe("learners that were away", () => {
  test("catch up on everything after a restart", () => {
    const { cluster } = ledCluster({ nodes: 3 })
    cluster.crash(2)
    const values = writeMany(cluster, 0, 1, 50)
    cluster.restart(2)
    cluster.runFor("1s")
    expect(executedBy(cluster, 2)).toEqual(values)
  })

  test("are sent a snapshot where the log is gone, and go on from there", () => {
    const { cluster } = ledCluster({ nodes: 3, parameters: { snapshotEvery: 10 } })
    cluster.crash(2)
    writeMany(cluster, 0, 1, 45)
    cluster.restart(2)
    cluster.runFor("1s")
    const restored = cluster.facts.filter(({ node, fact }) => node === 2 && fact.type === "restored")
    expect(restored.map(({ fact }) => fact)).toEqual([{ type: "restored", index: 40 }])
    expect(executedBy(cluster, 2)).toEqual(["v41", "v42", "v43", "v44", "v45"])
    expect(cluster.state(2).learner.machine).toEqual(cluster.state(0).learner.machine)
  })

  test("get the snapshot with the promises when they become leader first", () => {
    const { cluster } = ledCluster({ nodes: 3, parameters: { snapshotEvery: 10 } })
    cluster.crash(2)
    writeMany(cluster, 0, 1, 45)
    cluster.crash(0)
    cluster.restart(2)
    elect(cluster, 2)
    writeMany(cluster, 2, 46, 46)
    expect(cluster.state(2).learner.firstUnchosen).toBe(47)
    expect(cluster.state(2).learner.machine.values.get("x")).toBe("v46")
  })

  test("boot from their own snapshot and journal", () => {
    const { cluster } = ledCluster({ nodes: 3, parameters: { snapshotEvery: 10 } })
    writeMany(cluster, 0, 1, 25)
    cluster.runFor("1s")
    cluster.crash(1)
    cluster.restart(1)
    expect(cluster.state(1).learner.firstUnchosen).toBe(21)
    expect(cluster.facts.at(-1)).toMatchObject({ node: 1, fact: { type: "restored", index: 20 } })
    cluster.runFor("1s")
    expect(executedBy(cluster, 1).slice(-5)).toEqual(["v21", "v22", "v23", "v24", "v25"])
  })
})

test("memory and disk stay bounded: snapshots drop what they cover", () => {
  const { cluster } = ledCluster({ nodes: 3, parameters: { snapshotEvery: 50 } })
  writeMany(cluster, 0, 1, 1000)
  for (const node of [0, 1, 2]) {
    const { acceptor, learner } = cluster.state(node)
    expect(cluster.disk(node).journal.length).toBeLessThanOrEqual(51)
    expect(acceptor.accepted.entries.length).toBeLessThanOrEqual(51)
    expect(learner.votes.entries.length).toBeLessThanOrEqual(51)
    expect(learner.chosen.entries.length).toBeLessThanOrEqual(101)
  }
})

describe("clients", () => {
  test("are redirected to the leader, or told that there is none", () => {
    const { cluster } = ledCluster({ nodes: 3 })
    cluster.request(0, 1, write("x"))
    cluster.runFor("5ms")
    cluster.crash(0)
    cluster.runUntil(() => cluster.state(1).detector.leader === null)
    cluster.request(1, 1, write("x", 1))
    cluster.runFor("5ms")
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([
      { type: "Redirect", sequence: 1, leader: 0 },
      { type: "Redirect", sequence: 1, leader: null },
    ])
  })

  test("may ask again while a command is under way: it is proposed once", () => {
    const { cluster } = ledCluster({ nodes: 3, latency: "10ms" })
    cluster.request(0, 0, write("x"))
    cluster.request(0, 0, write("x"))
    cluster.runFor("1s")
    expect(cluster.count("Accept")).toBe(2)
    expect(results(cluster)).toBe(1)
  })

  test("are served at most `pipeline` slots ahead of the first unchosen one; the rest waits (§3: alpha commands)", () => {
    const { cluster } = ledCluster({ nodes: 3, latency: "10ms", parameters: { pipeline: 4 } })
    for (let client = 0; client < 10; client++) cluster.request(client, 0, write(`c${client}`, client))
    cluster.runFor("11ms")
    expect(cluster.count("Accept")).toBe(2 * 4)
    cluster.runFor("20ms")
    expect(cluster.count("Accept")).toBe(2 * 8)
    cluster.runFor("1s")
    expect(results(cluster)).toBe(10)
    expect(executedBy(cluster, 0)).toEqual(Array.from({ length: 10 }, (_, client) => `c${client}`))
  })

  test.each(["CatchUp", "Success"] as const)(
    "whose commands wait are served as well when a %s opens the pipeline",
    type => {
      const { cluster } = ledCluster({ nodes: 3, parameters: { pipeline: 1 } })
      cluster.intercept((_, __, message) => (message.type === "Accepted" ? "drop" : "deliver"))
      const first = write("first", 0)
      cluster.request(0, 0, first)
      cluster.request(1, 0, write("second", 1))
      cluster.runFor("5ms")
      // The leader before this one had got the first chosen, and says so late.
      const ballot = cluster.state(0).proposer.ballot - 1
      const told =
        type === "CatchUp"
          ? ({ type, ballot, chosen: { snapshot: null, from: 1, values: [first] } } as const)
          : ({ type, proposal: { ballot, slot: 1, value: first } } as const)
      cluster.inject(1, 0, told)
      cluster.intercept(() => "deliver")
      cluster.runFor("1s")
      expect(cluster.state(0).proposer.role).toBe("leader")
      expect(executedBy(cluster, 0)).toEqual(["first", "second"])
      expect(results(cluster)).toBe(2)
    },
  )

  test("whose commands waited when the leader was deposed are sent elsewhere, as these were never proposed", () => {
    const { cluster } = ledCluster({ nodes: 3, latency: "10ms", parameters: { pipeline: 1 } })
    cluster.request(0, 0, write("proposed", 0))
    cluster.request(1, 0, write("waiting", 1))
    cluster.runFor("11ms")
    cluster.inject(1, 0, { type: "Refused", ballot: 1000 })
    cluster.runFor("11ms")
    expect(cluster.replies.map(({ client, reply }) => ({ client, reply }))).toEqual([
      { client: 1, reply: { type: "Redirect", sequence: 1, leader: null } },
    ])
  })
})
