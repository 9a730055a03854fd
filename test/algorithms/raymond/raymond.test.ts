/** Raymond's tree step by step: what ACM TOCS 7(1), 1989 says each node does, and what it costs. */
import { describe, expect, it } from "vitest"
import { raymond } from "../../../algorithms/raymond/raymond.ts"
import { openSection } from "../../support/section.ts"

type Tree = "binary" | "star" | "line"
const open = (nodes: number, tree: Tree = "binary") => openSection(raymond, { nodes, parameters: { tree } })

/** A group whose privilege is at a node, with nothing under way. */
function withHolder(nodes: number, tree: Tree, holder: number) {
  const group = open(nodes, tree)
  group.acquire(holder)
  group.pass(holder)
  group.cluster.clearCounts()
  return group
}

const ids = (nodes: number): number[] => Array.from({ length: nodes }, (_, id) => id)

/** Messages and delay of an entry of `requester` while the privilege rests at `holder`. */
function costOf(nodes: number, tree: Tree, holder: number, requester: number) {
  const { cluster, acquire, pass, entryTimes } = withHolder(nodes, tree, holder)
  const asked = cluster.now
  acquire(requester)
  pass(requester)
  return { messages: cluster.count(), requests: cluster.count("Request"), delay: entryTimes().at(-1)! - asked }
}

describe("an uncontended entry", () => {
  /** Mean messages, if holder and requester are independent and uniform (2 x the mean distance). */
  const MEANS: readonly (readonly [tree: Tree, nodes: number, mean: number])[] = [
    ["line", 3, 16 / 9],
    ["line", 5, 3.2],
    ["line", 7, 32 / 7],
    ["line", 9, 160 / 27],
    ["line", 15, 448 / 45],
    ["star", 3, 16 / 9],
    ["star", 5, 2.56],
    ["star", 7, 144 / 49],
    ["star", 9, 256 / 81],
    ["star", 15, 784 / 225],
    ["binary", 3, 16 / 9],
    ["binary", 5, 2.88],
    ["binary", 7, 192 / 49],
    ["binary", 9, 128 / 27],
    ["binary", 15, 1472 / 225],
  ]
  it.each(MEANS)(
    "on a %s of %i nodes costs %f messages on average over all holders and requesters",
    (tree, nodes, mean) => {
      let total = 0
      for (const holder of ids(nodes)) {
        for (const requester of ids(nodes)) {
          const { messages, requests, delay } = costOf(nodes, tree, holder, requester)
          // One request and one privilege over each edge of the way, one after the other.
          expect(requests).toBe(messages / 2)
          expect(delay).toBe(messages * 1_000)
          total += messages
        }
      }
      expect(total / nodes ** 2).toBeCloseTo(mean, 10)
      // Where the requester is never the holder, which costs nothing.
      expect(total / (nodes * (nodes - 1))).toBeCloseTo((mean * nodes) / (nodes - 1), 10)
    },
  )

  it.each([
    ["line", 9, 0, 8, 16],
    ["star", 9, 1, 8, 4],
    ["binary", 7, 3, 6, 8],
  ] as const)(
    "on a %s of %i nodes from %i to %i takes twice the diameter, %i messages",
    (tree, nodes, holder, requester, messages) => {
      expect(costOf(nodes, tree, holder, requester).messages).toBe(messages)
    },
  )

  it("costs a group of one nothing", () => {
    expect(costOf(1, "binary", 0, 0)).toEqual({ messages: 0, requests: 0, delay: 0 })
  })
})

describe("under full contention, each asking again as it leaves", () => {
  const CASES = (["line", "star", "binary"] as const).flatMap(tree =>
    [3, 5, 7, 9, 15].map(nodes => [tree, nodes] as const),
  )

  it.each(CASES)("a %s of %i nodes costs 4(n-1)/n messages and 2d(n-1)/n an entry", (tree, nodes) => {
    const { cluster, acquire, release, inside, entryTimes } = open(nodes, tree)
    for (const id of ids(nodes)) acquire(id)
    cluster.runFor(0)
    const stay = 2_000
    const enter = (count: number): void => {
      for (let entry = 0; entry < count; entry++) {
        cluster.runUntil(() => inside().length > 0)
        const [id] = inside()
        cluster.runFor(stay)
        release(id!)
        acquire(id!)
        cluster.runFor(0)
      }
    }
    enter(5 * nodes)
    cluster.clearCounts()
    const cycles = 10
    enter(cycles * nodes)
    expect(cluster.count()).toBe(cycles * 4 * (nodes - 1))
    const times = entryTimes()
    expect(times[times.length - 1]! - times[times.length - 1 - cycles * nodes]!).toBe(
      cycles * (nodes * stay + 2_000 * (nodes - 1)),
    )
  })
})

describe("a node", () => {
  it("knows the direction of the privilege, and turns it as the privilege passes", () => {
    const { cluster, acquire, pass } = open(5, "line")
    const holders = () => ids(5).map(id => cluster.state(id).holder)
    expect(holders()).toEqual([0, 0, 1, 2, 3])
    acquire(3)
    pass(3)
    expect(holders()).toEqual([1, 2, 3, 3, 3])
  })

  it("asks once for all that have asked it, and again when it has passed the privilege on", () => {
    const { cluster, acquire, pass, entries } = open(4, "star")
    acquire(1)
    cluster.runFor("5ms")
    for (const id of [2, 3]) acquire(id)
    cluster.runFor("5ms")
    expect(cluster.state(0)).toMatchObject({ requestQueue: [2, 3], asked: true, holder: 1 })
    expect(cluster.sent.filter(({ from, message }) => from === 0 && message.type === "Request")).toHaveLength(1)
    for (const id of [1, 2, 3]) pass(id)
    expect(entries()).toEqual([1, 2, 3])
  })

  it("serves its queue first come, first served, itself included", () => {
    const { cluster, acquire, pass, entries } = withHolder(4, "star", 3)
    acquire(2)
    cluster.runFor("500us")
    acquire(0)
    cluster.runFor("600us")
    acquire(1)
    for (const id of [0, 2, 1]) pass(id)
    expect(entries()).toEqual([3, 0, 2, 1])
  })

  it("stands outside, requesting, in the critical section, or holds the privilege idly", () => {
    const { cluster, acquire, release } = open(3)
    expect(cluster.standing(1)).toMatchObject({ role: "outside", rank: 0 })
    acquire(1)
    cluster.runFor(0)
    expect(cluster.standing(1)).toMatchObject({ role: "requesting", rank: 1 })
    cluster.runFor("5ms")
    expect(cluster.standing(1)).toMatchObject({ role: "critical section", rank: 2 })
    release(1)
    cluster.runFor(0)
    expect(cluster.standing(1)).toMatchObject({ role: "holder", rank: 0 })
  })

  it("asks once however often its client does, and leaves only what it has entered", () => {
    const { cluster, acquire, release } = open(3)
    release(1)
    acquire(1)
    acquire(1)
    cluster.runFor("5ms")
    acquire(1)
    cluster.runFor("5ms")
    expect(cluster.count("Request")).toBe(1)
    expect(cluster.facts.map(({ fact }) => fact.type)).toEqual(["entered"])
    release(1)
    cluster.runFor("5ms")
    expect(cluster.facts.map(({ fact }) => fact.type)).toEqual(["entered", "left"])
  })

  it("takes a copy neither of a request nor of the privilege for a new one", () => {
    const { cluster, acquire, pass, inside } = open(2)
    acquire(1)
    pass(1)
    acquire(0)
    cluster.runFor("5ms")
    cluster.inject(1, 0, { type: "Request", number: 1 })
    expect(cluster.state(0).requestQueue).toEqual([])
    cluster.inject(0, 1, { type: "Privilege", passes: 1 })
    expect(cluster.state(1).holder).toBe(0)
    expect(inside()).toEqual([0])
  })

  it("may hear a request that has overtaken the privilege sent before it", () => {
    const { cluster, acquire, release, pass, entries } = open(2)
    acquire(0)
    cluster.runFor(0)
    acquire(1)
    cluster.runFor("2ms")
    cluster.intercept((_, __, message) => (message.type === "Privilege" ? { delay: 5_000 } : "deliver"))
    release(0)
    acquire(0)
    cluster.runFor("3ms")
    expect(cluster.state(1)).toMatchObject({ holder: 0, requestQueue: [1, 0] })
    for (const id of [1, 0]) pass(id)
    expect(entries()).toEqual([0, 1, 0])
  })
})

describe("crashes", () => {
  it("without a recovery leave a node that comes back without its variables, and it asks nobody for them", () => {
    const { cluster } = open(3, "line")
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor("1s")
    expect(cluster.count()).toBe(0)
    expect(cluster.standing(1)).toMatchObject({ role: "outside" })
  })

  it("of an idle leaf harms nobody", () => {
    const { cluster, acquire, pass, entries } = open(7)
    cluster.crash(6)
    for (const id of [0, 5, 3, 4]) acquire(id)
    for (const id of [0, 5, 3, 4]) pass(id)
    expect(new Set(entries())).toEqual(new Set([0, 3, 4, 5]))
  })

  it("of an idle inner node cuts off those behind it, and nobody else", () => {
    const { cluster, acquire, pass, entries } = open(7)
    cluster.crash(2)
    for (const id of [5, 6, 3, 4]) acquire(id)
    for (const id of [3, 4]) pass(id)
    cluster.runFor("1h")
    expect(entries()).toEqual([3, 4])
  })

  it("of the holder, even if it comes back, ends it all; there is never a second privilege", () => {
    const { cluster, acquire, pass, entries } = open(7)
    acquire(2)
    pass(2)
    cluster.crash(2)
    cluster.crash(0)
    cluster.restart(2)
    cluster.restart(0)
    for (const id of ids(7)) acquire(id)
    cluster.runFor("1h")
    expect(entries()).toEqual([2])
  })
})
