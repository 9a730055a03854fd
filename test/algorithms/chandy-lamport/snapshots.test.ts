// Snapshots, message by message: what counts for one, when it is given up, and when there are no more.
import { describe, expect, test } from "vitest"
import { chandyLamport } from "../../../algorithms/chandy-lamport/chandy-lamport.ts"
import { collectingMessagesOf, markersOf, recordedMessages } from "../../../algorithms/chandy-lamport/theory.ts"
import { computation, fail } from "../common/recovery/computation.ts"

describe("the initiator (Chandy and Lamport 1985)", () => {
  test("counts what is recorded of the snapshot under way, and of no other one, nor of a time before a recovery", () => {
    const cluster = computation(chandyLamport, { parameters: { interval: "1500ms" } })
    cluster.intercept((_, __, { type }) => (type === "Recorded" ? "drop" : "deliver"))
    cluster.runFor("1700ms")
    expect([cluster.state(0).initiated, [...cluster.state(0).recorded.keys()]]).toEqual([1, [0]])
    for (const [epoch, index] of [
      [0, 2],
      [7, 1],
    ] as const) {
      for (const from of [1, 2]) cluster.inject(from, 0, { type: "Recorded", epoch, index, hasFinished: false })
    }
    expect([cluster.disk(0).committed, [...cluster.state(0).recorded.keys()]]).toEqual([0, [0]])
    for (const from of [1, 2]) cluster.inject(from, 0, { type: "Recorded", epoch: 0, index: 1, hasFinished: false })
    cluster.runFor("20ms")
    expect(cluster.disk(0).committed).toBe(1)
  })

  test("gives a snapshot up that is not complete in time, and takes the next", () => {
    const cluster = computation(chandyLamport, { parameters: { interval: "1s", retryInterval: "3s" } })
    cluster.intercept((_, __, { type }) => (type === "Recorded" ? "drop" : "deliver"))
    cluster.runFor("3900ms")
    expect(cluster.state(0).initiated).toBe(1)
    cluster.runFor("500ms")
    expect(cluster.state(0).initiated).toBe(2)
  })

  test("takes no more when all have finished in the last one, and goes on as long as some have not", () => {
    const cluster = computation(chandyLamport, {
      program: { steps: 4 },
      parameters: { interval: "1s", retryInterval: "1s" },
    })
    cluster.runFor("2500ms")
    expect(cluster.armed(0)).toContain("checkpoint")
    cluster.runFor("10s")
    expect(cluster.armed(0)).toEqual([])
    expect([0, 1, 2].map(node => cluster.disk(node).committed)).toEqual(Array(3).fill(cluster.state(0).initiated))
  })
})

test("the messages of channels are on the disk, each with its bytes (§3)", () => {
  const cluster = computation(chandyLamport, { program: { payload: 100 }, parameters: { interval: "1007ms" } })
  cluster.runFor("1200ms")
  const logged = cluster.facts.flatMap(({ fact }) =>
    fact.type === "stored" && fact.what === "log" ? [fact.bytes] : [],
  )
  const inChannels = [0, 1, 2].map(node => cluster.disk(node).checkpoints.at(-1)!.channels!.flat().length)
  expect(logged.toSorted((a, b) => a - b)).toEqual(inChannels.map(count => 100 * count).toSorted((a, b) => a - b))
  expect(Math.max(...inChannels)).toBeGreaterThan(0)
})

test("whoever has not heard that a snapshot is complete knows it after a recovery to that", () => {
  const cluster = computation(chandyLamport, { parameters: { interval: "1500ms", retryInterval: "100ms" } })
  cluster.intercept((_, to, { type }) => (type === "Complete" && to === 2 ? "drop" : "deliver"))
  cluster.runFor("1700ms")
  expect([0, 1, 2].map(node => cluster.disk(node).committed)).toEqual([1, 1, 0])
  cluster.runFor("1s")
  fail(cluster, 1)
  cluster.runFor("500ms")
  expect([0, 1, 2].map(node => cluster.disk(node).committed)).toEqual([1, 1, 1])
  expect(cluster.disk(2).checkpoints.map(({ index }) => index)[0]).toBe(1)
})

describe("a process", () => {
  /** Process 1 has recorded its state in the first snapshot, and waits for the marker of process 2. */
  function snapshot() {
    const cluster = computation(chandyLamport, { parameters: { interval: "1500ms" } })
    cluster.intercept((from, _, { type }) => (from === 2 && type === "Marker" ? "drop" : "deliver"))
    cluster.runFor("1600ms")
    expect([...cluster.state(1).snapshot!.open]).toEqual([2])
    return cluster
  }

  test("whose last marker comes while its state is written ends its part when it is", () => {
    const cluster = computation(chandyLamport, { parameters: { interval: "1500ms" } })
    cluster.runUntil(() => cluster.state(1).mode === "writing")
    cluster.inject(2, 1, { type: "Marker", epoch: 0, index: 1 })
    expect([cluster.state(1).snapshot?.open.size, cluster.count("Recorded")]).toEqual([0, 0])
    cluster.runUntil(() => cluster.state(1).mode === "working")
    expect([cluster.state(1).snapshot, cluster.disk(1).checkpoints.at(-1)!.channels]).toEqual([null, [[], [], []]])
  })

  test("records messages of this epoch only", () => {
    const cluster = snapshot()
    const content = { number: 0, digest: 0, interval: 0 }
    cluster.inject(2, 1, { type: "Application", epoch: 7, content })
    expect(cluster.state(1).snapshot!.channels).toEqual([[], [], []])
    cluster.inject(2, 1, { type: "Application", epoch: 0, content })
    expect(cluster.state(1).snapshot!.channels).toEqual([[], [], [content]])
  })

  test("closes no channel by a marker of another snapshot, or epoch", () => {
    const cluster = snapshot()
    cluster.inject(2, 1, { type: "Marker", epoch: 7, index: 1 })
    cluster.inject(2, 1, { type: "Marker", epoch: 0, index: 0 })
    expect([...cluster.state(1).snapshot!.open]).toEqual([2])
    cluster.inject(2, 1, { type: "Marker", epoch: 7, index: 5 })
    expect(cluster.state(1).snapshot!.index).toBe(1)
    cluster.inject(2, 1, { type: "Marker", epoch: 0, index: 1 })
    expect(cluster.state(1).snapshot).toBeNull()
    // A second marker is of no snapshot.
    cluster.inject(2, 1, { type: "Marker", epoch: 0, index: 1 })
    expect([cluster.state(1).snapshot, cluster.disk(1).checkpoints.length]).toEqual([null, 2])
  })

  test("that writes its state begins no other snapshot", () => {
    const cluster = computation(chandyLamport, { parameters: { interval: "1500ms" } })
    cluster.runUntil(() => cluster.state(0).mode === "writing")
    cluster.fire(0, "checkpoint")
    expect(cluster.state(0).snapshot!.index).toBe(1)
    expect(cluster.armed(0)).toContain("checkpoint")
    cluster.inject(2, 0, { type: "Marker", epoch: 0, index: 2 })
    expect(cluster.state(0).snapshot!.index).toBe(1)
  })

  test("commits what it has of a complete snapshot of this epoch, and nothing that it does not have", () => {
    const cluster = snapshot()
    cluster.inject(0, 1, { type: "Complete", epoch: 7, index: 1 })
    cluster.inject(0, 1, { type: "Complete", epoch: 0, index: 9 })
    expect(cluster.disk(1).committed).toBe(0)
    cluster.inject(0, 1, { type: "Complete", epoch: 0, index: 1 })
    expect(cluster.disk(1).committed).toBe(1)
  })

  test("takes part in no snapshot while it loads a checkpoint", () => {
    const cluster = computation(chandyLamport, { program: { restart: 100_000 } })
    cluster.runFor("1200ms")
    fail(cluster, 2, { restart: 100_000 })
    cluster.runUntil(() => cluster.state(1).mode === "loading")
    cluster.inject(0, 1, { type: "Marker", epoch: cluster.state(1).epoch, index: 1 })
    expect([cluster.state(1).mode, cluster.state(1).snapshot]).toEqual(["loading", null])
    // There is no snapshot yet: all begin anew.
    cluster.runFor("500ms")
    expect([0, 1, 2].map(node => cluster.state(node).mode)).toEqual(["working", "working", "working"])
  })
})

test("closed forms: a marker a channel, two messages to collect, and what is sent in a delay", () => {
  expect([1, 2, 3, 5].map(markersOf)).toEqual([0, 2, 6, 20])
  expect([1, 2, 3, 5].map(collectingMessagesOf)).toEqual([0, 2, 4, 8])
  expect([recordedMessages(80, 0.1), recordedMessages(50, 2)]).toEqual([8, 100])
})
