/** Maekawa's algorithm step by step: what ACM TOCS 3(2), 1985 says each node does. */
import { describe, expect, it } from "vitest"
import { maekawa } from "../../../algorithms/maekawa/maekawa.ts"
import type { Construction } from "../../../algorithms/maekawa/quorums.ts"
import { expectStandings, openSection } from "../../support/section.ts"

const open = (nodes: number, quorums: Construction = "plane", yielding = true) =>
  openSection(maekawa, { nodes, parameters: { quorums, yielding } })

type Group = ReturnType<typeof open>

const ids = (nodes: number): number[] => Array.from({ length: nodes }, (_, id) => id)

/** Lets each node of an order enter, stay, and leave. */
function serve({ cluster, inside, release }: Group, order: readonly number[], stay: number): void {
  for (const id of order) {
    cluster.runUntil(() => inside().includes(id))
    cluster.runFor(stay)
    release(id)
  }
  cluster.runFor("10ms")
}

/** Messages that nodes sent each other, by type. */
function sentBy({ cluster }: Group): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { from, to, message } of cluster.sent) {
    if (from !== to) counts[message.type] = (counts[message.type] ?? 0) + 1
  }
  return counts
}

describe("an uncontended entry", () => {
  it.each([
    ["plane", 3, 2, 3],
    ["plane", 7, 3, 6],
    ["plane", 13, 4, 9],
    ["plane", 21, 5, 12],
    ["grid", 4, 3, 6],
    ["grid", 9, 5, 12],
    ["grid", 16, 7, 18],
    ["grid", 25, 9, 24],
  ] as const)(
    "with the quorums of a %s of %i nodes, K = %i, costs 3(K-1) = %i messages and takes 2d",
    (quorums, nodes, k, messages) => {
      for (const requester of ids(nodes)) {
        const group = open(nodes, quorums)
        group.acquire(requester)
        serve(group, [requester], 1_000)
        expect(sentBy(group)).toEqual({ Request: k - 1, Locked: k - 1, Release: k - 1 })
        expect(group.cluster.count()).toBe(messages)
        expect(group.entryTimes()).toEqual([2_000])
      }
    },
  )

  it("takes no message and no time in a group of one", () => {
    const group = open(1)
    group.acquire(0)
    serve(group, [0], 1_000)
    expect(group.entryTimes()).toEqual([0])
    expect(group.cluster.count()).toBe(0)
  })
})

describe("two requests at once that deadlock without yielding", () => {
  const STAY = 3_000

  it("triangle, all three at t = 0: 3 requests, each node locked for itself, and nobody enters ever", () => {
    const group = open(3, "plane", false)
    for (const id of ids(3)) group.acquire(id)
    group.cluster.runFor("1h")
    expect(group.entries()).toEqual([])
    expect(sentBy(group)).toEqual({ Request: 3 })
    expect(ids(3).map(id => group.cluster.state(id).arbiter.lock?.from)).toEqual([0, 1, 2])
  })

  it("triangle with yielding: 10 messages; 1, 0 and 2 enter at 3d, 4d + S, 5d + 2S", () => {
    const group = open(3)
    for (const id of ids(3)) group.acquire(id)
    serve(group, [1, 0, 2], STAY)
    expect(group.entries()).toEqual([1, 0, 2])
    expect(group.entryTimes()).toEqual([3_000, 4_000 + STAY, 5_000 + 2 * STAY])
    expect(sentBy(group)).toEqual({ Request: 3, Failed: 1, Locked: 3, Release: 3 })
  })

  it("grid 2x2, nodes 0 and 1 at t = 0: 4 requests and 2 locks, and nobody enters ever", () => {
    const group = open(4, "grid", false)
    for (const id of [0, 1]) group.acquire(id)
    group.cluster.runFor("1h")
    expect(group.entries()).toEqual([])
    expect(sentBy(group)).toEqual({ Request: 4, Locked: 2 })
  })

  it("grid 2x2 with yielding: 13 messages; entries at 3d and 4d + S", () => {
    const group = open(4, "grid")
    for (const id of [0, 1]) group.acquire(id)
    serve(group, [0, 1], STAY)
    expect(group.entries()).toEqual([0, 1])
    expect(group.entryTimes()).toEqual([3_000, 4_000 + STAY])
    expect(group.cluster.count()).toBe(13)
  })

  it.each([3, 7, 13])("no pair deadlocks on a plane of %i nodes: its quorums have one node in common", nodes => {
    for (const one of ids(nodes)) {
      for (const other of ids(nodes).slice(one + 1)) {
        const group = open(nodes, "plane", false)
        group.acquire(one)
        group.acquire(other)
        group.cluster.runUntil(() => group.inside().length > 0)
        const [first = -1] = group.inside()
        serve(group, [first, first === one ? other : one], 1_000)
        expect(group.entries()).toHaveLength(2)
      }
    }
  })
})

describe("a node that is locked", () => {
  /** Node 1 of a plane of 7 is locked for a request with timestamp 5 of node 0. */
  function locked() {
    const group = open(7)
    group.cluster.inject(0, 1, { type: "Request", timestamp: 5 })
    return group
  }
  const replies = ({ cluster }: Group) => cluster.sent.slice(1).map(({ to, message }) => [message.type, to])

  it("tells a younger request that it has failed", () => {
    const group = locked()
    group.cluster.inject(4, 1, { type: "Request", timestamp: 6 })
    expect(replies(group)).toEqual([["Failed", 4]])
  })

  it("inquires of the holder for an older one, once", () => {
    const group = locked()
    group.cluster.inject(4, 1, { type: "Request", timestamp: 4 })
    group.cluster.inject(5, 1, { type: "Request", timestamp: 3 })
    expect(replies(group)).toEqual([
      ["Inquire", 0],
      ["Failed", 4],
    ])
  })

  it("tells a request once that it has failed, whoever comes before it, and nothing to the one that gave the lock back", () => {
    const group = locked()
    group.cluster.inject(4, 1, { type: "Request", timestamp: 6 })
    group.cluster.inject(5, 1, { type: "Request", timestamp: 4 })
    expect(replies(group)).toEqual([
      ["Failed", 4],
      ["Inquire", 0],
    ])
    group.cluster.inject(0, 1, { type: "Relinquish", lock: 1 })
    group.cluster.inject(6, 1, { type: "Request", timestamp: 3 })
    expect(replies(group).slice(2)).toEqual([
      ["Locked", 5],
      ["Inquire", 5],
    ])
  })

  it("takes nothing back that it has not given", () => {
    const { cluster } = open(7)
    cluster.inject(5, 1, { type: "Relinquish", lock: 1 })
    cluster.inject(5, 1, { type: "Release", lock: 1 })
    expect(cluster.state(1).arbiter).toMatchObject({ lock: null, waiting: [] })
  })

  it("tells an older request that it has failed, too, if a still older one waits", () => {
    const group = locked()
    group.cluster.inject(4, 1, { type: "Request", timestamp: 2 })
    group.cluster.inject(5, 1, { type: "Request", timestamp: 3 })
    group.cluster.inject(6, 1, { type: "Request", timestamp: 4 })
    expect(replies(group)).toEqual([
      ["Inquire", 0],
      ["Failed", 5],
      ["Failed", 6],
    ])
  })

  it("is locked for the oldest when the holder relinquishes or releases the lock", () => {
    for (const type of ["Relinquish", "Release"] as const) {
      const group = locked()
      group.cluster.inject(4, 1, { type: "Request", timestamp: 6 })
      group.cluster.inject(5, 1, { type: "Request", timestamp: 4 })
      group.cluster.inject(0, 1, { type, lock: 1 })
      expect(group.cluster.state(1).arbiter.lock).toEqual({ from: 5, timestamp: 4, number: 2, inquired: false })
      const waiting = group.cluster.state(1).arbiter.waiting.map(({ from }) => from)
      expect(waiting).toEqual(type === "Relinquish" ? [0, 4] : [4])
    }
  })

  it("does not take a copy of a request, of a relinquished or of a released lock for news", () => {
    const { cluster } = locked()
    cluster.inject(0, 1, { type: "Request", timestamp: 5 })
    cluster.inject(5, 1, { type: "Request", timestamp: 4 })
    cluster.inject(0, 1, { type: "Relinquish", lock: 1 })
    cluster.inject(0, 1, { type: "Relinquish", lock: 1 })
    cluster.inject(5, 1, { type: "Release", lock: 2 })
    cluster.inject(5, 1, { type: "Release", lock: 2 })
    expect(cluster.state(1).arbiter).toMatchObject({ lock: { from: 0, number: 3 }, waiting: [] })
  })
})

describe("a node that requests", () => {
  /** Node 0 of a plane of 7, whose quorum is 0, 1, 3, has asked; nothing arrives but what the test injects. */
  function requesting() {
    const group = open(7)
    group.cluster.intercept(() => "drop")
    group.acquire(0)
    group.cluster.runFor(0)
    group.cluster.clearCounts()
    const relinquished = () =>
      group.cluster.sent.filter(({ message }) => message.type === "Relinquish").map(({ to }) => to)
    return { ...group, relinquished }
  }

  it("asks later than all whom it has heard of", () => {
    const group = open(7)
    group.cluster.inject(4, 0, { type: "Request", timestamp: 9 })
    group.cluster.inject(5, 0, { type: "Request", timestamp: 3 })
    group.acquire(0)
    group.cluster.runFor(0)
    expect(group.cluster.state(0).requester.timestamp).toBe(10)
  })

  it("learns nothing from what is about another request of its", () => {
    const { cluster } = requesting()
    cluster.inject(1, 0, { type: "Locked", timestamp: 7, lock: 1 })
    cluster.inject(3, 0, { type: "Failed", timestamp: 7 })
    expect(cluster.state(0).requester).toMatchObject({
      timestamp: 1,
      failed: [false, false, false, false, false, false, false],
    })
    expect(cluster.state(0).requester.locks[1]).toBe(0)
  })

  it("that has given a lock back has failed there, and gives back others that it is asked for", () => {
    const { cluster, relinquished } = requesting()
    cluster.inject(3, 0, { type: "Failed", timestamp: 1 })
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 1 })
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    cluster.inject(3, 0, { type: "Locked", timestamp: 1, lock: 1 })
    cluster.inject(3, 0, { type: "Inquire", lock: 1 })
    expect(relinquished()).toEqual([1, 3])
  })

  it("decides over an inquiry only when it fails somewhere", () => {
    const { cluster, relinquished } = requesting()
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 1 })
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    expect(relinquished()).toEqual([])
    cluster.inject(3, 0, { type: "Failed", timestamp: 1 })
    expect(relinquished()).toEqual([1])
    expect(cluster.state(0).requester.locks[1]).toBe(0)
  })

  it("that has failed relinquishes at once, also if the inquiry has overtaken the lock", () => {
    const { cluster, relinquished } = requesting()
    cluster.inject(3, 0, { type: "Failed", timestamp: 1 })
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    expect(relinquished()).toEqual([])
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 1 })
    expect(relinquished()).toEqual([1])
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 1 })
    expect(relinquished()).toEqual([1])
    expect(cluster.state(0).requester.locks[1]).toBe(0)
  })

  it("does not forget an inquiry over a copy of an earlier one", () => {
    const { cluster, relinquished } = requesting()
    cluster.inject(3, 0, { type: "Failed", timestamp: 1 })
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 1 })
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    expect(relinquished()).toEqual([1])
    // The inquiry about the second lock has overtaken it.
    cluster.inject(1, 0, { type: "Inquire", lock: 2 })
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 2 })
    expect(relinquished()).toEqual([1, 1])
  })

  it("has not failed any more where it is locked", () => {
    const { cluster, relinquished, entries } = requesting()
    cluster.inject(3, 0, { type: "Failed", timestamp: 1 })
    cluster.inject(3, 0, { type: "Locked", timestamp: 1, lock: 1 })
    cluster.inject(3, 0, { type: "Failed", timestamp: 1 })
    cluster.inject(3, 0, { type: "Inquire", lock: 1 })
    expect(relinquished()).toEqual([])
    cluster.inject(1, 0, { type: "Locked", timestamp: 1, lock: 1 })
    expect(entries()).toEqual([0])
    cluster.inject(1, 0, { type: "Inquire", lock: 1 })
    expect(relinquished()).toEqual([])
  })

  it("asks once however often its client does, and leaves only what it has entered", () => {
    const group = open(7)
    group.release(0)
    group.acquire(0)
    group.acquire(0)
    group.release(0)
    group.cluster.runFor("5ms")
    expect(sentBy(group)).toEqual({ Request: 2, Locked: 2 })
    expect(group.inside()).toEqual([0])
  })

  it("stands outside, requesting, or in the critical section", () => {
    expectStandings(open(3))
  })
})

it("hands over in 2d: the release, then the lock of the common node", () => {
  const group = open(7)
  group.acquire(0)
  group.cluster.runFor("5ms")
  group.acquire(6)
  group.cluster.runFor("5ms")
  const left = group.cluster.now
  group.release(0)
  group.cluster.runFor("5ms")
  // Quorums {0, 1, 3} and {0, 2, 6}: node 0 itself is what they have in common, so the release needs no time.
  expect(group.entryTimes().at(-1)! - left).toBe(1_000)
  group.acquire(4)
  group.cluster.runFor("5ms")
  group.release(6)
  group.cluster.runFor("5ms")
  // {6, 0, 2} and {4, 5, 0}: by node 0, which neither of them is.
  expect(group.entryTimes().at(-1)! - left).toBe(10_000 + 2_000)
})

describe("crashes", () => {
  it("of a node leave those alone whose quorums it is not in, until somebody asks it", () => {
    const { cluster, acquire, pass, entries } = open(7)
    cluster.crash(3)
    // Quorum {1, 2, 4}.
    acquire(1)
    pass(1)
    acquire(0)
    cluster.runFor("5ms")
    // Node 0 waits for node 3, and has the lock of node 1.
    acquire(1)
    cluster.runFor("1h")
    expect(entries()).toEqual([1])
  })

  it("of a node that comes back, for whom it was locked being forgotten, let two in at once", () => {
    const { cluster, acquire, inside } = open(3)
    acquire(0)
    cluster.runFor("5ms")
    cluster.crash(1)
    cluster.restart(1)
    acquire(1)
    cluster.runFor("5ms")
    expect(inside()).toEqual([0, 1])
  })
})
