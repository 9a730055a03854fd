// What a learner of Multi-Paxos takes for chosen, executes, and tells those that lag behind.
import { describe, expect, test } from "vitest"
import { isSame } from "../../../../algorithms/multi-paxos/learner.ts"
import { at } from "../../../../algorithms/multi-paxos/slots.ts"
import { emptyMachine } from "../../../../services/replicated-log/machine.ts"
import { executedBy, write } from "../support.ts"
import { accept, accepted, alone, catchUp, heartbeat, prepare, said, success } from "./support.ts"

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

  test("learns by the leader's next proposal that the one before it is chosen", () => {
    const cluster = alone()
    cluster.inject(1, 0, accept(4, 1))
    expect(executedBy(cluster, 0)).toEqual([])
    cluster.inject(1, 0, accept(4, 2, 2))
    expect(executedBy(cluster, 0)).toEqual(["v1"])
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
