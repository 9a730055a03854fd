/** How ring election behaves: Chang and Roberts 1979, as told by Coulouris et al. §15.3; and its repaired variant. */
import { describe, expect, test } from "vitest"
import { arrangeRing, successorsOf } from "../../../algorithms/common/ring.ts"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { Circulating, RingElection, RingParameters } from "../../../algorithms/ring-election/types.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { type Cluster, createCluster } from "../../support/cluster.ts"

const d = 10 * MILLISECOND

/** n members, with links of 10 ms, that have elected their first leader. */
function settled(n: number, parameters = {}): Cluster<RingElection> {
  const cluster = createCluster(ringElection, { nodes: n, latency: "10ms", clientLatency: "0ms", parameters })
  cluster.runFor("300ms")
  expect(agreeOn(cluster, n - 1)).toBe(true)
  cluster.clearCounts()
  return cluster
}

function live(cluster: Cluster<RingElection>): NodeId[] {
  return Array.from({ length: cluster.size }, (_, id) => id).filter(id => cluster.isUp(id))
}

function leaders(cluster: Cluster<RingElection>): NodeId[] {
  return live(cluster).filter(id => cluster.state(id).leader === id)
}

function agreeOn(cluster: Cluster<RingElection>, leader: NodeId): boolean {
  return live(cluster).every(id => cluster.state(id).leader === leader)
}

/** What `from` sent: `Election 3 to 0`. */
function sentBy(cluster: Cluster<RingElection>, from: NodeId): string[] {
  return cluster.sent
    .filter(sent => sent.from === from && sent.purpose === "protocol")
    .map(({ to, message }) => {
      if (message.type === "Election") return `Election ${message.candidate} to ${to}`
      return message.type === "Elected" ? `Elected ${message.leader} to ${to}` : `${message.type} to ${to}`
    })
}

/** The candidate or leader that a message is about. */
function subject(message: Circulating): NodeId {
  return message.type === "Election" ? message.candidate : message.leader
}

describe("the ring", () => {
  test("is arranged as its parameters say, the same for all", () => {
    const arranged = (order: RingParameters["order"], arrangement = 0) => arrangeRing(4, { order, arrangement })
    expect(arranged("increasing")).toEqual([0, 1, 2, 3])
    expect(arranged("decreasing")).toEqual([3, 2, 1, 0])
    expect(arranged("numbered", 0)).toEqual([0, 1, 2, 3])
    expect(arranged("numbered", 1)).toEqual([0, 1, 3, 2])
    expect(arranged("numbered", 23)).toEqual([3, 2, 1, 0])
    expect(arranged("numbered", 24)).toEqual([0, 1, 2, 3])
    expect(arranged("shuffled", 5)).toEqual(arranged("shuffled", 5))
    expect(arranged("shuffled", 5).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
    expect(successorsOf(2, [1, 2, 0, 3])).toEqual([0, 3, 1, 2])
  })
})

describe("an election", () => {
  test("is won by the largest id, whoever starts it, alone or with others", () => {
    for (let chosen = 1; chosen < 16; chosen++) {
      const cluster = settled(4, { order: "numbered", arrangement: chosen })
      for (let id = 0; id < 4; id++) if ((chosen & (1 << id)) !== 0) cluster.request(id, id, { type: "Elect" })
      cluster.runFor(12 * d)
      expect(agreeOn(cluster, 3)).toBe(true)
      expect(cluster.state(3).election).toBe(2)
    }
  })

  test("a larger candidate is passed on, and who passes it on takes part", () => {
    const cluster = settled(4)
    cluster.inject(0, 1, { type: "Election", candidate: 2, election: 2 })
    expect(sentBy(cluster, 1)).toEqual(["Election 2 to 2"])
    expect(cluster.state(1)).toMatchObject({ participant: true, leader: null })
  })

  test("a smaller candidate is replaced by who does not take part yet", () => {
    const cluster = settled(4)
    cluster.inject(0, 1, { type: "Election", candidate: 0, election: 2 })
    expect(sentBy(cluster, 1)).toEqual(["Election 1 to 2"])
    expect(cluster.state(1).participant).toBe(true)
  })

  test("a smaller candidate is swallowed by who takes part already", () => {
    const cluster = settled(4)
    cluster.request(0, 1, { type: "Elect" })
    cluster.runFor(0)
    cluster.inject(0, 1, { type: "Election", candidate: 0, election: 2 })
    expect(sentBy(cluster, 1)).toEqual(["Election 1 to 2"])
  })

  test("who is asked again while it takes part does nothing", () => {
    const cluster = settled(4)
    for (const client of [0, 1, 2]) cluster.request(client, 1, { type: "Elect" })
    cluster.runFor(0)
    expect(sentBy(cluster, 1)).toEqual(["Election 1 to 2"])
  })

  test("whose own id comes back leads, and says so once round; all flags are down again", () => {
    const cluster = settled(3)
    cluster.request(0, 2, { type: "Elect" })
    cluster.runFor("100ms")
    expect(sentBy(cluster, 2)).toEqual(["Election 2 to 0", "Elected 2 to 0"])
    expect(sentBy(cluster, 1)).toEqual(["Election 2 to 2", "Elected 2 to 2"])
    for (const id of [0, 1, 2]) expect(cluster.state(id)).toMatchObject({ participant: false, leader: 2 })
  })

  test("a single member elects itself", () => {
    const cluster = createCluster(ringElection, { nodes: 1 })
    cluster.runFor("10ms")
    expect(leaders(cluster)).toEqual([0])
    expect(cluster.sent).toEqual([])
  })

  test("none is held while the leader's heartbeats come", () => {
    const cluster = settled(5)
    cluster.runFor("10s")
    expect(cluster.count(undefined, "protocol")).toBe(0)
  })
})

describe("a member", () => {
  test("stands as participant, leader or member, in the election whose outcome it knows", () => {
    const cluster = settled(3)
    expect(cluster.standing(2)).toEqual({ role: "leader", rank: 2, epoch: 1 })
    expect(cluster.standing(0)).toEqual({ role: "member", rank: 0, epoch: 1 })
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor(0)
    expect(cluster.standing(0)).toEqual({ role: "participant", rank: 1, epoch: 1 })
  })

  test("waits for heartbeats, or sends them, but neither while it takes part in an election", () => {
    const cluster = settled(3)
    expect([0, 1, 2].map(id => cluster.armed(id))).toEqual([["detection"], ["detection"], ["heartbeat"]])
    for (const id of [0, 1, 2]) cluster.request(id, id, { type: "Elect" })
    cluster.runFor(0)
    expect([0, 1, 2].map(id => cluster.armed(id))).toEqual([[], [], []])
  })

  test("that led follows the winner of a later election, and stops following when it wins itself", () => {
    const cluster = settled(4)
    cluster.inject(2, 3, { type: "Elected", leader: 2, election: 5 })
    expect(cluster.armed(3)).toEqual(["detection"])
    cluster.inject(2, 3, { type: "Election", candidate: 3, election: 6 })
    expect(cluster.state(3).leader).toBe(3)
    expect(cluster.armed(3)).toEqual(["heartbeat"])
  })

  test("that takes part stays in its first election, and remembers the largest candidate that it let pass", () => {
    const cluster = settled(4)
    cluster.inject(0, 1, { type: "Election", candidate: 3, election: 2 })
    const before = cluster.facts.length
    cluster.inject(0, 1, { type: "Election", candidate: 2, election: 2 })
    expect(cluster.state(1).largest).toBe(3)
    expect(cluster.facts).toHaveLength(before)
  })
})

describe("the number of an election", () => {
  test("is one more than that of the last one whose outcome the candidate knows, also after a crash", () => {
    const cluster = settled(4)
    cluster.crash(1)
    cluster.restart(1)
    cluster.runFor(0)
    expect(cluster.sent[0]?.message).toEqual({ type: "Election", candidate: 1, election: 2 })
  })

  test("tells outcomes that were overtaken: they go no further", () => {
    const cluster = settled(4)
    cluster.inject(0, 1, { type: "Elected", leader: 2, election: 0 })
    expect(cluster.state(1).leader).toBe(3)
    expect(sentBy(cluster, 1)).toEqual([])
  })

  test("may be the same for two outcomes, on the sides of a partition: the later word counts", () => {
    const cluster = settled(4)
    cluster.inject(0, 1, { type: "Elected", leader: 2, election: 1 })
    expect(cluster.state(1).leader).toBe(2)
    expect(sentBy(cluster, 1)).toEqual(["Elected 2 to 2"])
  })

  test.each([
    [0, []],
    [1, ["Election 1 to 2"]],
    [2, ["Election 1 to 2"]],
  ])("of a second leader's heartbeat, if it is %i where 1 is the last known: %j", (election, sent) => {
    const cluster = settled(4)
    cluster.inject(0, 1, { type: "Heartbeat", election })
    expect(sentBy(cluster, 1)).toEqual(sent)
  })
})

describe("what it does not survive: a single dead member", () => {
  test("goes unnoticed as long as the leader lives, and stops the next election for good", () => {
    const cluster = settled(5)
    cluster.crash(1)
    cluster.runFor("5s")
    expect(agreeOn(cluster, 4)).toBe(true)
    cluster.request(0, 3, { type: "Elect" })
    cluster.runFor("60s")
    expect(leaders(cluster)).toEqual([])
  })

  test("if it was the leader, there is never a leader again", () => {
    const cluster = settled(5)
    cluster.crash("leader")
    cluster.runFor("60s")
    expect(leaders(cluster)).toEqual([])
    expect(live(cluster).every(id => cluster.state(id).participant)).toBe(true)
  })

  test("one lost message stops an election as well", () => {
    const cluster = settled(5)
    cluster.intercept((from, to, message) => (from === 2 && message.type === "Election" ? "drop" : "deliver"))
    cluster.request(0, 4, { type: "Elect" })
    cluster.runFor("1s")
    cluster.intercept(() => "deliver")
    cluster.runFor("60s")
    expect(leaders(cluster)).toEqual([])
  })

  test("if the largest returns, its candidacy passes; that of a smaller one is swallowed by the stuck participants", () => {
    const returns = (crashed: NodeId): NodeId[] => {
      const cluster = settled(5)
      cluster.crash(crashed)
      cluster.request(0, 2, { type: "Elect" })
      cluster.runFor("1s")
      cluster.restart(crashed)
      cluster.runFor("60s")
      return leaders(cluster)
    }
    expect(returns(4)).toEqual([4])
    expect(returns(1)).toEqual([])
  })
})

describe("a repaired ring", () => {
  const repair = { repair: true }

  test.each([
    ["from its receiver, about it", 2, {}, []],
    ["from another member", 3, {}, [3]],
    ["of another type of message", 2, { of: "Elected" }, [3]],
    ["about another candidate", 2, { subject: 2 }, [3]],
    ["of another election", 2, { election: 3 }, [3]],
  ] as const)("takes a message as arrived when there is an acknowledgement %s", (_, from, differing, left) => {
    const cluster = settled(4, repair)
    cluster.intercept(() => "drop")
    cluster.inject(0, 1, { type: "Election", candidate: 3, election: 2 })
    cluster.inject(from, 1, { type: "Ack", of: "Election", subject: 3, election: 2, ...differing })
    expect(
      cluster
        .state(1)
        .unacknowledged.map(({ message }) => message)
        .map(subject),
    ).toEqual(left)
  })

  test("of one member needs no acknowledgement", () => {
    const cluster = createCluster(ringElection, { nodes: 1, parameters: repair })
    cluster.request(0, 0, { type: "Elect" })
    // Less than it would wait for one.
    cluster.runFor("2ms")
    expect(cluster.state(0)).toMatchObject({ leader: 0, unacknowledged: [] })
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    expect(JSON.stringify(cluster.trace)).not.toContain("Ack")
  })

  test("elects the next leader when the leader dies, time after time", () => {
    const cluster = settled(5, repair)
    for (const next of [3, 2, 1, 0]) {
      cluster.crash("leader")
      cluster.runUntil(() => agreeOn(cluster, next), "1s")
    }
    expect(live(cluster)).toEqual([0])
  })

  test("skips dead members one after the other, at one message and one timeout each", () => {
    const cluster = settled(5, repair)
    cluster.crash(0)
    cluster.crash(1)
    cluster.request(0, 4, { type: "Elect" })
    cluster.runFor("150ms")
    const elections = ["Election 4 to 0", "Election 4 to 1", "Election 4 to 2"]
    const outcomes = ["Elected 4 to 0", "Elected 4 to 1", "Elected 4 to 2"]
    expect(sentBy(cluster, 4).filter(sent => !sent.startsWith("Ack"))).toEqual([...elections, ...outcomes])
    expect(agreeOn(cluster, 4)).toBe(true)
    const ackTimeout = 2 * d + MILLISECOND
    const times = cluster.sent.filter(({ from, message }) => from === 4 && message.type === "Election")
    expect(times.map(({ time }) => time - times[0]!.time)).toEqual([0, ackTimeout, 2 * ackTimeout])
  })

  test("drops the candidacy of a member that has died since, and tries again", () => {
    const cluster = settled(5, repair)
    cluster.request(0, 4, { type: "Elect" })
    cluster.runFor(d + 1)
    cluster.crash(4)
    cluster.runFor("2s")
    expect(agreeOn(cluster, 3)).toBe(true)
    cluster.clearCounts()
    cluster.runFor("5s")
    expect(cluster.count(undefined, "protocol")).toBe(0)
  })

  test("goes on waiting for acknowledgements of later messages when it drops one", () => {
    const cluster = settled(4, repair)
    cluster.intercept(() => "drop")
    cluster.inject(0, 1, { type: "Election", candidate: 2, election: 2 })
    cluster.runFor("5ms")
    cluster.inject(0, 1, { type: "Election", candidate: 3, election: 2 })
    cluster.runFor("30ms")
    const candidacies = sentBy(cluster, 1).filter(sent => !sent.startsWith("Ack"))
    expect(candidacies).toEqual(["Election 2 to 2", "Election 3 to 2", "Election 3 to 3"])
  })

  test("takes a returning member back: the largest leads again", () => {
    const cluster = settled(5, repair)
    cluster.crash(4)
    cluster.runUntil(() => agreeOn(cluster, 3))
    cluster.restart(4)
    cluster.runUntil(() => agreeOn(cluster, 4))
    expect(cluster.state(4).election).toBe(3)
  })

  test("a member that let a larger candidate pass hears out a smaller leader's election without going by it, or leading", () => {
    const cluster = settled(4, { repair: true })
    cluster.inject(0, 1, { type: "Election", candidate: 3, election: 2 })
    expect(cluster.state(1)).toMatchObject({ participant: true, largest: 3 })
    cluster.clearCounts()
    cluster.inject(0, 1, { type: "Elected", leader: 2, election: 2 })
    expect(cluster.state(1)).toMatchObject({ participant: true, largest: 3, leader: null, election: 2 })
    expect(cluster.disk(1)).toEqual({ election: 2 })
    expect(sentBy(cluster, 1)).toContain("Elected 2 to 2")
    expect(cluster.armed(1)).toContain("outcome")
    expect(cluster.armed(1)).not.toContain("detection")
    // Neither a smaller candidate nor its own, which went round before, makes it lead.
    cluster.inject(0, 1, { type: "Election", candidate: 0, election: 3 })
    cluster.inject(0, 1, { type: "Election", candidate: 1, election: 3 })
    expect(cluster.state(1)).toMatchObject({ participant: true, leader: null })
    cluster.inject(0, 1, { type: "Elected", leader: 3, election: 3 })
    expect(cluster.state(1)).toMatchObject({ participant: false, leader: 3, election: 3 })
  })

  test("has a leader on each side of a partition, in the same election; and one again when it heals", () => {
    const cluster = settled(5, repair)
    cluster.partition([[0, 1], [2, 3], [4]])
    cluster.runFor("2s")
    expect(leaders(cluster)).toEqual([1, 3, 4])
    expect(cluster.state(1).election).toBe(cluster.state(3).election)
    cluster.heal()
    cluster.runFor("2s")
    expect(agreeOn(cluster, 4)).toBe(true)
  })
})
