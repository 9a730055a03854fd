/** Suzuki-Kasami step by step: what ACM TOCS 3(4), 1985 says each node does. */
import { describe, expect, it } from "vitest"
import { suzukiKasami } from "../../../algorithms/suzuki-kasami/suzuki-kasami.ts"
import { expectStandings, openSection } from "../../support/section.ts"

const open = (nodes: number) => openSection(suzukiKasami, { nodes })

/** A group whose token is at a node, with nothing under way. */
function withHolder(nodes: number, holder: number) {
  const group = open(nodes)
  group.acquire(holder)
  group.pass(holder)
  group.cluster.runFor("5ms")
  group.cluster.clearCounts()
  return group
}

const ids = (nodes: number): number[] => Array.from({ length: nodes }, (_, id) => id)

describe("an uncontended entry", () => {
  it.each([3, 5, 7, 9])("costs the holder nothing, and is at once, n = %i", nodes => {
    const { cluster, acquire, entryTimes } = withHolder(nodes, 1)
    const asked = cluster.now
    acquire(1)
    cluster.runFor("5ms")
    expect(entryTimes().at(-1)).toBe(asked)
    expect(cluster.count()).toBe(0)
  })

  it.each([3, 5, 7, 9])("costs every other node n messages and 2d, n = %i", nodes => {
    for (const requester of ids(nodes).filter(id => id !== 1)) {
      const { cluster, acquire, pass, entryTimes } = withHolder(nodes, 1)
      const asked = cluster.now
      acquire(requester)
      pass(requester)
      cluster.runFor("5ms")
      expect(entryTimes().at(-1)! - asked).toBe(2_000)
      expect(cluster.count("Request")).toBe(nodes - 1)
      expect(cluster.count("Privilege")).toBe(1)
    }
  })

  it.each([3, 5, 7, 9])("costs n-1 on average over all requesters and holders, n = %i", nodes => {
    let messages = 0
    for (const holder of ids(nodes)) {
      for (const requester of ids(nodes)) {
        const { cluster, acquire, pass } = withHolder(nodes, holder)
        acquire(requester)
        pass(requester)
        messages += cluster.count()
      }
    }
    expect(messages / nodes ** 2).toBe(nodes - 1)
  })
})

describe("a node", () => {
  it("starts without the PRIVILEGE, but for node 0", () => {
    const { cluster } = open(3)
    expect(cluster.state(0).privilege).toEqual({ type: "Privilege", Q: [], LN: [0, 0, 0], passes: 0 })
    expect([1, 2].map(id => cluster.state(id).privilege)).toEqual([null, null])
  })

  it("stands outside, requesting, in the critical section, or holds the token idly", () => {
    expectStandings(open(3), { role: "holder", rank: 0, epoch: null })
  })

  it("asks once however often its client does, and leaves only what it has entered", () => {
    const { cluster, acquire, release } = open(3)
    release(1)
    acquire(1)
    acquire(1)
    release(1)
    cluster.runFor("5ms")
    expect(cluster.count("Request")).toBe(2)
    expect(cluster.facts.map(({ fact }) => fact.type)).toEqual(["entered"])
  })

  it("that is idle gives the token away, and one that is in the critical section keeps it until it leaves", () => {
    const { cluster, acquire, release, inside } = open(3)
    acquire(1)
    cluster.runFor("5ms")
    acquire(2)
    cluster.runFor("5ms")
    expect(inside()).toEqual([1])
    expect(cluster.state(1).RN).toEqual([0, 1, 1])
    release(1)
    cluster.runFor("1ms")
    expect(inside()).toEqual([2])
    expect(cluster.state(2).privilege).toMatchObject({ LN: [0, 1, 0], Q: [] })
  })

  it("disregards a request that the token has granted already (RN = LN)", () => {
    const { cluster, acquire, pass } = withHolder(3, 1)
    acquire(2)
    pass(2)
    cluster.inject(1, 2, { type: "Request", n: 1 })
    cluster.runFor("5ms")
    expect(cluster.state(2).privilege).not.toBeNull()
  })

  it("does not take a copy of the token for the token", () => {
    const { cluster, acquire, release, inside } = open(3)
    acquire(1)
    cluster.runFor("5ms")
    const privilege = cluster.sent.find(({ message }) => message.type === "Privilege")!.message
    release(1)
    acquire(2)
    cluster.runFor("5ms")
    expect(inside()).toEqual([2])
    acquire(1)
    cluster.inject(0, 1, privilege)
    expect(inside()).toEqual([2])
  })

  it("finds its invariant broken by a token that it has not asked for", () => {
    const { cluster } = open(2)
    const token = { type: "Privilege", Q: [], LN: [0, 0], passes: 7 } as const
    expect(() => cluster.inject(0, 1, token)).toThrow("goes to a node that has asked for it")
  })
})

describe("contention", () => {
  it("serves first those in the queue of the token, then those whose requests its holder knows of, by id", () => {
    const { cluster, acquire, pass, entries } = open(5)
    acquire(0)
    for (const id of [3, 1]) acquire(id)
    cluster.runFor("5ms")
    pass(0)
    cluster.runFor("5ms")
    expect(cluster.state(1).privilege!.Q).toEqual([3])
    for (const id of [2, 0]) acquire(id)
    cluster.runFor("5ms")
    for (const id of [1, 3, 0, 2]) pass(id)
    expect(entries()).toEqual([0, 1, 3, 0, 2])
  })

  it("hands over in d", () => {
    const { cluster, acquire, pass, entryTimes } = open(5)
    for (const id of ids(5)) acquire(id)
    cluster.runFor(0)
    for (const id of ids(5)) {
      cluster.runUntil(() => cluster.state(id).inCriticalSection)
      cluster.runFor("3ms")
      pass(id)
    }
    expect(entryTimes()).toEqual([0, 4_000, 8_000, 12_000, 16_000])
  })
})

describe("crashes and losses", () => {
  it("the crash of a node that neither has the token nor waits harms nobody", () => {
    const { cluster, acquire, pass, entries } = open(5)
    cluster.crash(4)
    for (const id of [0, 1, 2, 3]) acquire(id)
    for (const id of [0, 1, 2, 3]) pass(id)
    expect(entries()).toEqual([0, 1, 2, 3])
  })

  it.each([
    ["the holder", 1],
    ["a node that waits, to whom the token goes then,", 2],
  ])("the crash of %s loses the token: nobody enters any more", (_, victim) => {
    const { cluster, acquire, release, entries } = open(5)
    acquire(1)
    cluster.runFor("5ms")
    acquire(2)
    cluster.runFor("5ms")
    cluster.crash(victim)
    release(1)
    cluster.runFor("5ms")
    cluster.restart(victim)
    for (const id of [0, 3, 4]) acquire(id)
    cluster.runFor("1h")
    expect(entries()).toEqual([1])
  })

  it("a node that boots again makes no second token", () => {
    const { cluster } = open(3)
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("5ms")
    expect(ids(3).map(id => cluster.state(id).privilege)).toEqual([null, null, null])
  })

  it("a node that has forgotten how often it asked is not served until it asks for something new", () => {
    const { cluster, acquire, pass, entries } = withHolder(3, 1)
    acquire(2)
    pass(2)
    cluster.crash(1)
    cluster.restart(1)
    acquire(1)
    cluster.runFor("1h")
    expect(entries()).toEqual([1, 2])
  })
})
