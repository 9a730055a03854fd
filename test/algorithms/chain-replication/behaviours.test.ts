// Chain replication by the sections of its paper: what servers do while nothing fails, and when the chain changes.
import { describe, expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import { parametersOn } from "../../../algorithms/chain-replication/parameters.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { ANY, answered, chainAt, chainOf, query, valueAt, write } from "./support.ts"

const MASTER = 3

describe("updates and queries (§3)", () => {
  test("a server that is not asked for an operation says who is", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.request(0, 1, write("a"))
    cluster.request(1, 0, query(1))
    cluster.runFor("10ms")
    const ask = { updates: 0, queries: [2] }
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([
      { type: "Redirect", sequence: 1, leader: 0, ask },
      { type: "Redirect", sequence: 1, leader: 2, ask },
    ])
  })

  test("an update is executed once, however often its client asks", () => {
    const cluster = chainOf({ nodes: 3 })
    for (let time = 0; time < 3; time++) {
      cluster.request(0, 0, write("a"))
      cluster.runFor("500us")
    }
    cluster.runFor("1s")
    cluster.request(0, 0, write("a"))
    cluster.runFor("1s")
    for (let server = 0; server < 3; server++) expect(cluster.state(server).committed).toBe(1)
    expect(cluster.replies.every(({ reply }) => reply.type === "Result" && reply.result.done)).toBe(true)
  })

  test("the head answers a client that asks again, once it knows that the tail has the update", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.request(0, 0, write("a"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("1s")
    expect(cluster.replies.map(({ from }) => from)).toEqual([2, 0])
  })

  test("an update that is lost on its way is sent again", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((_, to, { type }) => (type === "Update" && to === 2 ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("10ms")
    expect(cluster.replies).toEqual([])
    cluster.intercept(() => "deliver")
    cluster.runFor("400ms")
    expect(valueAt(cluster, 2)).toBe("a")
    expect(cluster.count("Update", "retransmission")).toBeGreaterThan(0)
    expect(cluster.replies.length).toBe(1)
  })

  test("acknowledgements that are lost are made up for by the next", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((_, __, { type }) => (type === "Ack" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("200ms")
    expect(cluster.state(0).entries.length).toBe(1)
    cluster.intercept(() => "deliver")
    cluster.runFor("1s")
    for (let server = 0; server < 3; server++) expect(cluster.state(server).entries).toEqual([])
  })

  test("updates that overtake each other are executed in order", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((from, _, message) =>
      from === 0 && message.type === "Update" && message.first === 1 ? { delay: 20_000 } : "deliver",
    )
    cluster.request(0, 0, write("a", 0))
    cluster.runFor("1ms")
    cluster.request(1, 0, write("b", 1))
    cluster.runFor("10ms")
    expect(cluster.replies).toEqual([])
    cluster.runFor("50ms")
    expect(valueAt(cluster, 2)).toBe("b")
    expect(answered(cluster, 1)).toBe("a")
  })
})

describe("head failure (§3.2.1)", () => {
  test("what the old head had not passed on is lost, and nobody was told of it", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((from, _, { type }) => (from === 0 && type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.crash(0)
    cluster.runFor("400ms")
    expect(chainAt(cluster, 1)).toEqual([1, 2])
    cluster.request(1, 1, write("b", 1))
    cluster.runFor("10ms")
    expect(cluster.replies.map(({ client }) => client)).toEqual([1])
    expect(answered(cluster, 1)).toBe(null)
  })

  test("the new head knows which updates are under way, and takes none twice", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((from, _, { type }) => (from === 1 && type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.crash(0)
    cluster.runFor("300ms")
    cluster.request(0, 1, write("a"))
    cluster.runFor("5ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("1s")
    expect(cluster.state(1).committed).toBe(1)
    expect(answered(cluster, 0)).toBe(null)
  })
})

describe("tail failure (§3.2.2)", () => {
  test("what the new tail has is what everybody has", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.intercept((from, _, { type }) => (from === 1 && type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.crash(2)
    cluster.runFor("400ms")
    expect(chainAt(cluster, 0)).toEqual([0, 1])
    expect(cluster.replies).toMatchObject([{ client: 0, from: 1 }])
  })

  test("CRAQ: the new tail answers those who waited for the old one", () => {
    const cluster = chainOf({ nodes: 3, parameters: ANY })
    cluster.intercept((_, to) => (to === 2 ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.request(1, 1, query(1))
    cluster.runFor("5ms")
    cluster.crash(2)
    cluster.runFor("400ms")
    expect(answered(cluster, 1)).toBe("a")
  })
})

describe("failure of other servers (§3.2.3)", () => {
  test("the successor gets what its predecessor had sent to the one between them, before anything else", () => {
    const cluster = chainOf({ nodes: 4 })
    cluster.intercept((_, to, { type }) => (to === 2 && type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a", 0))
    cluster.runFor("5ms")
    cluster.crash(1)
    cluster.intercept(() => "deliver")
    cluster.request(1, 0, write("b", 1))
    cluster.runFor("400ms")
    expect(chainAt(cluster, 0)).toEqual([0, 2, 3])
    expect(valueAt(cluster, 3)).toBe("b")
    expect(answered(cluster, 1)).toBe("a")
  })

  test("though the master's word of it is lost, it comes in the end", () => {
    const cluster = chainOf({ nodes: 3 })
    let isLost = true
    cluster.intercept((_, __, { type }) =>
      isLost && (type === "Resume" || type === "Reconfigure") ? "drop" : "deliver",
    )
    cluster.request(0, 0, write("a"))
    cluster.crash(1)
    cluster.runFor("500ms")
    expect(cluster.replies).toEqual([])
    isLost = false
    cluster.runFor("1s")
    expect(answered(cluster, 0)).toBe(null)
  })
})

describe("new tails (§3.2.4)", () => {
  test("a server that returns has lost everything, and joins as the tail", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.runFor("400ms")
    cluster.restart(0)
    expect(cluster.state(0).committed).toBe(0)
    cluster.runFor("400ms")
    for (let server = 0; server < 3; server++) expect(chainAt(cluster, server)).toEqual([1, 2, 0])
    expect(valueAt(cluster, 0)).toBe("a")
    cluster.request(1, 0, query(1))
    cluster.runFor("10ms")
    expect(answered(cluster, 1)).toBe("a")
  })

  test("so does one that is back before the master has missed it", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor("400ms")
    expect(chainAt(cluster, 0)).toEqual([0, 2, 1])
    expect(valueAt(cluster, 1)).toBe("a")
  })

  test("the old tail serves on while it sends its state, and what came since is sent after it", () => {
    const cluster = chainOf({ nodes: 2 })
    cluster.crash(1)
    cluster.runFor("400ms")
    cluster.intercept((_, __, { type }) => (type === "Transfer" ? { delay: 50_000 } : "deliver"))
    cluster.restart(1)
    cluster.runFor("20ms")
    cluster.request(0, 0, write("a"))
    cluster.runFor("10ms")
    expect(answered(cluster, 0)).toBe(null)
    cluster.runFor("400ms")
    expect(chainAt(cluster, 0)).toEqual([0, 1])
    expect(valueAt(cluster, 1)).toBe("a")
  })

  test("a new tail answers nothing before it has what the old one answered with", () => {
    const cluster = chainOf({ nodes: 2 })
    cluster.crash(1)
    cluster.runFor("400ms")
    cluster.restart(1)
    // The old tail is the last to know.
    cluster.intercept((from, to, message) =>
      message.type === "Reconfigure" && message.configuration.chain.length === 2 && from === 2 && to === 0
        ? { delay: 100_000 }
        : "deliver",
    )
    cluster.runUntil(() => chainAt(cluster, 1).length === 2)
    cluster.request(0, 0, write("a"))
    cluster.runFor("10ms")
    expect(answered(cluster, 0)).toBe(null)
    cluster.request(1, 1, query(1))
    cluster.runFor("10ms")
    expect(answered(cluster, 1)).toBe(undefined)
    cluster.runFor("1s")
    cluster.request(1, 1, query(1, 2))
    cluster.runFor("10ms")
    expect(answered(cluster, 1)).toBe("a")
  })
})

describe("the master (§3.2)", () => {
  test("it keeps the last server that has everything", () => {
    const cluster = chainOf({ nodes: 3 })
    for (const server of [0, 1, 2]) cluster.crash(server)
    cluster.runFor("1s")
    expect(cluster.disk(MASTER)).toMatchObject({ configuration: { chain: [{ id: expect.any(Number) }] } })
    for (const server of [0, 1, 2]) cluster.restart(server)
    cluster.runFor("1s")
    for (const server of [0, 1, 2]) expect(cluster.standing(server)).toMatchObject({ role: "outside" })
  })

  test("after a crash it knows by its disk which chain it made last", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.crash(0)
    cluster.runFor("400ms")
    cluster.crash(MASTER)
    cluster.runFor("1s")
    cluster.restart(MASTER)
    cluster.crash(2)
    cluster.runFor("400ms")
    expect(chainAt(cluster, 1)).toEqual([1])
  })

  test("a server removed by mistake begins anew as the tail", () => {
    const cluster = chainOf({ nodes: 3 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("100ms")
    cluster.intercept((from, to) => (from === 1 && to === MASTER ? "drop" : "deliver"))
    cluster.runFor("400ms")
    expect(chainAt(cluster, 1)).toEqual([0, 2])
    expect(valueAt(cluster, 1)).toBe(undefined)
    cluster.intercept(() => "deliver")
    cluster.runFor("400ms")
    expect(chainAt(cluster, 1)).toEqual([0, 2, 1])
    expect(valueAt(cluster, 1)).toBe("a")
  })

  test("while it is down, a chain under leases executes updates and answers no queries; one that trusts it serves on", () => {
    for (const suspicions of ["leased", "trusted"]) {
      const cluster = chainOf({ nodes: 3, parameters: { suspicions } })
      cluster.crash(MASTER)
      cluster.runFor("1s")
      cluster.request(0, 0, write("a"))
      cluster.runFor("10ms")
      expect(answered(cluster, 0)).toBe(null)
      cluster.request(1, 2, query(1))
      cluster.runFor("10ms")
      expect(answered(cluster, 1)).toBe(suspicions === "trusted" ? "a" : undefined)
    }
  })

  test("leases are shorter than it takes to suspect a server", () => {
    const judge = (given: Readonly<Record<string, string>>): string | undefined => {
      const resolved = resolveParameters(parametersOn([]), given, 1_000)
      if ("problems" in resolved) throw new Error("wrong parameters")
      return chainReplication.conflict?.(resolved.values, 3)?.parameter
    }
    expect(judge({})).toBe(undefined)
    expect(judge({ lease: "1s", detectionTimeout: "1s" })).toBe("lease")
    expect(judge({ lease: "1s", detectionTimeout: "1s", suspicions: "trusted" })).toBe(undefined)
  })
})
