/** Lamport's mutual exclusion step by step: what CACM 21(7), 1978 says each process does. */
import { describe, expect, it } from "vitest"
import { lamportMutex } from "../../../algorithms/lamport-mutex/lamport-mutex.ts"
import { expectNoEarlyRelease, expectOneRequest, expectStandings, openSection } from "../../support/section.ts"

const open = (nodes: number, acknowledge: "always" | "needed" = "always") =>
  openSection(lamportMutex, { nodes, fifo: true, parameters: { acknowledge } })

describe("an uncontended entry", () => {
  it.each([
    [3, 6],
    [5, 12],
    [7, 18],
    [9, 24],
  ])("among %i processes costs exactly 3(n-1) = %i messages", (nodes, messages) => {
    const { cluster, acquire, pass, entries } = open(nodes)
    acquire(1)
    pass(1)
    cluster.runFor("10ms")
    expect(entries()).toEqual([1])
    expect(cluster.count()).toBe(messages)
    for (const type of ["Request", "Acknowledge", "Release"] as const) expect(cluster.count(type)).toBe(nodes - 1)
  })

  it("takes 2d: the requests go out, the acknowledgements come back", () => {
    const { cluster, acquire, entryTimes } = open(5)
    cluster.runFor("7ms")
    acquire(3)
    cluster.runFor("10ms")
    expect(entryTimes()).toEqual([9_000])
  })

  it("takes no message and no time in a group of one", () => {
    const { cluster, acquire, pass, entryTimes } = open(1)
    acquire(0)
    cluster.runFor(0)
    pass(0)
    expect(entryTimes()).toEqual([0])
    expect(cluster.count()).toBe(0)
  })
})

describe("the clock", () => {
  it("gives every event of a process a later timestamp (IR1)", () => {
    const { cluster, acquire, pass } = open(2)
    for (let entry = 0; entry < 3; entry++) {
      acquire(0)
      pass(0)
    }
    const timestamps = cluster.sent.filter(({ from }) => from === 0).map(({ message }) => message.timestamp)
    expect(timestamps).toHaveLength(6)
    expect(timestamps).toEqual([...new Set(timestamps)].toSorted((a, b) => a - b))
  })

  it("passes every timestamp that it receives (IR2)", () => {
    const { cluster } = open(2)
    cluster.inject(0, 1, { type: "Release", timestamp: 41 })
    expect(cluster.state(1).clock).toBe(42)
    cluster.inject(0, 1, { type: "Release", timestamp: 42 })
    expect(cluster.state(1).clock).toBe(43)
  })
})

describe("the request queue", () => {
  it("holds at every process the requests of all, until they are released", () => {
    const { cluster, acquire, release, inside } = open(3)
    acquire(2)
    cluster.runFor("5ms")
    acquire(1)
    cluster.runFor("5ms")
    const later = cluster.state(1).requestQueue[1]!
    for (const id of [0, 1, 2]) expect(cluster.state(id).requestQueue).toEqual([0, later, 1])
    release(2)
    cluster.runFor("5ms")
    for (const id of [0, 1, 2]) expect(cluster.state(id).requestQueue).toEqual([0, later, 0])
    expect(inside()).toEqual([1])
  })

  it("is the same for a second request of the same client: it changes nothing", () => {
    expectOneRequest(open(3))
  })
})

describe("a process", () => {
  it("stands outside, requesting, or in the critical section, with the timestamp of its request", () => {
    expectStandings(open(3))
  })

  it("that is not in the critical section does not leave it", () => {
    expectNoEarlyRelease(open(3))
  })
})

describe("contention", () => {
  it("hands over in d: the release is all that the next in the queue waits for", () => {
    const { cluster, acquire, pass, entryTimes } = open(5)
    for (const id of [4, 3, 2, 1, 0]) acquire(id)
    for (const id of [0, 1, 2, 3, 4]) {
      cluster.runUntil(() => cluster.state(id).inCriticalSection)
      cluster.runFor("3ms")
      pass(id)
    }
    // The first enters after d already: to it, the requests of the others are as good as acknowledgements.
    expect(entryTimes()).toEqual([1_000, 5_000, 9_000, 13_000, 17_000])
  })

  it.each([3, 5, 7, 9])("costs 3(n-1) messages an entry as well when all %i processes want in at once", nodes => {
    const { cluster, acquire, pass, entries } = open(nodes)
    for (let id = 0; id < nodes; id++) acquire(id)
    for (let id = 0; id < nodes; id++) pass(id)
    cluster.runFor("5ms")
    expect(entries()).toEqual(Array.from({ length: nodes }, (_, id) => id))
    expect(cluster.count()).toBe(nodes * 3 * (nodes - 1))
  })

  it("a process needs something later from every other: one that is silent keeps it out", () => {
    const { cluster, acquire, entries } = open(5)
    cluster.intercept((from, _, message) => (from === 4 && message.type === "Acknowledge" ? "drop" : "deliver"))
    acquire(0)
    cluster.runFor("1s")
    expect(entries()).toEqual([])
    acquire(4)
    cluster.runFor("5ms")
    expect(entries()).toEqual([0])
  })
})

describe("acknowledging only where it is needed (the paper's footnote)", () => {
  it("spares the acknowledgement of a request that crosses a later release", () => {
    const { cluster, acquire, release } = open(2, "needed")
    acquire(0)
    cluster.runFor("5ms")
    release(0)
    acquire(1)
    const before = cluster.count("Acknowledge")
    cluster.runFor("5ms")
    const timestampOf = (type: string) =>
      cluster.sent.findLast(({ message }) => message.type === type)!.message.timestamp
    expect([timestampOf("Request"), timestampOf("Release")]).toEqual([4, 5])
    expect(cluster.count("Acknowledge") - before).toBe(0)
  })

  it.each([3, 5, 7, 9])("costs 3(n-1) where nobody else wants in, n = %i", nodes => {
    const { cluster, acquire, pass } = open(nodes, "needed")
    acquire(1)
    pass(1)
    cluster.runFor("5ms")
    expect(cluster.count()).toBe(3 * (nodes - 1))
  })

  it.each([3, 5, 7, 9])("spares one acknowledgement for each pair of %i processes that ask at once", nodes => {
    const { cluster, acquire, pass } = open(nodes, "needed")
    for (let id = 0; id < nodes; id++) acquire(id)
    for (let id = 0; id < nodes; id++) pass(id)
    cluster.runFor("5ms")
    // The request of the higher id is later than that of the lower one, which takes it for an acknowledgement.
    expect(cluster.count("Acknowledge")).toBe((nodes * (nodes - 1)) / 2)
    expect(cluster.count()).toBe(2.5 * nodes * (nodes - 1))
  })
})

describe("what it does not survive", () => {
  it("the crash of a single process, even of an idle one, blocks everyone for ever", () => {
    const { cluster, acquire, entries } = open(5)
    cluster.crash(4)
    for (const id of [0, 1, 2, 3]) acquire(id)
    cluster.runFor("1h")
    expect(entries()).toEqual([])
  })

  it("a lost release: the process that misses it waits for ever", () => {
    const { cluster, acquire, pass, entries } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    cluster.intercept((_, to) => (to === 1 ? "drop" : "deliver"))
    pass(0)
    cluster.runFor("5ms")
    cluster.intercept(() => "deliver")
    acquire(1)
    cluster.runFor("1h")
    expect(entries()).toEqual([0])
  })

  it("a lost request: the one who misses it asks later, which is taken for an acknowledgement, and two are in", () => {
    const { cluster, acquire, inside } = open(2)
    cluster.intercept(() => "drop")
    acquire(0)
    cluster.runFor("5ms")
    cluster.intercept(() => "deliver")
    cluster.inject(0, 1, { type: "Release", timestamp: 1 })
    acquire(1)
    cluster.runFor("5ms")
    expect(inside()).toEqual([0, 1])
  })

  it("a process that comes back without its clock and its queue: it enters beside the one whose request it forgot", () => {
    const { cluster, acquire, inside } = open(2)
    acquire(0)
    cluster.runFor("5ms")
    cluster.crash(1)
    cluster.restart(1)
    acquire(1)
    cluster.runFor("5ms")
    expect(inside()).toEqual([0, 1])
  })

  it("links that reorder: an acknowledgement overtakes the request sent before it, and two are in", () => {
    const { cluster, acquire, entries, inside } = openSection(lamportMutex, { nodes: 2 })
    cluster.intercept((from, _, message) => (from === 0 && message.type === "Request" ? { delay: 8_000 } : "deliver"))
    acquire(0)
    acquire(1)
    cluster.runFor("9ms")
    expect(entries()).toEqual([0, 1])
    expect(inside()).toEqual([0, 1])
  })

  it("the same delays on links that keep the order: the second waits for the first", () => {
    const { cluster, acquire, entries, inside } = open(2)
    cluster.intercept((from, _, message) => (from === 0 && message.type === "Request" ? { delay: 8_000 } : "deliver"))
    acquire(0)
    acquire(1)
    cluster.runFor("9ms")
    expect(entries()).toEqual([0])
    expect(inside()).toEqual([0])
  })
})
