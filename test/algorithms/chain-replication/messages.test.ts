// What servers of a chain make of single messages: those that come late, twice, or from a neighbour that is none any more.
import { describe, expect, test } from "vitest"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { ANY, answered, type ChainCluster, chainOf, query, valueAt, write } from "./support.ts"

const MASTER = 3

/** How often one process has said something to another since the counts were cleared. */
function said(cluster: ChainCluster, type: string, from: NodeId, to: NodeId): number {
  return cluster.sent.filter(each => each.message.type === type && each.from === from && each.to === to).length
}

/** Updates of clients 0, 1, 2, ... that the head has and nobody else: what it forwards is lost. */
function stuck(cluster: ChainCluster, updates: number): void {
  cluster.intercept((_, __, { type }) => (type === "Update" ? "drop" : "deliver"))
  for (let client = 0; client < updates; client++) cluster.request(client, 0, write(`${client}`, client))
  cluster.runFor("5ms")
  cluster.clearCounts()
}

/** Server 2 of three has failed and come back: it is the tail again, in a later life. */
function rejoined(): ChainCluster {
  const cluster = chainOf({ nodes: 3 })
  cluster.request(0, 0, write("a"))
  cluster.runFor("100ms")
  cluster.crash(2)
  cluster.restart(2)
  cluster.runFor("1s")
  cluster.clearCounts()
  return cluster
}

describe("updates that are sent again (§3)", () => {
  test("are at most a hundred in a message; what is new is forwarded alone all the same", () => {
    const cluster = chainOf({ nodes: 3 })
    stuck(cluster, 120)
    cluster.runFor("400ms")
    cluster.request(120, 0, write("last", 120))
    cluster.runFor("1ms")
    const updates = cluster.sent.flatMap(({ message }) =>
      message.type === "Update" ? [[message.first, message.commands.length]] : [],
    )
    expect(updates).toEqual([
      [1, 100],
      [121, 1],
    ])
  })

  test("are sent as often as it takes", () => {
    const cluster = chainOf({ nodes: 3 })
    stuck(cluster, 1)
    cluster.runFor("1200ms")
    expect(said(cluster, "Update", 0, 1)).toBe(3)
  })

  test("are none once the successor has failed, nor once the tail's version shows that it has all (CRAQ §2.3)", () => {
    const unlinked = chainOf({ nodes: 3 })
    stuck(unlinked, 1)
    unlinked.inject(MASTER, 0, {
      type: "Reconfigure",
      configuration: {
        number: 2,
        chain: [0, 2].map(id => ({ id, life: 0 })),
        joining: null,
        headSince: 1,
        tailSince: 1,
      },
    })
    expect(unlinked.armed(0)).not.toContain("resend")

    const queried = chainOf({ nodes: 3, parameters: ANY })
    queried.intercept((_, __, { type }) => (type === "Ack" ? "drop" : "deliver"))
    queried.request(0, 0, write("a"))
    queried.runFor("5ms")
    queried.request(1, 0, query(1))
    queried.runFor("10ms")
    expect(answered(queried, 1)).toBe("a")
    queried.clearCounts()
    queried.runFor("380ms")
    expect(said(queried, "Update", 0, 1)).toBe(0)
  })
})

describe("messages of the neighbours alone count (§3)", () => {
  test("an acknowledgement of anyone but the successor does not", () => {
    const cluster = chainOf({ nodes: 3 })
    stuck(cluster, 1)
    cluster.inject(2, 0, { type: "Ack", configuration: 1, committed: 1 })
    expect(cluster.state(0).committed).toBe(0)
    cluster.inject(1, 0, { type: "Ack", configuration: 1, committed: 1 })
    expect(cluster.state(0).committed).toBe(1)
  })

  test("an update that the predecessor sent to an earlier life of this server does not", () => {
    const cluster = rejoined()
    cluster.inject(1, 2, { type: "Update", configuration: 1, first: 2, commands: [write("old", 7)] })
    expect([cluster.state(2).committed, valueAt(cluster, 2)]).toEqual([1, "a"])
    expect(cluster.replies.filter(({ client }) => client === 7)).toEqual([])
  })
})

describe("a change of the chain (§3.2)", () => {
  test("what the successor has is said again, if the master does not hear it", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((_, __, { type }) => (type === "Received" ? "drop" : "deliver"))
    cluster.crash(1)
    cluster.runFor("400ms")
    cluster.intercept(() => "deliver")
    cluster.clearCounts()
    cluster.runFor("400ms")
    expect(cluster.count("Received", "retransmission")).toBe(1)
    cluster.request(0, 0, write("a"))
    cluster.runFor("10ms")
    expect(answered(cluster, 0)).toBe(null)
  })

  test("what a successor has is nothing new to one that has heard of it: at first, and once it has acknowledged", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.inject(MASTER, 0, { type: "Resume", configuration: 1, received: 0 })
    expect(said(cluster, "Update", 0, 1)).toBe(0)
    cluster.crash(1)
    cluster.runFor("1s")
    cluster.request(0, 0, write("a"))
    cluster.runFor("200ms")
    cluster.clearCounts()
    cluster.inject(MASTER, 0, { type: "Resume", configuration: 2, received: 0 })
    expect(cluster.sent).toEqual([])
  })

  test("whoever says what it has in an earlier chain is told of the present one", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.crash(1)
    cluster.runFor("1s")
    cluster.clearCounts()
    cluster.inject(2, MASTER, { type: "Received", configuration: 1, received: 0 })
    expect(cluster.sent.map(({ to, message }) => [to, message.type])).toEqual([[2, "Reconfigure"]])
  })

  test("a server that takes itself for a member, and is none, joins nothing before it knows (§3.2.4)", () => {
    const numberAfter = (standing: "linked" | "member" | "outside"): number => {
      const cluster = chainOf({ nodes: 3 })
      cluster.crash(2)
      cluster.runFor("400ms")
      const heartbeat = { type: "Heartbeat", life: 5, configuration: 1, standing, sentAt: 0 } as const
      cluster.inject(2, MASTER, heartbeat)
      cluster.runFor("5ms")
      return cluster.state(0).configuration!.number
    }
    expect([numberAfter("linked"), numberAfter("member"), numberAfter("outside")]).toEqual([2, 2, 3])
  })

  test("a new tail that lacks the updates since its state came does not keep the chain alone (§3.2.4)", () => {
    const cluster = chainOf({ nodes: 2 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.crash(1)
    cluster.runFor("400ms")
    cluster.intercept((_, __, { type }) => (type === "Update" ? "drop" : "deliver"))
    cluster.restart(1)
    cluster.runUntil(() => cluster.state(1).configuration?.chain.length === 2)
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.runFor("1s")
    expect(cluster.state(1).configuration!.chain.map(({ id }) => id)).toEqual([0, 1])
  })

  test("a tail sends its state again to whoever is to join, if that is lost (§3.2.4)", () => {
    const cluster = chainOf({ nodes: 2 })
    cluster.crash(1)
    cluster.runFor("400ms")
    cluster.intercept((_, __, { type }) => (type === "Transfer" ? "drop" : "deliver"))
    cluster.restart(1)
    cluster.runFor("100ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("500ms")
    expect(cluster.count("Transfer", "retransmission")).toBe(1)
    expect(cluster.state(1).configuration!.chain.map(({ id }) => id)).toEqual([0, 1])
  })

  test("what another successor has is nothing to a server that has come back and is in no chain", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor(1)
    cluster.inject(MASTER, 1, { type: "Resume", configuration: 1, received: 0 })
    expect([cluster.state(1).configuration, cluster.state(1).sent]).toEqual([null, null])
  })

  test("a tail that had sent its state to one server sends nothing to another that becomes its successor unasked", () => {
    const cluster = chainOf({ nodes: 4 })
    const change = (number: number, chain: readonly number[], joining: number | null): void => {
      const member = (id: number) => ({ id, life: 0 })
      const configuration = { number, chain: chain.map(member), headSince: 1, tailSince: number }
      const next = joining === null ? null : member(joining)
      cluster.inject(4, 1, { type: "Reconfigure", configuration: { ...configuration, joining: next } })
    }
    change(2, [0, 1], 2)
    expect(said(cluster, "Transfer", 1, 2)).toBe(1)
    change(4, [0, 1, 3], null)
    expect(said(cluster, "Update", 1, 3)).toBe(0)
  })

  test("a server says once that it has the state of the tail (§3.2.4)", () => {
    const cluster = chainOf({ nodes: 2 })
    cluster.crash(1)
    cluster.runFor("400ms")
    cluster.restart(1)
    cluster.intercept((_, __, { type }) => (type === "Reconfigure" ? "deliver" : "drop"))
    cluster.runFor("10ms")
    const { life } = cluster.state(1)
    const { machine, committed: index } = cluster.state(0)
    cluster.clearCounts()
    for (let time = 0; time < 2; time++) {
      cluster.inject(0, 1, { type: "Transfer", configuration: 3, life, index, machine })
    }
    expect(said(cluster, "Heartbeat", 1, 2)).toBe(1)
  })
})

test("a query of one key does not wait for an update of another one (CRAQ §2.3)", () => {
  const cluster = chainOf({ nodes: 3, parameters: ANY })
  stuck(cluster, 1)
  cluster.request(7, 0, { type: "Command", session: 7, sequence: 1, operation: { op: "get", key: "y" } })
  cluster.request(8, 0, query(8))
  cluster.runFor("1ms")
  const asking = cluster.sent.flatMap(({ message }) => (message.type === "VersionQuery" ? [message.session] : []))
  expect(asking).toEqual([8])
})

describe("leases", () => {
  test("a tail without one tells no other server which version it has (CRAQ §2.3)", () => {
    const versions = (wait: string): number => {
      const cluster = chainOf({ nodes: 3, parameters: ANY })
      cluster.crash(MASTER)
      cluster.runFor(wait)
      cluster.inject(0, 2, { type: "VersionQuery", session: 1, sequence: 1 })
      return said(cluster, "Version", 2, 0)
    }
    expect([versions("10ms"), versions("1s")]).toEqual([1, 0])
  })
})
