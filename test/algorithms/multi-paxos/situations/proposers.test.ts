// Candidates and leaders of Multi-Paxos: repeated, late and stray messages among what they are told.
import { describe, expect, test } from "vitest"
import { beliefs } from "../../../support/situations.ts"
import { executedBy, proposal, write } from "../support.ts"
import { accepted, alone, ask, HEARTBEAT, leading, prepare, promise, said, stand } from "./support.ts"

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
