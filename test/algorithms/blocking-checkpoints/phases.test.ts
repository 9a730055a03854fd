// The two phases of blocking checkpoints, message by message: what counts for a line, and when there are no more.
import { describe, expect, test } from "vitest"
import { blockingCheckpoints } from "../../../algorithms/blocking-checkpoints/blocking-checkpoints.ts"
import { computation, fail } from "../common/recovery/computation.ts"

describe("the coordinator (Koo and Toueg 1987)", () => {
  test("commits once all have the checkpoint that it asked for: not one of another line, nor of a time before a recovery", () => {
    const cluster = computation(blockingCheckpoints, { parameters: { interval: "1500ms" } })
    cluster.intercept((_, __, { type }) => (type === "Taken" ? "drop" : "deliver"))
    cluster.runFor("1700ms")
    expect([0, 1, 2].map(node => cluster.state(node).mode)).toEqual(["blocked", "blocked", "blocked"])
    for (const [epoch, index] of [
      [0, 2],
      [7, 1],
    ] as const) {
      for (const from of [1, 2]) cluster.inject(from, 0, { type: "Taken", epoch, index, hasFinished: false })
    }
    expect([cluster.disk(0).committed, cluster.state(0).mode]).toEqual([0, "blocked"])
    for (const from of [1, 2]) cluster.inject(from, 0, { type: "Taken", epoch: 0, index: 1, hasFinished: false })
    cluster.runFor("20ms")
    expect([0, 1, 2].map(node => cluster.disk(node).committed)).toEqual([1, 1, 1])
    expect([0, 1, 2].map(node => cluster.state(node).mode)).toEqual(["working", "working", "working"])
  })

  test("asks for no more when all have finished at the last line, and goes on as long as some have not", () => {
    const cluster = computation(blockingCheckpoints, { program: { steps: 4 }, parameters: { interval: "1s" } })
    cluster.runFor("2500ms")
    expect(cluster.armed(0)).toContain("checkpoint")
    cluster.runFor("10s")
    expect(cluster.armed(0)).toEqual([])
  })

  test("asks for none while a recovery is under way", () => {
    const cluster = computation(blockingCheckpoints, { parameters: { interval: "1500ms", retryInterval: "100ms" } })
    cluster.runFor("1200ms")
    cluster.crash(1)
    cluster.runFor("1s")
    cluster.restart(1)
    const asked = cluster.count("Request")
    cluster.runFor("1s")
    expect(cluster.count("Request")).toBe(asked)
  })
})

describe("a process", () => {
  test("is blocked until the line is committed in this epoch", () => {
    const cluster = computation(blockingCheckpoints, { parameters: { interval: "1500ms" } })
    cluster.intercept((_, __, { type }) => (type === "Commit" ? "drop" : "deliver"))
    cluster.runFor("1700ms")
    cluster.inject(0, 1, { type: "Commit", epoch: 7, index: 1 })
    expect([cluster.state(1).mode, cluster.disk(1).committed]).toEqual(["blocked", 0])
    cluster.inject(0, 1, { type: "Commit", epoch: 0, index: 1 })
    expect([cluster.state(1).mode, cluster.disk(1).committed]).toEqual(["working", 1])
  })

  test("that a recovery has stopped is not started by a commit", () => {
    const cluster = computation(blockingCheckpoints)
    cluster.runFor("1500ms")
    cluster.intercept((_, __, { type }) => (type === "Stopped" ? "drop" : "deliver"))
    fail(cluster, 2)
    cluster.runFor("50ms")
    const { epoch, mode } = cluster.state(1)
    expect(mode).toBe("stopped")
    cluster.inject(0, 1, { type: "Commit", epoch, index: 0 })
    expect(cluster.state(1).mode).toBe("stopped")
  })

  test("that has not heard of a commit knows of it after a recovery to that line", () => {
    const cluster = computation(blockingCheckpoints, { parameters: { interval: "1500ms", retryInterval: "100ms" } })
    cluster.intercept((_, to, { type }) => (type === "Commit" && to === 2 ? "drop" : "deliver"))
    cluster.runFor("1700ms")
    expect([0, 1, 2].map(node => cluster.disk(node).committed)).toEqual([1, 1, 0])
    fail(cluster, 1)
    cluster.runFor("500ms")
    expect([0, 1, 2].map(node => cluster.disk(node).committed)).toEqual([1, 1, 1])
  })
})
