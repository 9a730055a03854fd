// The log on the disk of a receiver: what is in it, for how long, and what a process makes of it after a failure.
import { describe, expect, test } from "vitest"
import { pessimisticLogging } from "../../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import type { Pessimistic } from "../../../algorithms/pessimistic-logging/types.ts"
import type { Cluster } from "../../support/cluster.ts"
import { begin, computation, fail, said } from "../common/recovery/computation.ts"

type Computation = Cluster<Pessimistic>

function places(cluster: Computation, node: number): number[] {
  return cluster.disk(node).log.map(({ place }) => place)
}

describe("the log (Elnozahy et al. 2002, §4.1)", () => {
  test("has every message from before the process acts on it, and is empty at first", () => {
    const cluster = computation(pessimisticLogging)
    expect(places(cluster, 1)).toEqual([])
    cluster.runFor("1006ms")
    expect([places(cluster, 1), cluster.state(1).process.application.receipts]).toEqual([[], 0])
    cluster.runFor(1_500)
    expect([places(cluster, 1), cluster.state(1).mode]).toEqual([[0], "logging"])
    expect(cluster.state(1).process.application.receipts).toBe(0)
    cluster.runFor("10ms")
    expect([cluster.state(1).process.application.receipts, cluster.state(1).mode]).toEqual([1, "working"])
  })

  test("loses what a checkpoint covers, and nothing else", () => {
    const cluster = computation(pessimisticLogging, { parameters: { interval: "3500ms" } })
    cluster.runFor("3400ms")
    expect([places(cluster, 1), places(cluster, 2)]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ])
    cluster.runFor("200ms")
    expect(places(cluster, 1)).toEqual([])
    expect(cluster.disk(1).checkpoints.map(({ index }) => index)).toEqual([1])
    cluster.runFor("3s")
    expect([places(cluster, 1), cluster.state(1).process.application.receipts]).toEqual([[3, 4, 5], 6])
    // The last message came after the checkpoint.
    cluster.runFor("500ms")
    expect([places(cluster, 1), cluster.disk(1).checkpoints.map(({ index }) => index)]).toEqual([[6], [2]])
  })

  test("has a process that has failed repeat what it had received since its checkpoint, each once", () => {
    const cluster = computation(pessimisticLogging, { parameters: { interval: "2500ms" } })
    cluster.runFor("4200ms")
    const { receipts, digest } = cluster.state(1).process.application
    expect(receipts).toBe(4)
    fail(cluster, 1)
    expect(cluster.state(1).plan.map(({ number, content }) => [number, content?.number])).toEqual([
      [2, 2],
      [3, 3],
    ])
    cluster.runUntil(() => cluster.state(1).process.application.receipts === receipts)
    expect(cluster.state(1).process.application.digest).not.toBe(0)
    cluster.runUntil(() => cluster.state(1).process.application.digest === digest)
    expect(places(cluster, 1).slice(0, 2)).toEqual([2, 3])
  })

  test("is repeated from the checkpoint on by a process that fails before it has given up what that covers", () => {
    const cluster = computation(pessimisticLogging, { parameters: { interval: "2500ms" } })
    cluster.runUntil(() => cluster.disk(1).checkpoints.at(-1)!.index === 1 && cluster.state(1).mode === "working")
    expect(places(cluster, 1)).toEqual([])
    fail(cluster, 1)
    expect([places(cluster, 1), cluster.state(1).plan]).toEqual([[0, 1], []])
  })

  test("counts a receipt as logged while it is: not twice, and no other one", () => {
    const cluster = computation(pessimisticLogging)
    cluster.runFor("1020ms")
    expect([cluster.state(1).mode, cluster.state(1).process.application.receipts]).toEqual(["working", 1])
    cluster.inject(1, 1, { type: "Logged", place: 1 })
    expect(cluster.state(1).process.application.receipts).toBe(1)
    cluster.runUntil(() => cluster.state(1).mode === "logging")
    cluster.inject(1, 1, { type: "Logged", place: 0 })
    expect([cluster.state(1).mode, cluster.state(1).process.application.receipts]).toEqual(["logging", 1])
  })

  test("two that have failed together ask each other again once they are back", () => {
    const cluster = computation(pessimisticLogging)
    cluster.runFor("1500ms")
    cluster.crash(0)
    fail(cluster, 1)
    cluster.runFor("50ms")
    expect([...cluster.state(1).unanswered]).toEqual([0])
    cluster.clearCounts()
    cluster.restart(0)
    begin(cluster, 0)
    cluster.runFor("50ms")
    expect(said(cluster, 1, 0)).toEqual(["Known", "Restarted"])
    expect([0, 1].map(node => cluster.state(node).unanswered.size)).toEqual([0, 0])
  })
})
