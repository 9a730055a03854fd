// What a node of Multi-Paxos says, believes and waits for in each situation: repeated, late and stray messages among them.
import { describe, expect, test } from "vitest"
import type { ClientId, NodeId, Standing } from "../../../runtime/contract/algorithm.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { initialDisk } from "../../../algorithms/multi-paxos/beginning.ts"
import { isSame } from "../../../algorithms/multi-paxos/learner.ts"
import { at } from "../../../algorithms/multi-paxos/slots.ts"
import type { Ballot, History, Message, Slot, Value } from "../../../algorithms/multi-paxos/types.ts"
import { emptyMachine } from "../../../services/replicated-log/machine.ts"
import { createCluster } from "../../support/cluster.ts"
import { executedBy, type PaxosCluster, proposal, write } from "./support.ts"

const HEARTBEAT = 75_000

/** Nodes whose messages all get lost, and who stand for leader only when asked: each meets what the test tells it. */
function alone(parameters = {}, nodes = 3, syncLatency = "0ms"): PaxosCluster {
  const cluster = createCluster(multiPaxos, {
    nodes,
    clientLatency: "0ms",
    syncLatency,
    parameters: { electionTimeoutMin: "1h", electionTimeoutMax: "1h", heartbeatInterval: "75ms", ...parameters },
  })
  cluster.intercept(() => "drop")
  return cluster
}

function stand(cluster: PaxosCluster, node: NodeId = 0): void {
  cluster.request(99, node, { type: "Elect" })
  cluster.runFor(0)
}

/** Node 0 of three leads in ballot 3, by its own promise and that of node 1. */
function leading(parameters = {}): PaxosCluster {
  const cluster = alone(parameters)
  stand(cluster)
  cluster.inject(1, 0, promise(3))
  expect(cluster.state(0).proposer.role).toBe("leader")
  return cluster
}

function ask(cluster: PaxosCluster, value: string, client: ClientId, sequence = 1): void {
  cluster.request(client, 0, write(value, client, sequence))
  cluster.runFor(0)
}

const NOTHING: History = { snapshot: null, from: 1, values: [] }

function promise(ballot: Ballot): Message {
  return { type: "Promise", ballot, accepted: [], chosen: NOTHING }
}

function prepare(ballot: Ballot, firstUnchosen: Slot = 1): Message {
  return { type: "Prepare", ballot, firstUnchosen }
}

function accept(ballot: Ballot, slot: Slot, firstUnchosen: Slot = 1): Message {
  return { type: "Accept", proposal: proposal(ballot, slot, `v${slot}`), firstUnchosen }
}

function accepted(ballot: Ballot, slot: Slot): Message {
  return { type: "Accepted", ballot, slot }
}

function heartbeat(ballot: Ballot, firstUnchosen: Slot = 1): Message {
  return { type: "Heartbeat", ballot, firstUnchosen }
}

function success(ballot: Ballot, slot: Slot, value: Value = write(`v${slot}`, slot, ballot)): Message {
  return { type: "Success", proposal: { ballot, slot, value } }
}

function catchUp(ballot: Ballot, chosen: Partial<History>): Message {
  return { type: "CatchUp", ballot, chosen: { ...NOTHING, ...chosen } }
}

/** What a node sent: `Accept 1 to 2, protocol`. */
function said(cluster: PaxosCluster, node: NodeId): string[] {
  return cluster.sent
    .filter(({ from }) => from === node)
    .map(({ to, message, purpose }) => {
      if (message.type === "Accept" || message.type === "Success") {
        return `${message.type} ${message.proposal.slot} to ${to}, ${purpose}`
      }
      return `${message.type} to ${to}, ${purpose}`
    })
}

/** Whom a node said it believes to lead, each time with the ballot. */
function beliefs(cluster: PaxosCluster, node: NodeId): (number | null)[][] {
  return cluster.facts.flatMap(({ node: by, fact }) =>
    by === node && fact.type === "believes" ? [[fact.leader, fact.epoch]] : [],
  )
}

describe("a node stands", () => {
  const situations: readonly [string, Standing, (cluster: PaxosCluster) => void][] = [
    ["as a follower of no ballot at first", { role: "follower", rank: 0, epoch: 0 }, () => {}],
    [
      "as a follower in the ballot that it has promised",
      { role: "follower", rank: 0, epoch: 4 },
      cluster => cluster.inject(1, 0, prepare(4)),
    ],
    ["as a candidate in its own ballot", { role: "candidate", rank: 1, epoch: 3 }, stand],
    [
      "as the leader once a majority has promised",
      { role: "leader", rank: 2, epoch: 3 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, promise(3))
      },
    ],
    [
      "as a follower when a refusal tells it of a higher ballot",
      { role: "follower", rank: 0, epoch: 3 },
      cluster => {
        stand(cluster)
        cluster.inject(1, 0, { type: "Refused", ballot: 4 })
      },
    ],
    [
      "as a follower in the ballot on its disk after a restart",
      { role: "follower", rank: 0, epoch: 3 },
      cluster => {
        stand(cluster)
        cluster.crash(0)
        cluster.restart(0)
      },
    ],
  ]
  test.each(situations)("%s", (_, standing, bring) => {
    const cluster = alone()
    bring(cluster)
    expect(cluster.standing(0)).toEqual(standing)
  })
})

describe("a node waits", () => {
  test("for a leader as a follower, for promises as a candidate, for the next heartbeat as the leader", () => {
    const cluster = alone()
    expect(cluster.armed(0)).toEqual(["election"])
    stand(cluster)
    expect(cluster.armed(0)).toEqual(["prepare"])
    cluster.inject(1, 0, promise(3))
    expect(cluster.armed(0)).toEqual(["heartbeat"])
    cluster.inject(1, 0, prepare(4))
    expect(cluster.armed(0)).toEqual(["election"])
  })

  test("for no leader where any node may propose; then, outbid, for its pause if clients wait", () => {
    const cluster = alone({ proposers: "any" })
    expect(cluster.armed(0)).toEqual([])
    stand(cluster)
    cluster.inject(1, 0, prepare(4))
    expect(cluster.armed(0)).toEqual([])
    ask(cluster, "x", 1)
    expect(cluster.armed(0)).toEqual(["prepare"])
    cluster.inject(1, 0, prepare(10))
    expect(cluster.armed(0)).toEqual(["prepare"])
    expect(cluster.standing(0)?.role).toBe("follower")
  })

  test("at least electionTimeoutMin for a leader, also where the longest wait is given as less", () => {
    const cluster = alone({ electionTimeoutMin: "300ms", electionTimeoutMax: "100ms" })
    cluster.runFor("299ms")
    expect(cluster.sent).toEqual([])
    cluster.runFor("1ms")
    expect(cluster.count("Prepare")).toBe(3 * 2)
  })
})

describe("an acceptor that gets a message twice says the same again, and writes nothing", () => {
  test("Prepare: at once, with nothing to wait for", () => {
    const cluster = alone({}, 3, "5ms")
    cluster.inject(1, 0, prepare(4))
    cluster.runFor("6ms")
    cluster.inject(1, 0, prepare(4), "retransmission")
    expect(said(cluster, 0)).toEqual(["Promise to 1, protocol", "Promise to 1, retransmission"])
    expect(beliefs(cluster, 0)).toEqual([[null, 4]])
  })

  test.each(["piggyback", "everyone"])("Accept, learning by %s: the proposer alone hears of it again", learning => {
    const cluster = alone({ learning })
    for (const purpose of ["protocol", "retransmission"] as const) cluster.inject(1, 0, accept(4, 1), purpose)
    const first = learning === "everyone" ? ["Accepted to 1, protocol", "Accepted to 2, protocol"] : []
    expect(said(cluster, 0)).toEqual([
      ...(first.length > 0 ? first : ["Accepted to 1, protocol"]),
      "Accepted to 1, retransmission",
    ])
    expect(cluster.disk(0).journal).toHaveLength(1)
  })

  test("Accept for a slot that its snapshot covers: it writes nothing, and holds what comes next", () => {
    const cluster = alone({ snapshotEvery: 2 })
    for (const slot of [1, 2]) cluster.inject(1, 0, success(4, slot))
    expect(cluster.disk(0)).toMatchObject({ journal: [], snapshot: { next: 3 } })
    for (const slot of [1, 2]) cluster.inject(1, 0, accept(4, slot, 3), "retransmission")
    cluster.inject(1, 0, accept(4, 3, 3))
    expect(said(cluster, 0)).toEqual([
      "Accepted to 1, retransmission",
      "Accepted to 1, retransmission",
      "Accepted to 1, protocol",
    ])
    expect(cluster.disk(0).journal.map(({ slot }) => slot)).toEqual([3])
  })
})

test("an acceptor reports what it has accepted for slots whose outcome it does not know, with the outcomes it knows", () => {
  const cluster = alone()
  for (const slot of [1, 2, 3]) cluster.inject(1, 0, accept(4, slot))
  cluster.inject(1, 0, heartbeat(4, 2))
  cluster.inject(2, 0, prepare(5))
  expect(cluster.sent.at(-1)?.message).toEqual({
    type: "Promise",
    ballot: 5,
    accepted: [2, 3].map(slot => proposal(4, slot, `v${slot}`)),
    chosen: { snapshot: null, from: 1, values: [proposal(4, 1, "v1").value] },
  })
})

test("an acceptor remembers through a crash what it has accepted for the slot after its snapshot", () => {
  const cluster = alone({ snapshotEvery: 2 })
  for (const slot of [1, 2, 3, 4]) cluster.inject(1, 0, accept(4, slot))
  for (const slot of [1, 2]) cluster.inject(1, 0, success(4, slot))
  cluster.crash(0)
  cluster.restart(0)
  cluster.inject(2, 0, prepare(5, 3))
  expect(cluster.sent.at(-1)?.message).toMatchObject({
    type: "Promise",
    accepted: [3, 4].map(slot => proposal(4, slot, `v${slot}`)),
  })
})

test("refusals tell the ballot promised, and are counted as what they answer", () => {
  const cluster = alone()
  cluster.inject(2, 0, prepare(5))
  for (const message of [prepare(4), accept(4, 1)]) cluster.inject(1, 0, message)
  cluster.inject(1, 0, heartbeat(4), "heartbeat")
  expect(said(cluster, 0).slice(1)).toEqual([
    "Refused to 1, protocol",
    "Refused to 1, protocol",
    "Refused to 1, heartbeat",
  ])
  expect(cluster.sent.slice(1).map(({ message }) => message)).toEqual(
    Array.from({ length: 3 }, () => ({ type: "Refused", ballot: 5 })),
  )
  expect(beliefs(cluster, 0)).toEqual([[null, 5]])
})

describe("a follower believes", () => {
  test("in each leader once a ballot, and in none while a ballot has no leader yet", () => {
    const cluster = alone()
    for (const _ of [1, 2]) cluster.inject(1, 0, heartbeat(4))
    cluster.inject(2, 0, prepare(5))
    for (const _ of [1, 2]) cluster.inject(2, 0, heartbeat(5))
    cluster.inject(2, 0, heartbeat(8))
    cluster.inject(1, 0, heartbeat(4))
    expect(beliefs(cluster, 0)).toEqual([
      [1, 4],
      [null, 5],
      [2, 5],
      [2, 8],
    ])
  })

  test.each([accept(4, 1), success(4, 1), catchUp(4, {})])("in whoever sends it the leader's $type", message => {
    const cluster = alone()
    cluster.inject(1, 0, message)
    expect(beliefs(cluster, 0)).toEqual([[1, 4]])
  })

  test.each([success(4, 1), catchUp(4, { values: [write("v1", 1, 4)] })])(
    "not in a leader it has given up, whose $type it takes as true all the same",
    message => {
      const cluster = alone()
      cluster.inject(2, 0, prepare(5))
      cluster.inject(1, 0, message)
      expect(beliefs(cluster, 0)).toEqual([[null, 5]])
      expect(executedBy(cluster, 0)).toEqual(["v1"])
    },
  )
})

describe("a node that waits for a leader", () => {
  test("waits anew when it promises a ballot, and not when it gives that promise again", () => {
    const cluster = alone({ electionTimeoutMin: "100ms", electionTimeoutMax: "100ms" })
    for (const later of ["60ms", "60ms"]) {
      cluster.runFor(later)
      cluster.inject(1, 0, prepare(4))
    }
    cluster.runFor("39ms")
    expect(cluster.standing(0)?.role).toBe("follower")
    cluster.runFor("1ms")
    expect(cluster.standing(0)?.role).toBe("candidate")
  })
})

describe("a candidate", () => {
  test.each([0, 1, 2])("that is node %i begins with its ballot of round 1", node => {
    const cluster = alone()
    stand(cluster, node)
    expect(cluster.sent.map(({ message }) => message)).toEqual(
      Array.from({ length: 2 }, () => ({ type: "Prepare", ballot: 3 + node, firstUnchosen: 1 })),
    )
  })

  test("asks those again that have not answered, after each heartbeat interval", () => {
    const cluster = alone({}, 5)
    stand(cluster)
    cluster.inject(3, 0, promise(5))
    cluster.clearCounts()
    cluster.runFor(2 * HEARTBEAT + 1)
    const again = [1, 2, 4].map(peer => `Prepare to ${peer}, retransmission`)
    expect(said(cluster, 0)).toEqual([...again, ...again])
  })

  test("that is asked to stand does not stand anew", () => {
    const cluster = alone()
    for (const _ of [1, 2]) stand(cluster)
    expect(cluster.count("Prepare")).toBe(2)
  })

  test("is not elected by promises of another ballot, nor a follower by any", () => {
    const cluster = alone()
    cluster.inject(1, 0, promise(3))
    expect(cluster.standing(0)?.role).toBe("follower")
    stand(cluster)
    cluster.inject(1, 0, promise(6))
    expect(cluster.standing(0)?.role).toBe("candidate")
  })

  test("outbids all that it has heard of, refusals included", () => {
    const cluster = alone()
    stand(cluster)
    cluster.inject(1, 0, { type: "Refused", ballot: 10 })
    cluster.clearCounts()
    stand(cluster)
    expect(cluster.sent[0]?.message).toMatchObject({ type: "Prepare", ballot: 12 })
  })

  test("learns what others know to be chosen by their promises, and proposes only what comes after", () => {
    const cluster = alone()
    stand(cluster)
    const chosen = { snapshot: null, from: 1, values: [write("a", 1), write("b", 2)] }
    cluster.inject(1, 0, { type: "Promise", ballot: 3, accepted: [proposal(2, 1, "no"), proposal(2, 4, "d")], chosen })
    expect(executedBy(cluster, 0)).toEqual(["a", "b"])
    const proposed = cluster.sent.flatMap(({ to, message }) =>
      message.type === "Accept" && to === 1 ? [[message.proposal.slot, message.proposal.value?.operation]] : [],
    )
    expect(proposed).toEqual([
      [3, undefined],
      [4, { op: "put", key: "x", value: "d" }],
    ])
  })

  test("that has learned of the only open slot what was chosen proposes nothing", () => {
    const cluster = alone()
    stand(cluster)
    const chosen = { snapshot: null, from: 1, values: [write("a", 1)] }
    cluster.inject(1, 0, { type: "Promise", ballot: 3, accepted: [proposal(2, 1, "a")], chosen })
    ask(cluster, "b", 2)
    expect(said(cluster, 0).filter(sent => sent.startsWith("Accept"))).toEqual([
      "Accept 2 to 1, protocol",
      "Accept 2 to 2, protocol",
    ])
  })
})

describe("a leader", () => {
  test("sends again at a heartbeat what has been open since the one before, to those that have not answered", () => {
    const cluster = alone({}, 5)
    stand(cluster)
    for (const node of [1, 2]) cluster.inject(node, 0, promise(5))
    cluster.runFor("10ms")
    ask(cluster, "x", 1)
    ask(cluster, "y", 2)
    cluster.inject(1, 0, accepted(5, 1))
    for (const node of [3, 4]) cluster.inject(node, 0, accepted(5, 2))
    cluster.clearCounts()
    cluster.runFor(HEARTBEAT)
    expect(said(cluster, 0)).toEqual([1, 2, 3, 4].map(peer => `Heartbeat to ${peer}, heartbeat`))
    cluster.clearCounts()
    ask(cluster, "z", 3)
    cluster.clearCounts()
    cluster.runFor(HEARTBEAT)
    expect(said(cluster, 0)).toEqual([
      ...[2, 3, 4].map(peer => `Accept 1 to ${peer}, retransmission`),
      ...[1, 2, 3, 4].map(peer => `Heartbeat to ${peer}, heartbeat`),
    ])
  })

  test("shows that it lives as soon as it leads, and how far all is chosen", () => {
    const cluster = leading()
    cluster.runFor(0)
    const beats = (): unknown[] =>
      cluster.sent.flatMap(({ time, message }) =>
        message.type === "Heartbeat" ? [[time, message.ballot, message.firstUnchosen]] : [],
      )
    expect(beats()).toEqual([
      [0, 3, 1],
      [0, 3, 1],
    ])
    ask(cluster, "x", 1)
    cluster.inject(1, 0, accepted(3, 1))
    cluster.clearCounts()
    cluster.runFor(HEARTBEAT + 1)
    expect(beats()).toEqual([
      [HEARTBEAT, 3, 2],
      [HEARTBEAT, 3, 2],
    ])
  })

  test.each([
    ["that lacks what it announced", 3, 1, ["CatchUp to 1, retransmission"]],
    ["that knows all it announced, though not what was chosen since", 3, 2, []],
    ["to a heartbeat of an earlier ballot", 2, 1, []],
  ])("answers the reply of a follower %s", (_, ballot, firstUnchosen, sent) => {
    const cluster = leading()
    ask(cluster, "x", 1)
    cluster.inject(1, 0, accepted(3, 1))
    cluster.runFor(HEARTBEAT)
    ask(cluster, "y", 2)
    cluster.inject(1, 0, accepted(3, 2))
    cluster.clearCounts()
    cluster.inject(1, 0, { type: "HeartbeatReply", ballot, firstUnchosen })
    expect(said(cluster, 0)).toEqual(sent)
  })

  test("that is deposed sends no more help", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    cluster.inject(1, 0, accepted(3, 1))
    cluster.runFor(HEARTBEAT)
    cluster.inject(2, 0, prepare(5))
    cluster.clearCounts()
    cluster.inject(1, 0, { type: "HeartbeatReply", ballot: 3, firstUnchosen: 1 })
    expect(cluster.sent).toEqual([])
  })

  test("stands down at the first heartbeat for which a majority has been silent longer than electionTimeoutMax", () => {
    const cluster = alone({ electionTimeoutMin: "100ms", electionTimeoutMax: "150ms" }, 5)
    stand(cluster)
    for (const node of [1, 2]) cluster.inject(node, 0, promise(5))
    cluster.runFor(HEARTBEAT)
    // Two of the others are a majority with itself; one is not.
    for (const node of [3, 4]) cluster.inject(node, 0, { type: "HeartbeatReply", ballot: 5, firstUnchosen: 1 })
    cluster.runFor(2 * HEARTBEAT)
    expect(cluster.standing(0)?.role).toBe("leader")
    cluster.inject(1, 0, { type: "HeartbeatReply", ballot: 5, firstUnchosen: 1 })
    cluster.inject(2, 0, { type: "HeartbeatReply", ballot: 4, firstUnchosen: 1 })
    cluster.runFor(HEARTBEAT - 1)
    expect(cluster.standing(0)?.role).toBe("leader")
    cluster.runFor(1)
    expect(cluster.standing(0)?.role).toBe("follower")
    expect(beliefs(cluster, 0)).toEqual([
      [null, 5],
      [0, 5],
      [null, 5],
    ])
    expect(cluster.armed(0)).toEqual(["election"])
  })

  test("that leads again sends nothing twice at its first heartbeat", () => {
    const cluster = leading()
    for (const client of [1, 2]) ask(cluster, "x", client)
    cluster.runFor(HEARTBEAT + 1)
    cluster.inject(2, 0, prepare(5))
    stand(cluster)
    cluster.clearCounts()
    cluster.inject(1, 0, promise(6))
    cluster.runFor(1)
    expect(cluster.count("Accept", "protocol")).toBe(2 * 2)
    expect(cluster.count("Heartbeat")).toBe(2)
    expect(cluster.count(undefined, "retransmission")).toBe(0)
  })

  test("is deposed by an acceptance of a higher ballot, too", () => {
    const cluster = leading({ learning: "everyone" })
    cluster.inject(1, 0, accepted(4, 1))
    expect(cluster.standing(0)?.role).toBe("follower")
  })

  test("tells of a choice once, however many acceptances come after it", () => {
    const cluster = leading({ learning: "broadcast" })
    ask(cluster, "x", 1)
    cluster.clearCounts()
    for (const node of [1, 2, 1]) cluster.inject(node, 0, accepted(3, 1))
    expect(said(cluster, 0)).toEqual(["Success 1 to 1, protocol", "Success 1 to 2, protocol"])
    expect(executedBy(cluster, 0)).toEqual(["x"])
  })

  test("tells of a choice once also where the slot has to wait for those before it", () => {
    const cluster = leading({ learning: "broadcast" })
    for (const client of [1, 2]) ask(cluster, "x", client)
    cluster.clearCounts()
    for (const node of [1, 2, 1]) cluster.inject(node, 0, accepted(3, 2))
    expect(said(cluster, 0)).toEqual(["Success 2 to 1, protocol", "Success 2 to 2, protocol"])
  })

  test("that was deposed meanwhile still learns by the acceptances, but tells nobody and proposes nothing", () => {
    const cluster = leading({ learning: "broadcast", pipeline: 1 })
    ask(cluster, "x", 1)
    ask(cluster, "y", 2)
    cluster.inject(2, 0, prepare(5))
    cluster.clearCounts()
    cluster.inject(1, 0, accepted(3, 1))
    expect(executedBy(cluster, 0)).toEqual(["x"])
    expect(cluster.sent).toEqual([])
  })

  test("that is thrifty asks those whose answers are the latest, and the nearest after it among equals", () => {
    const cluster = alone({ thrifty: true }, 5)
    const quorum = (): unknown => cluster.state(0).proposer.quorum
    stand(cluster)
    for (const node of [1, 4]) cluster.inject(node, 0, promise(5))
    expect(quorum()).toEqual([1, 2])
    cluster.runFor("10ms")
    cluster.inject(4, 0, { type: "HeartbeatReply", ballot: 5, firstUnchosen: 1 })
    cluster.runFor("10ms")
    cluster.inject(3, 0, { type: "HeartbeatReply", ballot: 5, firstUnchosen: 1 })
    cluster.runFor(HEARTBEAT)
    expect(quorum()).toEqual([3, 4])
    ask(cluster, "x", 1)
    expect(said(cluster, 0).slice(-2)).toEqual(["Accept 1 to 3, protocol", "Accept 1 to 4, protocol"])
  })

  test("that is thrifty and has the highest number asks those from node 0 on", () => {
    const cluster = alone({ thrifty: true }, 5)
    stand(cluster, 3)
    for (const node of [0, 1]) cluster.inject(node, 3, promise(8))
    expect(cluster.state(3).proposer.quorum).toEqual([4, 0])
  })
})

describe("a learner", () => {
  test("executes what it is told twice once", () => {
    const cluster = alone()
    for (const _ of [1, 2]) cluster.inject(1, 0, success(4, 1))
    cluster.inject(1, 0, catchUp(4, { values: [write("v1", 1, 4), write("v2", 2, 4)] }))
    expect(executedBy(cluster, 0)).toEqual(["v1", "v2"])
  })

  test("learns by acceptances of the proposal that it has seen, in whatever order they come", () => {
    const cluster = alone({ learning: "everyone" })
    cluster.inject(1, 0, accepted(4, 1))
    expect(executedBy(cluster, 0)).toEqual([])
    cluster.inject(1, 0, accept(4, 1))
    expect(executedBy(cluster, 0)).toEqual(["v1"])
  })

  test("learns nothing by acceptances of a proposal that it has not seen, before it sees it", () => {
    const cluster = alone({ learning: "everyone" })
    for (const node of [1, 2]) cluster.inject(node, 0, accepted(4, 1))
    expect(executedBy(cluster, 0)).toEqual([])
    cluster.inject(1, 0, accept(4, 1))
    expect(executedBy(cluster, 0)).toEqual(["v1"])
  })

  test("does not take another ballot's proposal for the one that a majority has accepted", () => {
    const cluster = alone({ learning: "everyone" })
    cluster.inject(1, 0, accept(4, 1))
    for (const node of [1, 2]) cluster.inject(node, 0, accepted(5, 1))
    expect(executedBy(cluster, 0)).toEqual([])
  })

  test("disregards acceptances for slots that its snapshot covers", () => {
    const cluster = alone({ learning: "everyone", snapshotEvery: 1 })
    for (const slot of [1, 2, 3]) cluster.inject(1, 0, success(4, slot))
    for (const node of [1, 2]) cluster.inject(node, 0, accepted(4, 1))
    expect(executedBy(cluster, 0)).toEqual(["v1", "v2", "v3"])
  })

  test("takes what it learned first for chosen, whatever it is told later", () => {
    const cluster = alone()
    cluster.inject(1, 0, success(4, 2))
    cluster.inject(1, 0, success(4, 2, write("other", 2)))
    cluster.inject(1, 0, success(4, 1))
    expect(executedBy(cluster, 0)).toEqual(["v1", "v2"])
  })

  test("forgets acceptances of a ballot when one of a higher ballot comes, not the other way round", () => {
    const cluster = alone({ learning: "everyone" }, 5)
    const voters = (): unknown => at(cluster.state(0).learner.votes, 1)
    cluster.inject(2, 0, accepted(6, 1))
    cluster.inject(3, 0, accepted(7, 1))
    cluster.inject(4, 0, accepted(6, 1))
    expect(voters()).toEqual({ ballot: 7, voters: [3] })
  })

  test("takes the leader's word for chosen as far as it has accepted that leader's proposals", () => {
    const cluster = alone()
    for (const slot of [1, 2, 4]) cluster.inject(1, 0, accept(4, slot))
    cluster.inject(1, 0, heartbeat(4, 2))
    expect(executedBy(cluster, 0)).toEqual(["v1"])
    cluster.inject(1, 0, heartbeat(4, 5), "heartbeat")
    expect(executedBy(cluster, 0)).toEqual(["v1", "v2"])
    expect(said(cluster, 0).at(-1)).toBe("HeartbeatReply to 1, heartbeat")
    expect(cluster.sent.at(-1)?.message).toEqual({ type: "HeartbeatReply", ballot: 4, firstUnchosen: 3 })
  })

  test("takes over a snapshot that is ahead of it, and executes what it knew to be chosen after that", () => {
    const cluster = alone()
    for (const slot of [4, 5]) cluster.inject(1, 0, success(4, slot))
    const snapshot = { next: 4, machine: emptyMachine() }
    cluster.inject(1, 0, catchUp(4, { snapshot, from: 4 }))
    expect(cluster.facts.map(({ fact }) => fact).filter(({ type }) => type !== "believes")).toMatchObject([
      { type: "restored", index: 3 },
      { type: "applied", index: 4 },
      { type: "applied", index: 5 },
    ])
    expect(cluster.disk(0).snapshot.next).toBe(4)
  })

  test.each([2, 3])("does not go back to a snapshot that ends at slot %i when it has executed two", next => {
    const cluster = alone()
    for (const slot of [1, 2]) cluster.inject(1, 0, success(4, slot))
    cluster.inject(1, 0, catchUp(4, { snapshot: { next, machine: emptyMachine() }, from: next }))
    expect(cluster.facts.some(({ fact }) => fact.type === "restored")).toBe(false)
    expect(cluster.disk(0).snapshot.next).toBe(1)
    expect(cluster.state(0).learner.machine.values.get("x")).toBe("v2")
  })

  test("takes a snapshot after every so many slots, and keeps those before it for nodes that lag behind", () => {
    const cluster = alone({ snapshotEvery: 3 })
    const kept = (): unknown[] => [cluster.disk(0).snapshot.next, cluster.state(0).learner.chosen.first]
    const seen = [1, 2, 3, 4, 5, 6, 7].map(slot => {
      cluster.inject(1, 0, success(4, slot))
      return kept()
    })
    expect(seen).toEqual([
      [1, 1],
      [1, 1],
      [4, 1],
      [4, 1],
      [4, 1],
      [7, 4],
      [7, 4],
    ])
    expect(cluster.disk(0).snapshot.machine.values.get("x")).toBe("v6")
  })

  test("takes none where snapshotEvery is 0", () => {
    const cluster = alone({ snapshotEvery: 0 })
    for (const slot of [1, 2, 3]) cluster.inject(1, 0, success(4, slot))
    expect(cluster.disk(0).snapshot.next).toBe(1)
  })

  test.each([
    [1, 4, [4, 5]],
    [4, null, [4, 5]],
    [5, null, [5]],
    [6, null, []],
    [7, null, []],
  ])("tells a candidate that knows all below slot %i: snapshot %s, then %j", (firstUnchosen, snapshot, slots) => {
    const cluster = alone({ snapshotEvery: 3 })
    // Its window begins with its snapshot, as it had this from the disk.
    cluster.inject(1, 0, catchUp(4, { snapshot: { next: 4, machine: emptyMachine() }, from: 4 }))
    // What comes after a gap is not told: it would be taken for what is missing there.
    for (const slot of [4, 5, 7]) cluster.inject(1, 0, success(4, slot))
    cluster.clearCounts()
    cluster.inject(2, 0, prepare(5, firstUnchosen))
    const [answer] = cluster.sent.flatMap(({ message }) => (message.type === "Promise" ? [message.chosen] : []))
    expect(answer?.snapshot?.next ?? null).toBe(snapshot)
    expect(answer?.values.map((_, place) => answer.from + place)).toEqual(slots)
  })
})

describe("commands", () => {
  const TWICE = [1, 2]

  test("that are under way are not proposed again, nor are older ones of the same client", () => {
    const cluster = leading()
    for (const sequence of [2, 2, 1]) ask(cluster, "x", 1, sequence)
    expect(cluster.count("Accept")).toBe(2)
    expect(cluster.replies).toEqual([])
  })

  test("that were executed are answered again, older ones with nothing done, and later ones proposed", () => {
    const cluster = leading()
    ask(cluster, "x", 1, 2)
    cluster.inject(1, 0, accepted(3, 1))
    for (const sequence of [2, 1]) ask(cluster, "x", 1, sequence)
    cluster.runFor(1)
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([
      { type: "Result", sequence: 2, result: { done: true, value: null } },
      { type: "Result", sequence: 2, result: { done: true, value: null } },
      { type: "Result", sequence: 1, result: { done: false, value: null } },
    ])
    cluster.clearCounts()
    ask(cluster, "y", 1, 3)
    expect(cluster.count("Accept")).toBe(2)
  })

  test("are answered by the node that was asked, once", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    for (const _ of TWICE) cluster.inject(1, 0, accepted(3, 1))
    cluster.inject(1, 0, accept(4, 2))
    cluster.inject(1, 0, success(4, 2, write("y", 2)))
    expect(cluster.replies.map(({ client }) => client)).toEqual([1])
    expect(executedBy(cluster, 0)).toEqual(["x", "y"])
  })

  test("wait their turn behind those that wait already", () => {
    const cluster = leading({ pipeline: 2 })
    for (const client of [1, 2, 3, 4]) ask(cluster, `c${client}`, client)
    expect(cluster.state(0).proposer.queue.map(({ session }) => session)).toEqual([3, 4])
    cluster.inject(1, 0, accepted(3, 1))
    expect(cluster.state(0).proposer.queue.map(({ session }) => session)).toEqual([4])
    ask(cluster, "c5", 5)
    cluster.inject(1, 0, accepted(3, 2))
    cluster.inject(1, 0, accepted(3, 3))
    const asked = cluster.sent.flatMap(({ to, message }) =>
      message.type === "Accept" && to === 1 ? [message.proposal.value?.session] : [],
    )
    expect(asked).toEqual([1, 2, 3, 4, 5])
  })

  test("whose leader is deposed are forgotten by it: a later answer is for the next leader to give", () => {
    const cluster = leading()
    ask(cluster, "x", 1)
    cluster.inject(2, 0, prepare(5))
    cluster.inject(2, 0, success(5, 1, write("x", 1)))
    cluster.runFor(1)
    expect(executedBy(cluster, 0)).toEqual(["x"])
    expect(cluster.replies).toEqual([])
  })

  test("that waited when their leader was deposed are turned away once, however often it is deposed afterwards", () => {
    const cluster = leading({ pipeline: 1 })
    for (const client of [1, 2]) ask(cluster, "x", client)
    cluster.inject(2, 0, prepare(5))
    stand(cluster)
    cluster.inject(2, 0, prepare(8))
    cluster.runFor(1)
    expect(cluster.replies.map(({ client, reply }) => [client, reply.type])).toEqual([[2, "Redirect"]])
  })
})

describe("where any node may propose, one that was outbid", () => {
  const backoff = "10ms"

  /** Node 0 was outbid by node 1 with a client's command under way, and pauses. */
  function outbid(): PaxosCluster {
    const cluster = leading({ proposers: "any", backoff })
    ask(cluster, "x", 1)
    cluster.inject(1, 0, prepare(4))
    cluster.clearCounts()
    return cluster
  }

  test("tries again after a pause, and proposes the command once, though it finds it accepted already", () => {
    const cluster = outbid()
    cluster.runFor("10ms")
    expect(cluster.sent[0]?.message).toMatchObject({ type: "Prepare", ballot: 6 })
    cluster.clearCounts()
    cluster.inject(1, 0, promise(6))
    expect(said(cluster, 0).filter(sent => sent.startsWith("Accept"))).toEqual([
      "Accept 1 to 1, protocol",
      "Accept 1 to 2, protocol",
    ])
  })

  test("keeps further commands until then, rather than try at once", () => {
    const cluster = outbid()
    ask(cluster, "y", 2)
    expect(cluster.sent).toEqual([])
    cluster.runFor("10ms")
    cluster.inject(1, 0, promise(6))
    expect(executedBy(cluster, 0)).toEqual([])
    for (const slot of [1, 2]) cluster.inject(1, 0, accepted(6, slot))
    expect(executedBy(cluster, 0)).toEqual(["x", "y"])
  })

  test("leaves it at that where all its commands are answered meanwhile, and serves the next one", () => {
    const cluster = outbid()
    cluster.inject(1, 0, success(4, 1, write("x", 1)))
    cluster.runFor("1s")
    expect(cluster.sent).toEqual([])
    expect(cluster.replies.map(({ client }) => client)).toEqual([1])
    ask(cluster, "y", 2)
    expect(cluster.count("Prepare")).toBe(2)
  })

  test("proposes nothing when it learns something else meanwhile", () => {
    const cluster = outbid()
    for (const message of [success(4, 1), catchUp(4, { from: 2, values: [write("other", 8)] })]) {
      cluster.inject(1, 0, message)
    }
    expect(executedBy(cluster, 0)).toEqual(["v1", "other"])
    expect(cluster.sent).toEqual([])
  })

  test("does not propose a command that was chosen while it waited", () => {
    const cluster = outbid()
    ask(cluster, "y", 2)
    cluster.runFor("10ms")
    // Slot 1 is known by the promise; the command in it still waits in the queue.
    const chosen = { snapshot: null, from: 1, values: [write("x", 1)] }
    cluster.inject(1, 0, { type: "Promise", ballot: 6, accepted: [], chosen })
    const proposed = cluster.sent.flatMap(({ to, message }) =>
      message.type === "Accept" && to === 1 ? [[message.proposal.slot, message.proposal.value?.session]] : [],
    )
    expect(proposed).toEqual([[2, 2]])
  })
})

test("logs given at the beginning are of ballots of node 0, the highest of which all acceptors have promised", () => {
  const logs = [[1, 4], [2], []]
  const begin = (leader: NodeId | null): unknown => initialDisk({ id: 0, size: 3 }, { leader, logs })
  const journal = [
    { ballot: 3, slot: 1, value: null },
    { ballot: 12, slot: 2, value: null },
  ]
  expect(begin(null)).toMatchObject({ promised: 12, journal })
  expect(begin(1)).toMatchObject({ promised: 16, journal })
})

describe("values", () => {
  test("are the same if they are the same request of the same client, or both no-ops", () => {
    const command = write("x", 1, 2)
    expect([
      isSame(command, write("other", 1, 2)),
      isSame(command, write("x", 2, 2)),
      isSame(command, write("x", 1, 1)),
      isSame(command, null),
      isSame(null, command),
      isSame(null, null),
    ]).toEqual([true, false, false, false, false, true])
  })
})

describe("a traitor", () => {
  const lies = multiPaxos.lies!

  test("denies in its promises what it has accepted", () => {
    const told = { type: "Promise", ballot: 3, accepted: [proposal(2, 1, "x")], chosen: NOTHING } as const
    expect(lies.Promise!(told, truth => truth)).toEqual(told)
    expect(lies.Promise!(told, truth => 1 - truth)).toEqual({ ...told, accepted: [] })
  })

  test("proposes a no-op instead of the command, in the same ballot and slot", () => {
    const told = { type: "Accept", proposal: proposal(3, 1, "x"), firstUnchosen: 1 } as const
    expect(lies.Accept!(told, truth => truth)).toEqual(told)
    expect(lies.Accept!(told, truth => 1 - truth)).toEqual({ ...told, proposal: { ballot: 3, slot: 1, value: null } })
  })

  test("calls a no-op chosen instead of the command, in the same ballot and slot", () => {
    const told = { type: "Success", proposal: proposal(3, 1, "x") } as const
    expect(lies.Success!(told, truth => truth)).toEqual(told)
    expect(lies.Success!(told, truth => 1 - truth)).toEqual({ ...told, proposal: { ballot: 3, slot: 1, value: null } })
  })
})
