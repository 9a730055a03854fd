// Snapshots, message by message: what counts for one, when it is given up, and when there are no more.
import { describe, expect, test } from "vitest"
import { chandyLamport } from "../../../algorithms/chandy-lamport/chandy-lamport.ts"
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
