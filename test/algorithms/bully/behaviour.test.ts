/** How bully behaves: Garcia-Molina 1982, and Coulouris et al. §15.3 with its three messages. */
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import type { Bully } from "../../../algorithms/bully/types.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { runElections } from "../../services/leader-election/run-elections.ts"
import { type Cluster, createCluster } from "../../support/cluster.ts"

const d = 10 * MILLISECOND
const T = 2 * d + MILLISECOND

/** n processes with links of 10 ms that have elected their first coordinator. */
function settled(n: number, parameters = {}): Cluster<Bully> {
  const cluster = createCluster(bully, { nodes: n, latency: "10ms", clientLatency: "0ms", parameters })
  cluster.runFor("300ms")
  for (let id = 0; id < n; id++) expect(cluster.state(id)).toMatchObject({ coordinator: n - 1 })
  cluster.clearCounts()
  return cluster
}

function live(cluster: Cluster<Bully>): NodeId[] {
  return Array.from({ length: cluster.size }, (_, id) => id).filter(id => cluster.isUp(id))
}

function coordinators(cluster: Cluster<Bully>): NodeId[] {
  return live(cluster).filter(id => cluster.state(id).coordinator === id)
}

function agreeOn(cluster: Cluster<Bully>, coordinator: NodeId): boolean {
  return live(cluster).every(id => cluster.state(id).coordinator === coordinator)
}

describe("an election", () => {
  test("is won by the highest live process, whoever is dead and whoever starts it", () => {
    for (let dead = 0; dead < 15; dead++) {
      const up = [0, 1, 2, 3].filter(id => (dead & (1 << id)) === 0)
      for (const initiator of up) {
        const cluster = settled(4)
        for (let id = 0; id < 4; id++) if (!up.includes(id)) cluster.crash(id)
        cluster.request(0, initiator, { type: "Elect" })
        cluster.runFor("90ms")
        expect(agreeOn(cluster, Math.max(...up)), `live ${up.join()}, started by ${initiator}`).toBe(true)
      }
    }
  })

  test("a process that is asked answers, and asks the higher ones itself, once", () => {
    const cluster = settled(4)
    cluster.inject(0, 2, { type: "Election", election: 1, informed: true })
    cluster.inject(1, 2, { type: "Election", election: 1, informed: true })
    const ofTwo = cluster.sent.filter(({ from }) => from === 2).map(({ to, message }) => `${message.type} to ${to}`)
    expect(ofTwo).toEqual(["Answer to 0", "Election to 3", "Answer to 1"])
  })

  test("a process that is answered waits for the coordinator, and does not declare itself", () => {
    const cluster = settled(3)
    cluster.crash(2)
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor(T + 1)
    expect(cluster.state(0)).toMatchObject({ phase: "answered", coordinator: null })
    expect(cluster.count("Coordinator")).toBe(0)
  })

  test("begins again after T' if whoever answered dies before it declares itself", () => {
    const cluster = settled(4)
    cluster.crash(3)
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor(2 * d)
    cluster.crash(2)
    cluster.runFor("200ms")
    expect(agreeOn(cluster, 1)).toBe(true)
  })

  test("begins when the coordinator has been silent for the detection timeout, and not before", () => {
    const cluster = settled(3, { heartbeatInterval: "50ms", detectionTimeout: "200ms" })
    cluster.runFor("10s")
    expect(cluster.count(undefined, "protocol")).toBe(0)
    const lastHeartbeat = Math.max(...cluster.sent.map(({ time }) => time))
    cluster.crash(2)
    cluster.runUntil(() => cluster.count("Election") > 0)
    expect(cluster.sent.find(({ message }) => message.type === "Election")?.time).toBe(
      lastHeartbeat + d + 200 * MILLISECOND,
    )
  })

  test("at a cold start is one for all if the highest process waits like the others, and n if it does not", () => {
    expect(settled(5).state(0).election).toBe(1)
    expect(settled(5, { announceAtOnce: true }).state(0).election).toBe(5)
  })

  test("a single process elects itself", () => {
    const cluster = createCluster(bully, { nodes: 1 })
    cluster.runFor("100ms")
    expect(coordinators(cluster)).toEqual([0])
    expect(cluster.sent).toEqual([])
  })
})

describe("a process", () => {
  test("stands as coordinator, or by its part in an election, with the number of the last election it knows", () => {
    const cluster = settled(3)
    expect(cluster.standing(2)).toEqual({ role: "coordinator", rank: 2, epoch: 1 })
    expect(cluster.standing(0)).toEqual({ role: "normal", rank: 0, epoch: 1 })
    cluster.request(0, 0, { type: "Elect" })
    cluster.runFor(0)
    expect(cluster.standing(0)).toEqual({ role: "asking", rank: 1, epoch: 1 })
  })

  test("waits for heartbeats, or sends them, but neither during an election; and believes in nobody then", () => {
    const cluster = settled(3)
    expect([0, 1, 2].map(id => cluster.armed(id))).toEqual([["detection"], ["detection"], ["heartbeat"]])
    const before = cluster.facts.length
    for (const id of [0, 1, 2]) cluster.request(id, id, { type: "Elect" })
    cluster.runFor(0)
    expect([0, 1, 2].map(id => cluster.armed(id))).toEqual([["answer"], ["answer"], ["answer"]])
    const nobody = { type: "believes", leader: null, epoch: 1 }
    expect(cluster.facts.slice(before).map(({ fact }) => fact)).toEqual([nobody, nobody, nobody])
  })

  test("disregards what carries the number of an election that is over", () => {
    const cluster = settled(3)
    cluster.inject(1, 0, { type: "Coordinator", election: 0 })
    expect(cluster.state(0)).toMatchObject({ coordinator: 2, election: 1 })
    cluster.inject(1, 0, { type: "Heartbeat", election: 0 })
    cluster.inject(1, 2, { type: "Answer" })
    expect(cluster.sent).toEqual([])
    expect([0, 2].map(id => cluster.state(id).phase)).toEqual(["normal", "normal"])
  })

  test("that listens stops listening, and holds its own election, as soon as it hears a heartbeat", () => {
    const cluster = settled(2)
    cluster.crash(1)
    cluster.runFor("1s")
    cluster.crash(0)
    cluster.restart(1)
    cluster.runUntil(() => cluster.state(1).phase === "listening" && !cluster.state(1).catchingUp)
    cluster.inject(0, 1, { type: "Heartbeat", election: 2 })
    expect(cluster.state(1)).toMatchObject({ phase: "asking", election: 2, informed: true })
    cluster.runFor(T)
    expect(cluster.state(1)).toMatchObject({ coordinator: 1, election: 3 })
    expect(cluster.armed(1)).toEqual(["heartbeat"])
  })

  test.each([
    [1, 1, { type: "Election", election: 1, informed: true }, "only higher processes are asked"],
    [2, 1, { type: "Election", election: 1, informed: true }, "only higher processes are asked"],
    [2, 2, { type: "Coordinator", election: 1 }, "only lower processes get it"],
    [1, 2, { type: "Coordinator", election: 1 }, "only lower processes get it"],
  ] as const)("finds its invariant broken where %i says to %i: %j", (from, to, message, meaning) => {
    expect(() => settled(3).inject(from, to, message)).toThrow(meaning)
  })
})

describe("crashes", () => {
  test("coordinators die one after the other until 1 of 5 is left, and it coordinates", () => {
    const cluster = settled(5)
    for (const next of [3, 2, 1, 0]) {
      cluster.crash("leader")
      cluster.runUntil(() => agreeOn(cluster, next), "500ms")
    }
    expect(live(cluster)).toEqual([0])
    expect(cluster.state(0).election).toBe(5)
  })

  test("all but the lowest die at once: it coordinates", () => {
    const cluster = settled(5)
    for (const id of [1, 2, 3, 4]) cluster.crash(id)
    cluster.runFor("500ms")
    expect(agreeOn(cluster, 0)).toBe(true)
  })
})

describe("recovery", () => {
  test("the highest process bullies the coordinator when it returns, at the cost of n-1 announcements", () => {
    const cluster = settled(5)
    cluster.crash(4)
    cluster.runUntil(() => agreeOn(cluster, 3))
    cluster.clearCounts()
    cluster.restart(4)
    cluster.runFor("300ms")
    expect(agreeOn(cluster, 4)).toBe(true)
    expect(cluster.count(undefined, "protocol")).toBe(4)
    expect(cluster.state(0).election).toBe(3)
  })

  test("a lower process that returns holds an election, too; the coordinator stays", () => {
    const cluster = settled(5)
    cluster.crash(2)
    cluster.runFor("300ms")
    cluster.clearCounts()
    cluster.restart(2)
    cluster.runFor("300ms")
    expect(agreeOn(cluster, 4)).toBe(true)
    expect(cluster.sent.filter(({ from, message }) => from === 2 && message.type === "Election")).toHaveLength(2)
    expect(cluster.state(2).election).toBe(2)
  })

  test("a process that joins with the lowest rank finds the coordinator", () => {
    const cluster = createCluster(bully, { nodes: 5 })
    cluster.crash(0)
    cluster.runFor("1s")
    cluster.restart(0)
    cluster.runFor("1s")
    expect(agreeOn(cluster, 4)).toBe(true)
  })

  test("a process that missed elections does not use their numbers again", () => {
    const cluster = settled(3)
    cluster.crash(2)
    cluster.runUntil(() => agreeOn(cluster, 1))
    cluster.crash(1)
    cluster.runUntil(() => agreeOn(cluster, 0))
    expect(cluster.state(0).election).toBe(3)
    cluster.restart(2)
    cluster.runUntil(() => agreeOn(cluster, 2))
    expect(cluster.state(2).election).toBe(4)
  })

  test("when all return from a blackout, elections are numbered on from the highest number on their disks", () => {
    const cluster = settled(3)
    cluster.crash(2)
    cluster.runUntil(() => agreeOn(cluster, 1))
    cluster.crash(0)
    cluster.crash(1)
    for (const id of [0, 1, 2]) cluster.restart(id)
    cluster.runUntil(() => agreeOn(cluster, 2))
    expect(cluster.state(2).election).toBe(3)
  })

  test.each([2 * MILLISECOND, d - MILLISECOND, d + 2 * MILLISECOND])(
    "of two that return from a blackout, %i us apart, the later one hears of the other before it declares itself",
    apart => {
      const cluster = settled(2)
      for (const id of [0, 1]) cluster.crash(id)
      cluster.intercept((_from, _to, { type }) => ({ delay: type === "Election" ? MILLISECOND : d }))
      cluster.restart(0)
      cluster.runFor(apart)
      cluster.restart(1)
      cluster.runUntil(() => agreeOn(cluster, 1))
      const claims = cluster.facts.filter(({ node, fact }) => fact.leader === node).map(({ fact }) => fact.epoch)
      expect(new Set(claims).size).toBe(claims.length)
    },
  )

  describe("a process that returns in the middle of an election (Coulouris §15.3)", () => {
    /** 1 asks 2, which boots just after that; 0 then tells 2 which election it is. Ends when 1 has declared itself. */
    function returnsDuringElection(parameters: object): Cluster<Bully> {
      const cluster = settled(3, parameters)
      cluster.crash(2)
      cluster.request(0, 1, { type: "Elect" })
      cluster.runFor(d + MILLISECOND)
      cluster.restart(2)
      cluster.runFor(MILLISECOND)
      cluster.intercept((from, to) => (from === 0 && to === 2 ? { delay: 9.6 * MILLISECOND } : "deliver"))
      cluster.request(0, 0, { type: "Elect" })
      cluster.runFor(9.7 * MILLISECOND)
      return cluster
    }

    test.each([false, true])("hears of that election first, and then wins the next; at once: %s", announceAtOnce => {
      const cluster = returnsDuringElection({ announceAtOnce })
      expect(coordinators(cluster)).toEqual([1])
      const { election } = cluster.state(1)
      // Until what it hears is news, until the next heartbeat, and for an election of its own.
      cluster.runFor(3 * d + 75 * MILLISECOND + d + T)
      expect(agreeOn(cluster, 2)).toBe(true)
      expect(cluster.state(2).election).toBe(election + 1)
    })
  })

  describe("a process that returns just after another has declared itself", () => {
    /** 1 has bullied 0, but 2 was down when it was told so, and 0 does not know it yet. */
    function returnsTooLate(): Cluster<Bully> {
      const cluster = settled(3)
      cluster.crash(2)
      cluster.runUntil(() => agreeOn(cluster, 1))
      cluster.crash(1)
      cluster.runUntil(() => agreeOn(cluster, 0))
      cluster.restart(1)
      cluster.intercept((from, to) => (from === 1 && to === 2 ? { delay: MILLISECOND } : "deliver"))
      cluster.runUntil(() => cluster.state(1).coordinator === 1)
      cluster.runFor(2 * MILLISECOND)
      cluster.restart(2)
      return cluster
    }

    test.each([MILLISECOND, T, T + d - MILLISECOND])(
      "learns nothing from a heartbeat that the deposed coordinator sent before, %i us after it booted",
      later => {
        const cluster = returnsTooLate()
        cluster.runFor(later)
        cluster.inject(0, 2, { type: "Heartbeat", election: 3 })
        expect(cluster.state(2)).toMatchObject({ coordinator: null, election: 3, informed: false })
        cluster.runUntil(() => agreeOn(cluster, 2))
        const claims = cluster.facts.filter(({ node, fact }) => fact.leader === node).map(({ fact }) => fact.epoch)
        expect(claims).toEqual([1, 2, 3, 4, 5])
      },
    )

    test("learns nothing from an announcement either, until it would have heard of any later one", () => {
      const cluster = settled(3)
      cluster.crash(0)
      cluster.runFor("300ms")
      cluster.restart(0)
      cluster.inject(1, 0, { type: "Coordinator", election: 1 })
      expect(cluster.state(0)).toMatchObject({ coordinator: 1, informed: false })
      cluster.runFor(T + d + MILLISECOND)
      cluster.inject(2, 0, { type: "Coordinator", election: 1 })
      expect(cluster.state(0)).toMatchObject({ coordinator: 2, informed: true })
    })
  })
})

describe("what it does not survive", () => {
  test("a partition gives two coordinators; when it heals, the higher one stays", () => {
    const cluster = settled(5)
    cluster.partition([
      [0, 1, 2],
      [3, 4],
    ])
    cluster.runFor("500ms")
    expect(coordinators(cluster)).toEqual([2, 4])
    cluster.heal()
    cluster.runFor("200ms")
    expect(agreeOn(cluster, 4)).toBe(true)
    expect(cluster.state(4).election).toBe(3)
  })

  test("two sides that elect at once have two coordinators in the same election", () => {
    const cluster = settled(5)
    cluster.partition([[0, 1], [2, 3], [4]])
    cluster.runFor("500ms")
    expect(coordinators(cluster)).toEqual([1, 3, 4])
    expect(cluster.state(1).election).toBe(cluster.state(3).election)
  })

  test("one answer that is later than T gives two coordinators in the same election", () => {
    const cluster = settled(4)
    cluster.crash(3)
    cluster.intercept((from, to, message) => (message.type === "Answer" ? { delay: 2 * T } : "deliver"))
    cluster.request(0, 1, { type: "Elect" })
    cluster.runFor("200ms")
    const claims = cluster.facts.filter(({ node, fact }) => fact.leader === node && fact.epoch === 2)
    expect(claims.map(({ node }) => node)).toEqual([1, 2])
    // 1 goes by itself until it hears of 2.
    const deposed = cluster.facts.find(({ node, fact }) => node === 1 && fact.leader === 2)
    expect(deposed!.time).toBe(claims[1]!.time + d)
  })

  test("with T shorter than a round trip, the service sees two leaders in one epoch", () => {
    const run = runElections(bully, { nodes: 3, parameters: { answerTimeout: "15ms" } })
    expect(run.outcome.verdicts["one-leader-per-epoch"]).toMatchObject({ verdict: "violated" })
  })
})
