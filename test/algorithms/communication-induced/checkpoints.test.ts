// Basic and forced checkpoints, message by message (Briatico, Ciuffoletti and Simoncini 1984).
import { describe, expect, test } from "vitest"
import { communicationInduced } from "../../../algorithms/communication-induced/communication-induced.ts"
import { indexLine } from "../../../algorithms/communication-induced/recovery-line.ts"
import type { CommunicationInduced } from "../../../algorithms/communication-induced/types.ts"
import { CURRENT } from "../../../algorithms/common/recovery/types.ts"
import type { Cluster } from "../../support/cluster.ts"
import { computation, fail } from "../common/recovery/computation.ts"

/** The kinds of checkpoints that a process has stored, in their order. */
function stored(cluster: Cluster<CommunicationInduced>, node: number): string[] {
  return cluster.facts.flatMap(each => (each.node === node && each.fact.type === "stored" ? [each.fact.what] : []))
}

describe("a checkpoint", () => {
  test("is a basic one at its time, and a forced one before a message with a higher index is received", () => {
    const cluster = computation(communicationInduced, { parameters: { interval: "2500ms" } })
    cluster.runFor("2520ms")
    expect([0, 1, 2].map(node => stored(cluster, node))).toEqual([0, 1, 2].map(() => ["checkpoint"]))
    const index = 5
    const content = { number: 2, digest: 1, interval: 0 }
    cluster.inject(0, 1, { type: "Application", epoch: 0, content, index })
    expect(cluster.state(1).process.application.receipts).toBe(2)
    cluster.runFor("5ms")
    expect(stored(cluster, 1)).toEqual(["checkpoint", "forced checkpoint"])
    expect(cluster.disk(1).checkpoints.at(-1)!.index).toBe(index)
    expect(cluster.state(1).process.application.receipts).toBe(3)
  })

  test("that is forced does not put off the next basic one", () => {
    const cluster = computation(communicationInduced, { parameters: { interval: "2500ms" } })
    cluster.runFor("1500ms")
    cluster.intercept((from, _, { type }) => (from === 0 && type === "Application" ? "drop" : "deliver"))
    cluster.runFor("500ms")
    const content = { number: 1, digest: 1, interval: 0 }
    cluster.inject(0, 1, { type: "Application", epoch: 0, content, index: 3 })
    cluster.runFor("600ms")
    expect(stored(cluster, 1)).toEqual(["forced checkpoint", "checkpoint"])
  })

  test("is none any more when the process has taken all its steps", () => {
    const cluster = computation(communicationInduced, { program: { steps: 3 }, parameters: { interval: "1s" } })
    cluster.runFor("2500ms")
    expect(cluster.armed(1)).toContain("checkpoint")
    cluster.runFor("10s")
    expect(cluster.armed(1)).not.toContain("checkpoint")
  })
})

describe("a process that is asked with a higher index catches up with it", () => {
  const ask = { type: "Ask", epoch: 0, survey: 1, index: 5 } as const
  const indices = (cluster: Cluster<CommunicationInduced>) => cluster.disk(1).checkpoints.map(({ index }) => index)

  test("once it has written the checkpoint under way", () => {
    const cluster = computation(communicationInduced, { parameters: { interval: "2500ms" } })
    cluster.runUntil(() => cluster.state(1).mode === "writing")
    cluster.inject(0, 1, ask)
    expect(cluster.state(1).mode).toBe("writing")
    cluster.runFor("5ms")
    expect([indices(cluster), stored(cluster, 1)]).toEqual([
      [0, 1, 5],
      ["checkpoint", "forced checkpoint"],
    ])
  })

  test("once it has resumed, if it was asked in this epoch; what it was asked in another one is forgotten", () => {
    const cluster = computation(communicationInduced, { parameters: { retryInterval: "100ms" } })
    cluster.runFor("1200ms")
    cluster.intercept((_, to, { type }) => (type === "Resume" && to === 1 ? "drop" : "deliver"))
    fail(cluster, 2)
    cluster.runFor("500ms")
    const { epoch } = cluster.state(1)
    expect([cluster.state(1).mode, epoch > 0]).toEqual(["stopped", true])
    cluster.inject(0, 1, ask)
    expect(cluster.state(1).asked).toBe(0)
    cluster.inject(0, 1, { ...ask, epoch })
    const received = [0, 1, 2].map(node => cluster.state(node).process.application.received)
    cluster.inject(2, 1, { type: "Resume", epoch, received })
    cluster.runFor("5ms")
    expect([indices(cluster), stored(cluster, 1)]).toEqual([[0, 5], ["forced checkpoint"]])
    // A recovery stops it before it has caught up.
    cluster.intercept(() => "deliver")
    cluster.fire(1, "checkpoint")
    cluster.inject(0, 1, { ...ask, epoch, index: 9 })
    fail(cluster, 2)
    cluster.runFor("500ms")
    expect([cluster.state(1).mode, cluster.state(1).asked, indices(cluster).includes(9)]).toEqual(["working", 0, false])
  })
})

test("a basic checkpoint whose time comes while a forced one is written is taken an interval later", () => {
  const cluster = computation(communicationInduced, { parameters: { interval: "2500ms" } })
  cluster.runFor("1500ms")
  cluster.inject(0, 1, { type: "Ask", epoch: 0, survey: 1, index: 5 })
  expect(cluster.state(1).mode).toBe("writing")
  cluster.fire(1, "checkpoint")
  cluster.runFor("5ms")
  expect([stored(cluster, 1), cluster.armed(1)]).toEqual([["forced checkpoint"], ["checkpoint", "step"]])
  cluster.runFor("2500ms")
  expect(stored(cluster, 1)).toEqual(["forced checkpoint", "checkpoint"])
})

test("after a recovery, a process waits for its next checkpoint as ever", () => {
  const cluster = computation(communicationInduced, { parameters: { interval: "2500ms", retryInterval: "100ms" } })
  cluster.runFor("1200ms")
  fail(cluster, 1)
  cluster.runFor("500ms")
  for (const node of [0, 1, 2]) expect(cluster.armed(node)).toContain("checkpoint")
})

test("the recovery line: the latest index that all have on disks, where one that lives may stand where it is", () => {
  const state = (index: number) => ({ index, sent: [], received: [] })
  // Process 0 has failed with index 2; process 1 jumped over that, and process 2 has it.
  expect(indexLine([[0, 1, 2].map(state), [0, 1, 3].map(state), [0, 2, 3].map(state)])).toEqual([2, 3, 2])
  expect(indexLine([[0, 1].map(state), [0, CURRENT].map(state), [0, 1, CURRENT].map(state)])).toEqual([1, CURRENT, 1])
})
