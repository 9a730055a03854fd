/** Lease leadership step by step: each rule of the README, and what breaks where it should. Links take 1 ms. */
import { describe, expect, it } from "vitest"
import { holderLease } from "../../../algorithms/lease-leadership/theory.ts"
import { openLease } from "./support.ts"

const SIZES = [3, 5, 7, 9] as const

describe("acquire: the first to write wins", () => {
  it.each(SIZES)(
    "an uncontended stay among %i nodes costs 4 messages: acquired, granted, released, answered",
    nodes => {
      const { cluster, acquire, release, holders, store } = openLease(nodes)
      acquire(1)
      cluster.runFor("5ms")
      release(1)
      cluster.runFor("1s")
      expect(holders()).toEqual([1])
      expect(cluster.sent.map(({ from, to, message }) => [from, to, message.type])).toEqual([
        [1, store, "Acquire"],
        [store, 1, "Granted"],
        [1, store, "Release"],
        [store, 1, "Released"],
      ])
    },
  )

  it("takes 2d: the attempt goes out, the grant comes back", () => {
    const { cluster, acquire } = openLease(3)
    cluster.runFor("7ms")
    acquire(2)
    cluster.runFor("10ms")
    expect(cluster.replies).toEqual([{ time: 9_000, client: 2, from: 2, reply: { type: "Granted" } }])
  })

  it("of several that write, the first to arrive has the lease; the others are answered that it is held", () => {
    const { cluster, acquire, inside, store } = openLease(3)
    cluster.intercept((from, to) => (from === 0 && to === store ? { delay: 3_000 } : "deliver"))
    acquire(0)
    acquire(1)
    acquire(2)
    cluster.runFor("10ms")
    expect(inside()).toEqual([1])
    expect(cluster.count("Held")).toBe(2)
  })

  it("gives each lease a token one higher than the last", () => {
    const { cluster, acquire, release, tokens } = openLease(2)
    for (let turn = 0; turn < 4; turn++) {
      acquire(turn % 2)
      cluster.runFor("10ms")
      release(turn % 2)
      cluster.runFor("10ms")
    }
    expect(tokens()).toEqual([1, 2, 3, 4])
  })

  it("answers an attempt that is repeated with the same lease, and gives back one that it wants no more", () => {
    const { cluster, acquire, release, tokens, inside, store } = openLease(3)
    cluster.intercept(from => (from === store ? "drop" : "deliver"))
    acquire(1)
    cluster.runFor("10ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("20ms")
    expect([tokens(), inside()]).toEqual([[1], [1]])
    release(1)
    cluster.runFor("5ms")
    cluster.clearCounts()
    cluster.inject(store, 1, { type: "Granted", attempt: cluster.state(1).attempt, token: 1, sentAt: 0 })
    expect([cluster.count("Release"), inside()]).toEqual([1, []])
  })

  it("does not use a grant that comes too late to be good, and tries anew", () => {
    const { cluster, acquire, tokens, inside, store } = openLease(3, { retryAfter: "1h" })
    cluster.intercept(from => (from === store ? { delay: 100_000 } : "deliver"))
    acquire(1)
    cluster.runFor("100ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("1500us")
    expect([cluster.count("Granted"), inside()]).toEqual([1, []])
    cluster.runFor("5ms")
    expect([tokens(), inside()]).toEqual([[2], [1]])
  })
})

describe("renew", () => {
  it.each(SIZES)("costs 2 messages every r among %i nodes, however many watch, all of them heartbeats", nodes => {
    const { cluster, campaign } = openLease(nodes)
    campaign()
    cluster.runFor("50ms")
    cluster.clearCounts()
    cluster.runFor("300ms")
    expect([cluster.count("Renew"), cluster.count("Renewed"), cluster.count()]).toEqual([10, 10, 20])
    expect(cluster.count(undefined, "heartbeat")).toBe(20)
  })

  it.each(SIZES)("and 2 of each of the %i nodes' attempts every P, if they poll", nodes => {
    const { cluster, campaign } = openLease(nodes, { waiting: "poll" })
    campaign()
    cluster.runFor("50ms")
    cluster.clearCounts()
    cluster.runFor("300ms")
    expect([cluster.count("Acquire"), cluster.count("Held")]).toEqual([30 * (nodes - 1), 30 * (nodes - 1)])
    expect([cluster.count(), cluster.count(undefined, "heartbeat")]).toEqual(Array(2).fill(60 * (nodes - 1) + 20))
  })

  it("keeps the lease for as long as the holder lives", () => {
    const { cluster, campaign, holders, inside } = openLease(3)
    campaign()
    cluster.runFor("1min")
    expect([holders(), inside()]).toEqual([[0], [0]])
  })

  it("is refused once the lease is over, and its holder stops", () => {
    const { cluster, acquire, inside, store } = openLease(3)
    acquire(1)
    cluster.runFor("10ms")
    cluster.inject(1, store, { type: "Release", token: 1 })
    cluster.runFor("23ms")
    expect([inside(), cluster.count("Renew")]).toEqual([[1], 1])
    cluster.runFor("1ms")
    expect([inside(), cluster.count("Expired")]).toEqual([[], 1])
  })

  it("by a token that is over changes nothing", () => {
    const { cluster, acquire, release, inside, store } = openLease(2)
    acquire(0)
    cluster.runFor("5ms")
    release(0)
    acquire(1)
    cluster.runFor("20ms")
    cluster.inject(0, store, { type: "Renew", token: 1, sentAt: 0 })
    cluster.inject(0, store, { type: "Release", token: 1 })
    cluster.runFor("5ms")
    expect([inside(), cluster.standing(store)?.role]).toEqual([[1], "leased to 1"])
  })
})

describe("stop: a holder counts from the moment at which it sent", () => {
  it("its last renewal, and not from the answer", () => {
    const { cluster, acquire, stoppedAt, store } = openLease(3)
    acquire(1)
    // Granted at 2 ms; renewals are sent at 32 ms and 62 ms, and the answer to the first is late.
    cluster.intercept((from, _, { type }) => (from === store && type === "Renewed" ? { delay: 20_000 } : "deliver"))
    cluster.runFor("60ms")
    cluster.intercept(() => "drop")
    cluster.runFor("1s")
    expect(stoppedAt(1)).toBe(132)
    expect(cluster.replies.at(-1)).toMatchObject({ client: 1, reply: { type: "Revoked" } })
  })

  it.each([
    [0, 100],
    [1, 98.019],
    [10, 81.818],
    [20, 66.666],
  ])("for L(1-rho)/(1+rho) by its own clock: rho = %i %%, L = 100 ms, %f ms", (percent, ms) => {
    expect(holderLease({ lease: 100_000, maxDrift: percent / 100 }) / 1_000).toBe(ms)
    const { cluster, acquire, stoppedAt } = openLease(3, { maxDrift: `${percent}%` })
    acquire(1)
    cluster.runFor("5ms")
    cluster.intercept(() => "drop")
    cluster.runFor("1s")
    expect(stoppedAt(1)).toBe(ms)
  })

  it("a leader that may have lost its lease contends again", () => {
    const { cluster, campaign, store, stoppedAt } = openLease(3)
    campaign(1)
    cluster.runFor("5ms")
    cluster.partition([[1], [0, 2, store]])
    cluster.isolate(1)
    cluster.intercept(from => (from === 1 ? "drop" : "deliver"))
    cluster.runFor("150ms")
    expect(stoppedAt(1)).toBe(100)
    expect(cluster.standing(1)).toEqual({ role: "waiting", rank: 1, epoch: null })
  })
})

describe("expire: by the store's clock, L after the arrival of the last renewal", () => {
  it.each(SIZES)(
    "where all %i nodes watch: 1 notification each, 2 messages of each attempt, 1 and n-2 of news",
    nodes => {
      const { cluster, campaign, holders } = openLease(nodes)
      campaign()
      // The renewal of 92 ms arrives at 93 ms; expiry at 193 ms.
      cluster.runFor("100ms")
      cluster.crash(0)
      cluster.clearCounts()
      cluster.runFor("92ms")
      expect(cluster.count()).toBe(0)
      cluster.runFor("10ms")
      const waiters = nodes - 1
      expect(holders()).toEqual([0, 1])
      expect(cluster.count("Free")).toBe(waiters)
      expect([cluster.count("Acquire"), cluster.count("Granted") + cluster.count("Held")]).toEqual([waiters, waiters])
      expect([cluster.count("Confirm"), cluster.count("Leads")]).toEqual([1, waiters - 1])
      expect(cluster.count(undefined, "protocol")).toBe(4 * waiters)
    },
  )

  it("the next holder knows L - u + 4d after the crash, where it watches", () => {
    const { cluster, campaign } = openLease(3)
    campaign()
    cluster.runFor("100ms")
    cluster.crash(0)
    cluster.runUntil(() => cluster.leader() === 1)
    // u = 8 ms: L - u + 4d = 96 ms.
    const { time } = cluster.facts.find(
      ({ node, fact }) => node === 1 && fact.type === "believes" && fact.leader === 1,
    )!
    expect(time).toBe(196_000)
  })

  it.each([0, 40])("a lock delay of %i ms comes after an expiry, and not after a release", delayMs => {
    const { cluster, acquire, release, store } = openLease(3, { lockDelay: `${delayMs}ms` })
    acquire(0)
    cluster.runFor("1ms")
    acquire(1)
    cluster.runFor("9ms")
    cluster.crash(0)
    cluster.runFor(`${100 + delayMs / 2}ms`)
    expect(cluster.standing(store)?.role).toBe(delayMs > 0 ? "lock delay, 1 watching" : "leased to 1")
    cluster.runFor("1s")
    // Acquired at 1 ms, expired at 101 ms; then the notification, the attempt, and the grant.
    const entered = () => cluster.facts.filter(({ fact }) => fact.type === "entered").map(({ time }) => time / 1_000)
    expect(entered()).toEqual([2, 104 + delayMs])
    acquire(2)
    cluster.runFor("5ms")
    const before = cluster.now / 1_000
    release(1)
    cluster.runFor("10ms")
    expect(entered().at(-1)).toBe(before + 4)
  })

  it("one that may not be notified tries again when it has heard nothing for a while: a heartbeat", () => {
    const { cluster, campaign, holders, store } = openLease(2, { watchTimeout: "300ms" })
    campaign()
    cluster.runFor("10ms")
    cluster.intercept((_, __, { type }) => (type === "Free" ? "drop" : "deliver"))
    cluster.crash(0)
    cluster.runFor("250ms")
    expect([holders(), cluster.standing(store)?.role]).toEqual([[0], "free"])
    cluster.runFor("100ms")
    expect(holders()).toEqual([0, 1])
    expect(cluster.count("Acquire", "heartbeat")).toBe(1)
  })
})

describe("a leader", () => {
  it("makes itself known through the store, and nobody believes in it before", () => {
    const { cluster, campaign, store } = openLease(3)
    cluster.intercept((from, to, { type }) =>
      from === store && to === 0 && type === "Granted" ? { delay: 9_000 } : "deliver",
    )
    campaign()
    cluster.runFor("9ms")
    expect(cluster.facts).toEqual([])
    cluster.runFor("5ms")
    expect(cluster.facts.map(({ node, time, fact }) => [node, time, "leader" in fact ? fact.leader : null])).toEqual([
      [0, 10_000, 0],
      [1, 12_000, 0],
      [2, 12_000, 0],
    ])
  })

  it("is not forgotten if the news of it overtake an answer from before it confirmed", () => {
    const { cluster, campaign } = openLease(3)
    cluster.intercept((_, to, { type }) => (to === 1 && type === "Held" ? { delay: 6_000 } : "deliver"))
    campaign()
    cluster.runFor("50ms")
    expect([1, 2].map(node => cluster.state(node).leader)).toEqual([0, 0])
    expect(cluster.count("Acquire")).toBe(3)
  })

  it("of which the news are lost is asked for again", () => {
    const { cluster, campaign } = openLease(3)
    cluster.intercept((_, to, { type }) => (to === 1 && type === "Leads" ? "drop" : "deliver"))
    campaign()
    cluster.runFor("50ms")
    expect([1, 2].map(node => cluster.state(node).leader)).toEqual([0, 0])
    expect([cluster.count("Acquire", "protocol"), cluster.count("Acquire", "retransmission")]).toEqual([3, 1])
  })

  it("that restarts is another contender, and waits for its own lease to expire", () => {
    const { cluster, campaign, holders, tokens } = openLease(2)
    campaign()
    cluster.runFor("10ms")
    cluster.intercept((from, to) => (from === 1 || to === 1 ? "drop" : "deliver"))
    cluster.crash(0)
    cluster.restart(0)
    campaign(0)
    cluster.runFor("80ms")
    expect(cluster.standing(0)?.role).toBe("waiting")
    cluster.runFor("30ms")
    expect([holders(), tokens()]).toEqual([
      [0, 0],
      [1, 2],
    ])
  })

  it("is believed in until the store says that its lease is over, or does not answer", () => {
    const { cluster, campaign, store } = openLease(3, { watchTimeout: "300ms" })
    campaign()
    cluster.runFor("10ms")
    cluster.crash(store)
    cluster.runFor("290ms")
    const believes = () => [1, 2].map(node => cluster.state(node).leader)
    expect(believes()).toEqual([0, 0])
    cluster.runFor("50ms")
    expect(believes()).toEqual([null, null])
  })

  it("asked for an election, the others learn that there is one; asked while it leads, it leads on", () => {
    const { cluster, campaign, holders } = openLease(3)
    campaign()
    cluster.runFor("10ms")
    cluster.clearCounts()
    for (const node of [0, 1]) cluster.request(node, node, { type: "Elect" })
    cluster.runFor("10ms")
    expect([cluster.count("Acquire"), cluster.count("Held"), holders()]).toEqual([1, 1, [0]])
  })
})

describe("the store's own outage", () => {
  it("ends every lease in time: its holder stops, and nobody acquires it", () => {
    const { cluster, campaign, stoppedAt, inside, store } = openLease(3)
    campaign()
    cluster.runFor("50ms")
    cluster.crash(store)
    cluster.runFor("1s")
    // Its renewal of 32 ms was answered.
    expect([stoppedAt(0), inside()]).toEqual([132, []])
  })

  it("a durable store keeps the lease and the token over a restart, and gives the holder all of L again", () => {
    const { cluster, acquire, inside, tokens, store } = openLease(2)
    acquire(0)
    cluster.runFor("5ms")
    cluster.crash(store)
    cluster.runFor("50ms")
    cluster.restart(store)
    acquire(1)
    cluster.runFor("5ms")
    expect([inside(), cluster.count("Renewed")]).toEqual([[0], 0])
    cluster.crash(0)
    // Back at 55 ms, it has the lease expire at 155 ms.
    cluster.runFor("97500us")
    expect(tokens()).toEqual([1])
    cluster.runFor("1ms")
    expect(tokens()).toEqual([1, 2])
  })

  it("one that forgets has two holders with one token", () => {
    const { cluster, acquire, inside, tokens, store } = openLease(2, { durable: false })
    acquire(0)
    cluster.runFor("5ms")
    cluster.crash(store)
    cluster.restart(store)
    acquire(1)
    cluster.runFor("5ms")
    expect([inside(), tokens()]).toEqual([
      [0, 1],
      [1, 1],
    ])
  })
})

describe("fencing", () => {
  /** Node 0 is inside with token 1; its lease is over, node 1 has written with token 2 when the write of node 0 arrives. */
  function lateWrite(fencing: boolean) {
    const opened = openLease(2, { writes: true, fencing })
    const { cluster, acquire, release, resource } = opened
    cluster.intercept((from, to) => (from === 0 && to === resource ? { delay: 150_000 } : "deliver"))
    acquire(0)
    cluster.runFor("1ms")
    acquire(1)
    cluster.runFor("4ms")
    release(0)
    cluster.runFor(0)
    cluster.intercept(from => (from === 0 ? "drop" : "deliver"))
    cluster.runFor("120ms")
    release(1)
    cluster.runFor("100ms")
    return opened
  }

  it("off: the resource takes a write that is late, after one with a higher token", () => {
    const { cluster, resource } = lateWrite(false)
    expect(cluster.facts.flatMap(({ fact }) => (fact.type === "wrote" ? [[fact.token, fact.after]] : []))).toEqual([
      [2, 0],
      [1, 2],
    ])
    expect(cluster.disk(resource)).toEqual({ latest: 1 })
  })

  it("on: the resource refuses it", () => {
    const { cluster, resource } = lateWrite(true)
    expect(cluster.facts.flatMap(({ fact }) => (fact.type === "wrote" ? [[fact.token, fact.after]] : []))).toEqual([
      [2, 0],
    ])
    expect([cluster.count("Rejected"), cluster.disk(resource)]).toEqual([1, { latest: 2 }])
  })

  it.each([3, 5, 7, 9])("costs 2 messages and 2d more for a stay among %i nodes", nodes => {
    const { cluster, acquire, release, inside } = openLease(nodes, { writes: true })
    acquire(1)
    cluster.runFor("5ms")
    release(1)
    cluster.runFor("1500us")
    expect(inside()).toEqual([1])
    cluster.runFor("600us")
    expect(inside()).toEqual([])
    cluster.runFor("5ms")
    expect([cluster.count(), cluster.count("Write"), cluster.count("Written")]).toEqual([6, 1, 1])
  })

  it("a write without an answer is repeated as long as the lease lasts, and is one write", () => {
    const { cluster, acquire, release, resource, inside } = openLease(2, { writes: true })
    cluster.intercept(from => (from === resource ? "drop" : "deliver"))
    acquire(1)
    cluster.runFor("5ms")
    release(1)
    cluster.runFor("50ms")
    expect(inside()).toEqual([1])
    cluster.intercept(() => "deliver")
    cluster.runFor("30ms")
    expect(inside()).toEqual([])
    expect([cluster.disk(resource), cluster.count("Write", "retransmission")]).toEqual([{ latest: 1 }, 3])
  })
})

describe("an answer about another lease, or to an attempt of old, changes nothing:", () => {
  /** Node 1 has the lease with token 1, and writes as it leaves. */
  function holder() {
    const group = openLease(2)
    group.acquire(1)
    group.cluster.runFor("5ms")
    group.cluster.clearCounts()
    return group
  }

  it("a grant of another token is given back", () => {
    const { cluster, store, inside } = holder()
    const { validUntil } = cluster.state(1)
    cluster.inject(store, 1, { type: "Granted", attempt: cluster.state(1).attempt, token: 7, sentAt: cluster.now })
    expect(cluster.sent.map(({ message }) => message)).toMatchObject([{ type: "Release", token: 7 }])
    expect([cluster.state(1).validUntil, inside()]).toEqual([validUntil, [1]])
  })

  it("news that another token is released, of one who releases", () => {
    const { cluster, store, release } = holder()
    release(1)
    cluster.inject(store, 1, { type: "Released", token: 7 })
    expect(cluster.state(1).phase).toBe("releasing")
    cluster.inject(store, 1, { type: "Released", token: 1 })
    expect(cluster.state(1).phase).toBe("outside")
  })

  it("news that the lease is held, of one whose attempt is another", () => {
    const { cluster, store, acquire } = holder()
    cluster.intercept(from => (from === store ? "drop" : "deliver"))
    acquire(0)
    cluster.runFor("1ms")
    cluster.inject(store, 0, { type: "Held", attempt: cluster.state(0).attempt - 1, token: 1, holder: 1 })
    // It goes on to wait for an answer, and asks again after a while.
    cluster.runFor("25ms")
    expect(cluster.sent.filter(({ from }) => from === 0).map(({ purpose }) => purpose)).toEqual([
      "protocol",
      "retransmission",
    ])
  })
})

describe("a contender", () => {
  it("that is asked again while it has the lease, or waits for it, asks for nothing more", () => {
    const { cluster, acquire, release, tokens } = openLease(2)
    for (const wait of ["500us", "5ms"]) {
      acquire(1)
      cluster.runFor(wait)
    }
    acquire(1)
    expect(cluster.count("Acquire")).toBe(1)
    release(1)
    cluster.runFor("50ms")
    expect([tokens(), cluster.state(1).phase]).toEqual([[1], "outside"])
  })

  it("that campaigns while it leads asks for nothing more", () => {
    const { cluster, campaign } = openLease(2)
    campaign(1)
    cluster.runFor("5ms")
    campaign(1)
    cluster.runFor("5ms")
    expect(cluster.count("Acquire")).toBe(1)
  })

  it("stands outside, waits, is in the critical section, writes, and releases", () => {
    const { cluster, acquire, release, store, resource } = openLease(3, { writes: true })
    const roles = () => [0, store, resource].map(id => cluster.standing(id)?.role)
    expect(roles()).toEqual(["outside", "free", "unwritten"])
    acquire(0)
    cluster.runFor(0)
    expect(cluster.standing(0)).toEqual({ role: "waiting", rank: 1, epoch: null })
    acquire(1)
    cluster.runFor("5ms")
    expect(roles()).toEqual(["critical section", "leased to 0, 1 watching", "unwritten"])
    release(0)
    cluster.runFor("1500us")
    expect(roles()).toEqual(["writing", "leased to 0, 1 watching", "written"])
    cluster.runFor("1ms")
    expect(roles()[0]).toBe("releasing")
    cluster.runFor("5ms")
    expect(roles()).toEqual(["outside", "leased to 1", "written"])
  })

  it("whose client wants the lease again while it releases it asks once it is released", () => {
    const { cluster, acquire, release, tokens } = openLease(3)
    acquire(0)
    cluster.runFor("5ms")
    release(0)
    acquire(0)
    cluster.runFor("1500us")
    expect(cluster.count("Acquire")).toBe(1)
    cluster.runFor("5ms")
    expect(tokens()).toEqual([1, 2])
  })

  it("that polls tries first at random, then every P", () => {
    const { cluster, acquire } = openLease(2, { waiting: "poll" })
    acquire(0)
    cluster.runFor("1ms")
    acquire(1)
    cluster.runFor("60ms")
    const attempts = cluster.sent.flatMap(({ from, time, message }) =>
      from === 1 && message.type === "Acquire" ? [time] : [],
    )
    const gaps = attempts.slice(1).map((time, index) => time - attempts[index]!)
    expect(gaps[0]).toBeGreaterThan(2_000)
    expect(gaps[0]).toBeLessThanOrEqual(12_000)
    expect(new Set(gaps.slice(1))).toEqual(new Set([10_000]))
    // A client waits for this entry: the attempts are its cost.
    expect(cluster.count("Acquire", "protocol")).toBe(attempts.length + 1)
  })

  it("resends a release without an answer until its lease is over anyway", () => {
    const { cluster, acquire, release } = openLease(2)
    acquire(0)
    cluster.runFor("5ms")
    cluster.intercept(() => "drop")
    release(0)
    cluster.runFor("1s")
    expect([cluster.count("Release", "retransmission"), cluster.standing(0)?.role]).toEqual([4, "outside"])
  })
})
