// What a node of the synod says, does and writes in each situation: repeated, late and stray messages among them.
import { describe, expect, test } from "vitest"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import { type Ballot, KEPT, type Message, type Paxos } from "../../../algorithms/paxos/types.ts"
import { type Cluster, createCluster } from "../../support/cluster.ts"

const RETRY_AFTER = 50_000
/** What a message is sent for the first time, and when it is sent again. */
const TWICE = ["protocol", "retransmission"] as const
const BACKOFF = 1_000

/** Three nodes whose messages all get lost: each node meets only what the test tells it. */
function alone(parameters = {}): Cluster<Paxos> {
  const cluster = createCluster(paxos, {
    nodes: 3,
    clientLatency: "0ms",
    parameters: { retryAfter: "50ms", backoff: "1ms", ...parameters },
  })
  cluster.intercept(() => "drop")
  return cluster
}

function propose(cluster: Cluster<Paxos>, node: NodeId, value: number, instance = 1): void {
  cluster.request(node, node, { type: "Propose", instance, value })
  cluster.runFor(0)
}

/** Has a node hear of an instance, without a value to propose in it. */
function hearOf(cluster: Cluster<Paxos>, node: NodeId, instance: number): void {
  cluster.request(node, node, { type: "Await", instance, commander: 1 })
  cluster.runFor(0)
}

const prepare = (ballot: Ballot, instance = 1): Message => ({ type: "Prepare", instance, ballot })
const promise = (ballot: Ballot): Message => ({ type: "Promise", instance: 1, ballot, accepted: null })
const accept = (ballot: Ballot, value: number): Message => ({ type: "Accept", instance: 1, ballot, value })
const refused = (ballot: Ballot): Message => ({ type: "Refused", instance: 1, ballot })
const success = (value: number, instance = 1): Message => ({ type: "Success", instance, value })

/** What a node sent, without repetitions to several nodes: `Prepare 3`. */
function said(cluster: Cluster<Paxos>, node: NodeId): string[] {
  const words = cluster.sent
    .filter(({ from }) => from === node)
    .map(({ message }) => (message.type === "Success" ? "Success" : `${message.type} ${message.ballot}`))
  return words.filter((word, index) => word !== words[index - 1])
}

describe("a node stands", () => {
  const situations: Record<
    string,
    [(cluster: Cluster<Paxos>) => void, { role: string; rank: number; epoch: unknown }]
  > = {
    "as an acceptor of no instance at first": [() => {}, { role: "acceptor", rank: 0, epoch: null }],
    "as an acceptor of no ballot where it only heard of the instance": [
      cluster => hearOf(cluster, 0, 1),
      { role: "acceptor", rank: 0, epoch: 0 },
    ],
    "as an acceptor in the ballot that it has promised": [
      cluster => cluster.inject(1, 0, prepare(4)),
      { role: "acceptor", rank: 0, epoch: 4 },
    ],
    "in phase 1 while it waits for promises": [
      cluster => propose(cluster, 0, 7),
      { role: "phase 1", rank: 1, epoch: 3 },
    ],
    "in phase 2 while it waits for acceptances": [
      cluster => {
        propose(cluster, 0, 7)
        cluster.inject(1, 0, promise(3))
      },
      { role: "phase 2", rank: 1, epoch: 3 },
    ],
    "as an acceptor again once it is outbid": [
      cluster => {
        propose(cluster, 0, 7)
        cluster.inject(1, 0, promise(3))
        cluster.inject(1, 0, prepare(4))
      },
      { role: "acceptor", rank: 0, epoch: 4 },
    ],
    "as decided once it has learned the outcome, also that of its own ballot": [
      cluster => {
        propose(cluster, 0, 7)
        cluster.inject(1, 0, promise(3))
        cluster.inject(1, 0, { type: "Accepted", instance: 1, ballot: 3, value: 7 })
      },
      { role: "decided", rank: 0, epoch: 3 },
    ],
    "as its disk says after a restart": [
      cluster => {
        cluster.inject(1, 0, prepare(4))
        cluster.inject(1, 0, success(7))
        cluster.crash(0)
        cluster.restart(0)
      },
      { role: "decided", rank: 0, epoch: 4 },
    ],
    "by the newest instance, in the ballots that others conduct in earlier ones as well": [
      cluster => {
        cluster.inject(1, 0, prepare(4, 2))
        cluster.inject(1, 0, prepare(7, 1))
      },
      { role: "acceptor", rank: 0, epoch: 4 },
    ],
  }
  test.each(Object.entries(situations))("%s", (_, [bring, standing]) => {
    const cluster = alone({ learning: "broadcast" })
    bring(cluster)
    expect(cluster.standing(0)).toEqual(standing)
  })
})

describe("an acceptor that gets a message twice says the same again, and writes nothing", () => {
  const answers = (cluster: Cluster<Paxos>): unknown[] =>
    cluster.sent.filter(({ from }) => from === 0).map(({ to, message, purpose }) => [message.type, to, purpose])

  test("Prepare", () => {
    const cluster = alone()
    for (const purpose of TWICE) cluster.inject(1, 0, prepare(4), purpose)
    expect(answers(cluster)).toEqual([
      ["Promise", 1, "protocol"],
      ["Promise", 1, "retransmission"],
    ])
    expect(cluster.disk(0).journal).toHaveLength(1)
  })

  test("Accept", () => {
    const cluster = alone()
    for (const purpose of TWICE) cluster.inject(1, 0, accept(4, 7), purpose)
    expect(answers(cluster)).toEqual([
      ["Accepted", 1, "protocol"],
      ["Accepted", 1, "retransmission"],
    ])
    expect(cluster.disk(0).journal).toHaveLength(1)
  })

  test("Accept, where everyone learns: the second time it answers the proposer alone", () => {
    const cluster = alone({ learning: "everyone" })
    for (const purpose of TWICE) cluster.inject(1, 0, accept(4, 7), purpose)
    expect(answers(cluster)).toEqual([
      ["Accepted", 1, "protocol"],
      ["Accepted", 2, "protocol"],
      ["Accepted", 1, "retransmission"],
    ])
    expect(cluster.disk(0).journal).toHaveLength(1)
  })
})

describe("ballots", () => {
  test.each([0, 1, 2])("of node %i begin with round 1, and tell who conducts them", node => {
    const cluster = alone()
    propose(cluster, node, 7)
    expect(said(cluster, node)).toEqual([`Prepare ${3 + node}`])
  })

  test("a refusal names the ballot to outbid, and the proposer does so after a pause, not only in due time", () => {
    const cluster = alone()
    propose(cluster, 0, 7)
    cluster.inject(1, 0, refused(10))
    expect(cluster.standing(0)?.role).toBe("acceptor")
    cluster.runFor(BACKOFF)
    expect(said(cluster, 0)).toEqual(["Prepare 3", "Prepare 12"])
  })

  test.each([
    ["a lower ballot, which it has outbid since", 10],
    ["its own, which overtook the message that is refused", 12],
  ])("a late refusal in favour of %s does not stop a proposer", (_, ballot) => {
    const cluster = alone()
    propose(cluster, 0, 7)
    cluster.inject(1, 0, refused(10))
    cluster.runFor(BACKOFF)
    cluster.inject(1, 0, refused(ballot))
    cluster.inject(1, 0, promise(12))
    expect(said(cluster, 0)).toEqual(["Prepare 3", "Prepare 12", "Accept 12"])
  })
})

describe("a proposer that conducts a ballot for others", () => {
  /** Node 0 has the promises it needs in ballot 3, and nothing to propose. */
  function withoutValue(): Cluster<Paxos> {
    const cluster = alone()
    hearOf(cluster, 0, 1)
    cluster.runFor(RETRY_AFTER + BACKOFF)
    cluster.inject(1, 0, promise(3))
    expect(said(cluster, 0)).toEqual(["Prepare 3"])
    return cluster
  }

  test("proposes in it as soon as a client gives it a value", () => {
    const cluster = withoutValue()
    propose(cluster, 0, 7)
    expect(said(cluster, 0)).toEqual(["Prepare 3", "Accept 3"])
  })

  test("proposes one value in it, whatever it is asked for afterwards", () => {
    const cluster = withoutValue()
    for (const value of [7, 8]) propose(cluster, 0, value)
    const proposals = cluster.sent.flatMap(({ to, message }) =>
      message.type === "Accept" ? [[to, message.value]] : [],
    )
    expect(proposals).toEqual([
      [1, 7],
      [2, 7],
    ])
  })

  test("waits for promises when a client gives it a value before they come", () => {
    const cluster = alone()
    propose(cluster, 0, 7)
    propose(cluster, 0, 7)
    expect(said(cluster, 0)).toEqual(["Prepare 3"])
  })
})

describe("learning", () => {
  test("an outcome told twice is reported, answered and written once", () => {
    const cluster = alone()
    propose(cluster, 0, 7)
    for (const _ of [1, 2]) cluster.inject(1, 0, success(8))
    cluster.runFor("1ms")
    expect(cluster.facts.map(({ fact }) => fact)).toEqual([{ type: "decided", instance: 1, value: 8 }])
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([{ type: "Decision", instance: 1, value: 8 }])
    expect(cluster.trace.filter(({ type }) => type === "write")).toHaveLength(2)
  })

  test.each(["broadcast", "everyone"])("by %s: two of three nodes are enough for both to learn", learning => {
    const cluster = createCluster(paxos, { nodes: 3, parameters: { learning, retryAfter: "1h" } })
    cluster.crash(2)
    cluster.request(0, 0, { type: "Propose", instance: 1, value: 7 })
    cluster.runFor("1s")
    expect(new Set(cluster.facts.map(({ node }) => node))).toEqual(new Set([0, 1]))
  })
})

describe("the instances that a node has open", () => {
  test("are taken up when the time of each has come, not with the first", () => {
    const cluster = alone({ backoff: "0ms" })
    hearOf(cluster, 0, 1)
    cluster.runFor("10ms")
    hearOf(cluster, 0, 2)
    cluster.runFor("45ms")
    expect(cluster.sent.map(({ message }) => message.instance)).toEqual([1, 1])
    cluster.runFor("10ms")
    expect(cluster.sent.map(({ message }) => message.instance)).toEqual([1, 1, 2, 2])
  })

  test("are closed by their outcome: it waits for nothing more", () => {
    const cluster = alone()
    for (const instance of [1, 2]) hearOf(cluster, 0, instance)
    expect(cluster.armed(0)).toEqual(["retry 1", "retry 2"])
    cluster.inject(1, 0, success(7, 1))
    expect(cluster.armed(0)).toEqual(["retry 2"])
    cluster.inject(1, 0, success(7, 2))
    expect(cluster.armed(0)).toEqual([])
  })

  test("stay open when it learns the outcome of another", () => {
    const cluster = alone({ learning: "proposer" })
    propose(cluster, 0, 7)
    cluster.inject(1, 0, success(8, 2))
    cluster.runFor(RETRY_AFTER + BACKOFF)
    expect(said(cluster, 0)).toEqual(["Prepare 3", "Prepare 6"])
  })

  test("are given up when an instance comes that is too far ahead to remember both", () => {
    const cluster = alone()
    for (const instance of [1, 1 + KEPT]) hearOf(cluster, 0, instance)
    cluster.inject(1, 0, success(7, 1 + KEPT))
    expect(cluster.armed(0)).toEqual([])
  })

  test("are taken up in due time though the node's clock is set back meanwhile", () => {
    const cluster = alone({ backoff: "0ms" })
    hearOf(cluster, 0, 1)
    cluster.shiftClock(0, -10_000)
    cluster.runFor("45ms")
    expect(said(cluster, 0)).toEqual([])
    cluster.runFor("10ms")
    expect(said(cluster, 0)).toEqual(["Prepare 3"])
  })
})

describe("an instance too old to remember", () => {
  const messages: readonly Message[] = [
    prepare(4),
    promise(3),
    accept(4, 7),
    { type: "Accepted", instance: 1, ballot: 4, value: 7 },
    refused(4),
    success(7),
  ]
  test.each(messages)("$type in it is disregarded", message => {
    const cluster = alone()
    hearOf(cluster, 0, 1 + KEPT)
    cluster.inject(1, 0, message)
    expect([cluster.sent, cluster.facts, cluster.disk(0).journal]).toEqual([[], [], []])
  })

  test("so are the requests of clients", () => {
    const cluster = alone()
    hearOf(cluster, 0, 1 + KEPT)
    propose(cluster, 0, 7)
    hearOf(cluster, 0, 1)
    expect([cluster.sent, cluster.replies, cluster.disk(0).journal]).toEqual([[], [], []])
    expect(cluster.armed(0)).toEqual([`retry ${1 + KEPT}`])
  })
})

describe("a traitor", () => {
  const lies = paxos.lies!
  /** Says the other of two things. */
  const opposite = (truth: number): number => 1 - truth

  test("denies in its promises what it has accepted", () => {
    const told: Message & { type: "Promise" } = {
      type: "Promise",
      instance: 1,
      ballot: 3,
      accepted: { ballot: 2, value: 1 },
    }
    expect(lies.Promise!(told, truth => truth)).toEqual(told)
    expect(lies.Promise!(told, opposite)).toEqual({ ...told, accepted: null })
  })

  test("names another value where it names one, and nothing else is changed", () => {
    const proposal = { instance: 1, ballot: 3, value: 1 }
    const told = { type: "Accept", ...proposal } as const
    expect(lies.Accept!(told, opposite)).toEqual({ ...told, value: 0 })
    const accepted = { type: "Accepted", ...proposal } as const
    expect(lies.Accepted!(accepted, opposite)).toEqual({ ...accepted, value: 0 })
    const outcome = { type: "Success", instance: 1, value: 1 } as const
    expect(lies.Success!(outcome, opposite)).toEqual({ ...outcome, value: 0 })
  })
})
