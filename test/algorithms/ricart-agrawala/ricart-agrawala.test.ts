/** Ricart-Agrawala step by step: what CACM 24(1), 1981 says each node does. */
import { describe, expect, it } from "vitest"
import { ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { expectNoEarlyRelease, expectOneRequest, expectStandings, openSection } from "../../support/section.ts"

const open = (nodes: number) => openSection(ricartAgrawala, { nodes })

describe("an uncontended entry", () => {
  it.each([
    [3, 4],
    [5, 8],
    [7, 12],
    [9, 16],
  ])("among %i nodes costs exactly 2(n-1) = %i messages", (nodes, messages) => {
    const { cluster, acquire, release, entries } = open(nodes)
    acquire(1)
    cluster.runFor("10ms")
    release(1)
    cluster.runFor("10ms")
    expect(entries()).toEqual([1])
    expect(cluster.count()).toBe(messages)
    expect(cluster.count("Request")).toBe(nodes - 1)
    expect(cluster.count("Reply")).toBe(nodes - 1)
  })

  it("takes 2d: the requests go out, the replies come back", () => {
    const { cluster, acquire, entryTimes } = open(5)
    cluster.runFor("7ms")
    acquire(3)
    cluster.runFor("10ms")
    expect(entryTimes()).toEqual([9_000])
  })

  it("takes no message and no time in a group of one", () => {
    const { cluster, acquire, entryTimes } = open(1)
    acquire(0)
    cluster.runFor("1ms")
    expect(entryTimes()).toEqual([0])
    expect(cluster.count()).toBe(0)
  })
})

describe("a node", () => {
  it("starts outside, with nothing outstanding and nothing deferred", () => {
    const { cluster } = open(3)
    expect(cluster.state(0)).toMatchObject({
      requestingCriticalSection: false,
      inCriticalSection: false,
      outstandingReply: [false, false, false],
      replyDeferred: [0, 0, 0],
    })
  })

  it("stands outside, requesting, or in the critical section, with the number of its request", () => {
    expectStandings(open(3))
  })

  it("asks once however often its client does, and tells it when it is in", () => {
    expectOneRequest(open(3))
  })

  it("that is not in the critical section does not leave it", () => {
    expectNoEarlyRelease(open(3))
  })

  it.each([
    ["it is in already", { inCriticalSection: true }],
    ["it has not asked", { requestingCriticalSection: false }],
  ])("finds its invariant broken if it is to enter although %s", (_, state) => {
    const { cluster, acquire } = open(2)
    acquire(0)
    cluster.runFor(0)
    Object.assign(cluster.state(0), state)
    expect(() => cluster.inject(1, 0, { type: "Reply", sequenceNumber: 1 })).toThrow("enters once for each request")
  })
})

describe("contention", () => {
  it("two requests with one sequence number: the lower id goes first, the other's reply is deferred until it leaves", () => {
    const { cluster, acquire, release, entries } = open(3)
    acquire(2)
    acquire(0)
    cluster.runFor("20ms")
    expect(entries()).toEqual([0])
    expect(cluster.state(0).replyDeferred[2]).toBe(1)
    release(0)
    cluster.runFor("2ms")
    expect(entries()).toEqual([0, 2])
  })

  it("hands over in d: from leaving to the next entry", () => {
    const { cluster, acquire, release, entryTimes } = open(5)
    for (const node of [0, 1, 2, 3, 4]) acquire(node)
    for (let node = 0; node < 5; node++) {
      cluster.runUntil(() => cluster.state(node).inCriticalSection)
      cluster.runFor("3ms")
      release(node)
    }
    cluster.runFor("5ms")
    const stays = entryTimes()
    expect(stays).toEqual([2_000, 6_000, 10_000, 14_000, 18_000])
  })

  it.each([3, 5, 7, 9])("costs 2(n-1) messages an entry all the same when all %i nodes want in at once", nodes => {
    const { cluster, acquire, release, entries } = open(nodes)
    for (let node = 0; node < nodes; node++) acquire(node)
    for (let node = 0; node < nodes; node++) {
      cluster.runUntil(() => cluster.state(node).inCriticalSection)
      release(node)
    }
    cluster.runFor("5ms")
    expect(entries()).toEqual(Array.from({ length: nodes }, (_, node) => node))
    expect(cluster.count()).toBe(nodes * 2 * (nodes - 1))
  })

  it("an older request goes first even if its messages come later than those of a younger one", () => {
    const { cluster, acquire, release, entries } = open(3)
    acquire(2)
    cluster.runFor("5ms")
    release(2)
    cluster.runFor("5ms")
    // All have seen number 1. Node 2 asks with 2, and its request is slow to reach node 0, which asks with 2 as well.
    cluster.intercept((from, to) => (from === 2 && to === 0 ? { delay: 8_000 } : "deliver"))
    acquire(2)
    cluster.runFor("4ms")
    acquire(0)
    cluster.runFor("20ms")
    expect(entries()).toEqual([2, 0])
    expect(cluster.state(0).inCriticalSection).toBe(true)
    expect(cluster.state(0).replyDeferred[2]).toBe(2)
  })

  it("a node that has seen a request asks with a higher sequence number, and so cannot overtake it", () => {
    const { cluster, acquire, release, entries } = open(3)
    acquire(2)
    cluster.runFor("1ms")
    acquire(0)
    cluster.runFor("10ms")
    expect(cluster.state(0).ourSequenceNumber).toBe(2)
    expect(entries()).toEqual([2])
    release(2)
    cluster.runFor("2ms")
    expect(entries()).toEqual([2, 0])
  })
})

describe("replies", () => {
  it("all n-1 are needed: one missing reply keeps the node out", () => {
    const { cluster, acquire, entries } = open(5)
    cluster.intercept((from, _, message) => (from === 4 && message.type === "Reply" ? "drop" : "deliver"))
    acquire(0)
    cluster.runFor("1s")
    expect(entries()).toEqual([])
    expect(cluster.state(0).outstandingReplyCount).toBe(1)
  })

  it("one that the network delivers again does not count for the next request", () => {
    const { cluster, acquire, release, entries } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    release(0)
    cluster.intercept(() => "drop")
    acquire(0)
    cluster.inject(1, 0, { type: "Reply", sequenceNumber: 1 })
    cluster.inject(2, 0, { type: "Reply", sequenceNumber: 1 })
    cluster.runFor("5ms")
    expect(entries()).toEqual([0])
  })

  it("two of one node count once", () => {
    const { cluster, acquire, entries } = open(3)
    cluster.intercept(() => "drop")
    acquire(0)
    cluster.runFor("1ms")
    cluster.inject(1, 0, { type: "Reply", sequenceNumber: 1 })
    cluster.inject(1, 0, { type: "Reply", sequenceNumber: 1 })
    expect(entries()).toEqual([])
    cluster.inject(2, 0, { type: "Reply", sequenceNumber: 1 })
    expect(entries()).toEqual([0])
  })
})

describe("what it does not survive", () => {
  it("the crash of a single node, even of an idle one, blocks everyone for ever", () => {
    const { cluster, acquire, entries } = open(5)
    cluster.crash(4)
    for (const node of [0, 1, 2, 3]) acquire(node)
    cluster.runFor("1h")
    expect(entries()).toEqual([])
  })

  it("a node that comes back without its clock may overtake an older request, and two are in", () => {
    const { cluster, acquire, entries } = open(3)
    // Node 2 asks with number 3, has node 1's reply, and waits only for node 0's, which is on its way.
    cluster.intercept((from, to) => (from === 0 && to === 2 ? { delay: 20_000 } : "deliver"))
    cluster.inject(0, 2, { type: "Request", sequenceNumber: 2 })
    acquire(2)
    cluster.runFor("5ms")
    cluster.crash(1)
    cluster.restart(1)
    // Node 1 has forgotten all numbers and asks with 1: older, so node 2 replies although it has node 1's own reply.
    cluster.intercept(() => "deliver")
    acquire(1)
    cluster.runFor("30ms")
    expect(entries()).toEqual([1, 2])
    expect([cluster.state(1).inCriticalSection, cluster.state(2).inCriticalSection]).toEqual([true, true])
  })

  it("a lost message: the request it belonged to waits for ever", () => {
    const { cluster, acquire, entries } = open(3)
    let lost = 0
    cluster.intercept(() => (lost++ === 0 ? "drop" : "deliver"))
    acquire(0)
    acquire(1)
    cluster.runFor("1h")
    expect(entries()).toEqual([])
  })
})
