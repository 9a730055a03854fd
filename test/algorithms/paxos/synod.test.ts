// Single-decree Paxos (Paxos Made Simple §2): what its roles do, and what one decision costs.
import { describe, expect, test } from "vitest"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import { type Ballot, KEPT, type Message, type Paxos } from "../../../algorithms/paxos/types.ts"
import { type Cluster, type ClusterOptions, createCluster } from "../../support/cluster.ts"

const D = 10 * MILLISECOND

function start(
  options: Partial<ClusterOptions> & { nodes: number },
  algorithm: Algorithm<Paxos> = paxos,
): Cluster<Paxos> {
  return createCluster(algorithm, { latency: "10ms", ...options })
}

function propose(cluster: Cluster<Paxos>, node: NodeId, value: number, instance = 1): void {
  cluster.request(node, node, { type: "Propose", instance, value })
}

/** What each node has decided in an instance, by node id; undefined where it has not. */
function decisions(cluster: Cluster<Paxos>, instance = 1): (number | undefined)[] {
  return Array.from({ length: cluster.size }, (_, id) => {
    const fact = cluster.facts.find(({ node, fact: decided }) => node === id && decided.instance === instance)
    return fact?.fact.value
  })
}

describe.each([3, 5, 7, 9])("one uncontended decision, n = %i", n => {
  test.each([
    ["proposer", 4 * (n - 1)],
    ["broadcast", 5 * (n - 1)],
    ["everyone", 3 * (n - 1) + n * (n - 1)],
  ])("learning by %s costs %i messages", (learning, messages) => {
    const cluster = start({ nodes: n, parameters: { learning } })
    propose(cluster, 0, 7)
    cluster.runFor("10s")
    expect(cluster.sent.length).toBe(messages)
    expect(cluster.count(undefined, "protocol")).toBe(messages)
  })

  test("one phase is n-1 messages", () => {
    const cluster = start({ nodes: n })
    propose(cluster, 0, 7)
    cluster.runFor("10s")
    for (const type of ["Prepare", "Promise", "Accept", "Accepted", "Success"] as const) {
      expect(cluster.count(type)).toBe(n - 1)
    }
    expect(decisions(cluster)).toEqual(Array.from({ length: n }, () => 7))
  })
})

describe("latency in link delays d", () => {
  test.each([
    { learning: "broadcast", others: 5 },
    { learning: "everyone", others: 4 },
  ])(
    "learning by $learning: chosen after 4d, known to all after $others d, answered after 6d",
    ({ learning, others }) => {
      const cluster = start({ nodes: 5, parameters: { learning } })
      propose(cluster, 0, 7)
      cluster.runFor("1s")
      // The request takes one d.
      const times = cluster.facts.map(({ node, time }) => ({ node, after: time / D - 1 }))
      expect(times.find(({ node }) => node === 0)!.after).toBe(4)
      expect(Math.max(...times.map(({ after }) => after))).toBe(others)
      expect(cluster.replies.map(({ time, reply }) => [time / D, reply.value])).toEqual([[6, 7]])
    },
  )
})

/** Of three nodes: ballots of rounds 1 and 2 of nodes 0 and 1. */
const B0: Ballot = 3
const B1: Ballot = 4
const B0b: Ballot = 6

describe("an acceptor", () => {
  function ask(cluster: Cluster<Paxos>, from: NodeId, ...messages: Message[]): void {
    for (const message of messages) cluster.inject(from, 2, message)
  }
  const prepare = (ballot: Ballot): Message => ({ type: "Prepare", instance: 1, ballot })
  const accept = (ballot: Ballot, value: number): Message => ({ type: "Accept", instance: 1, ballot, value })
  const answers = (cluster: Cluster<Paxos>): Message[] =>
    cluster.sent.filter(({ from }) => from === 2).map(({ message }) => message)

  test("promises a ballot, and then refuses lower ones in both phases (P1a)", () => {
    const cluster = start({ nodes: 3 })
    ask(cluster, 1, prepare(B1), prepare(B0), accept(B0, 5), accept(B1, 6))
    expect(answers(cluster)).toEqual([
      { type: "Promise", instance: 1, ballot: B1, accepted: null },
      { type: "Refused", instance: 1, ballot: B1 },
      { type: "Refused", instance: 1, ballot: B1 },
      { type: "Accepted", instance: 1, ballot: B1, value: 6 },
    ])
  })

  test("reports the highest-numbered proposal it has accepted, also after a crash (§2.5)", () => {
    const cluster = start({ nodes: 3 })
    ask(cluster, 1, accept(B0, 5), accept(B1, 6))
    cluster.crash(2)
    cluster.restart(2)
    cluster.clearCounts()
    ask(cluster, 1, prepare(B0), prepare(B0b))
    expect(answers(cluster)).toEqual([
      { type: "Refused", instance: 1, ballot: B1 },
      { type: "Promise", instance: 1, ballot: B0b, accepted: { ballot: B1, value: 6 } },
    ])
  })

  test("that knows the outcome says so", () => {
    const cluster = start({ nodes: 3 })
    ask(cluster, 1, { type: "Success", instance: 1, value: 9 }, prepare(B1))
    expect(answers(cluster)).toEqual([{ type: "Success", instance: 1, value: 9 }])
  })

  test("keeps instances apart", () => {
    const cluster = start({ nodes: 3 })
    ask(cluster, 1, { type: "Accept", instance: 5, ballot: B1, value: 1 })
    ask(cluster, 1, { type: "Prepare", instance: 6, ballot: B0 })
    expect(answers(cluster)[1]).toEqual({ type: "Promise", instance: 6, ballot: B0, accepted: null })
  })

  test("says nothing of instances long past: a forgotten promise is no licence to give another", () => {
    const cluster = start({ nodes: 3 })
    ask(cluster, 1, { type: "Prepare", instance: 5, ballot: B1 })
    ask(cluster, 1, { type: "Prepare", instance: 6 + KEPT, ballot: B1 })
    for (const crash of [false, true]) {
      if (crash) {
        cluster.crash(2)
        cluster.restart(2)
      }
      cluster.clearCounts()
      ask(cluster, 1, { type: "Prepare", instance: 5, ballot: B0b }, { type: "Prepare", instance: 6, ballot: B0b })
      expect(answers(cluster)).toEqual([])
      ask(cluster, 1, { type: "Prepare", instance: 7 + (crash ? 1 : 0), ballot: B0b })
      expect(answers(cluster).length).toBe(1)
    }
  })

  test("keeps a bounded journal", () => {
    const cluster = start({ nodes: 3 })
    let longest = 0
    for (let instance = 1; instance <= 5 * KEPT; instance++) {
      ask(cluster, 1, { type: "Accept", instance, ballot: B1, value: 1 }, { type: "Success", instance, value: 1 })
      longest = Math.max(longest, cluster.disk(2).journal.length)
    }
    expect(longest).toBeLessThanOrEqual(4 * KEPT)
    expect(cluster.state(2).parts.length).toBe(KEPT)
    expect(cluster.armed(2)).toEqual([])
  })
})

test("the journal of a single instance holds its last record and nothing else", () => {
  const cluster = start({ nodes: 3 })
  propose(cluster, 0, 1)
  cluster.runFor("1s")
  for (const node of [0, 1, 2]) expect(cluster.disk(node).journal).toMatchObject([{ instance: 1, decided: 1 }])
})

describe("a proposer", () => {
  test("takes over the value of the highest-numbered proposal reported (P2c)", () => {
    const cluster = start({ nodes: 5 })
    // Nodes 3 and 4 had ballots 8 and 9, and are gone.
    cluster.inject(3, 1, { type: "Accept", instance: 1, ballot: 8, value: 100 })
    cluster.inject(4, 2, { type: "Accept", instance: 1, ballot: 9, value: 200 })
    cluster.partition([[0, 1, 2]])
    propose(cluster, 0, 300)
    cluster.runFor("5s")
    expect(decisions(cluster).slice(0, 3)).toEqual([200, 200, 200])
  })

  test("proposes its own value if none is reported", () => {
    const cluster = start({ nodes: 5 })
    propose(cluster, 2, 300)
    cluster.runFor("1s")
    expect(decisions(cluster)).toEqual([300, 300, 300, 300, 300])
  })

  test("never uses a ballot twice, not even after a crash", () => {
    const cluster = start({ nodes: 3 })
    propose(cluster, 0, 1)
    cluster.runUntil(() => cluster.count("Prepare") > 0)
    cluster.crash(0)
    cluster.restart(0)
    propose(cluster, 0, 2)
    cluster.runFor("1s")
    const ballots = cluster.sent.flatMap(({ message }) => (message.type === "Prepare" ? [message.ballot] : []))
    expect(new Set(ballots).size).toBe(ballots.length / 2)
    expect(decisions(cluster)).toEqual([2, 2, 2])
  })

  test("that proposes a second time learns that the first value stays chosen (P2)", () => {
    const cluster = start({ nodes: 3 })
    propose(cluster, 0, 1)
    cluster.runFor("1s")
    propose(cluster, 1, 2)
    cluster.runFor("1s")
    expect(cluster.replies.map(({ client, reply }) => [client, reply.value])).toEqual([
      [0, 1],
      [1, 1],
    ])
  })
})

describe("failures", () => {
  test.each([3, 5, 7])("f of n = %i crashed: decided; f+1: never", n => {
    const f = (n - 1) / 2
    for (const crashed of [f, f + 1]) {
      const cluster = start({ nodes: n })
      for (let node = n - crashed; node < n; node++) cluster.crash(node)
      propose(cluster, 0, 1)
      cluster.runFor("10s")
      const expected = Array.from({ length: n }, (_, id) => (crashed === f && id < n - crashed ? 1 : undefined))
      expect(decisions(cluster)).toEqual(expected)
    }
  })

  test("a proposer dies after its proposal was accepted: the others finish what it began", () => {
    const cluster = start({ nodes: 5 })
    propose(cluster, 0, 7)
    for (const node of [1, 2, 3, 4]) cluster.request(node, node, { type: "Await", instance: 1, commander: 0 })
    cluster.runUntil(() => cluster.count("Accepted") > 0)
    cluster.crash(0)
    cluster.runFor("5s")
    expect(decisions(cluster)).toEqual([undefined, 7, 7, 7, 7])
  })

  test("a proposer dies before anyone accepted: another's value is decided", () => {
    const cluster = start({ nodes: 3 })
    propose(cluster, 0, 7)
    cluster.runUntil(() => cluster.count("Promise") > 0)
    cluster.crash(0)
    propose(cluster, 1, 8)
    cluster.runFor("5s")
    expect(decisions(cluster)).toEqual([undefined, 8, 8])
  })

  test("a node that missed the outcome asks for it, and is told", () => {
    const cluster = start({ nodes: 3 })
    cluster.intercept((_, to, message) => (to === 2 && message.type === "Success" ? "drop" : "deliver"))
    propose(cluster, 0, 7)
    cluster.runFor("70ms")
    expect(decisions(cluster)).toEqual([7, 7, undefined])
    cluster.intercept(() => "deliver")
    cluster.runFor("1s")
    expect(decisions(cluster)).toEqual([7, 7, 7])
  })
})

describe("duelling proposers (§2.4)", () => {
  function duel(backoff: string, seed = 1): Cluster<Paxos> {
    const cluster = start({ nodes: 5, seed, parameters: { backoff, retryAfter: "1h" } })
    propose(cluster, 0, 0)
    cluster.runFor("5ms")
    propose(cluster, 1, 1)
    cluster.runFor("20s")
    return cluster
  }

  test("without pauses go on for ever", () => {
    const cluster = duel("0ms")
    expect(cluster.facts).toEqual([])
    expect(cluster.count("Prepare")).toBeGreaterThan(1000 * 4)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("with random pauses come to a decision (seed %i)", seed => {
    const cluster = duel("200ms", seed)
    const [first] = decisions(cluster)
    expect([0, 1]).toContain(first)
    expect(decisions(cluster)).toEqual([first, first, first, first, first])
  })
})
