// Clients' commands of Multi-Paxos: repeated, waiting, and overtaken by other ballots.
import { describe, expect, test } from "vitest"
import { executedBy, write, type PaxosCluster } from "../support.ts"
import { accept, accepted, ask, catchUp, leading, prepare, promise, said, stand, success } from "./support.ts"

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
