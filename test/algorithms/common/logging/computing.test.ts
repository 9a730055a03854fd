// What protocols share that log: repeating, waiting, asking, and what is due meanwhile.
import { describe, expect, test } from "vitest"
import { causalLogging } from "../../../../algorithms/causal-logging/causal-logging.ts"
import { pessimisticLogging } from "../../../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import { begin, computation, fail, said } from "../recovery/computation.ts"

describe("a process that repeats its execution", () => {
  test("stands still at the end of a step that a receipt came before, until the message is there again", () => {
    const cluster = computation(causalLogging)
    cluster.runFor("2100ms")
    cluster.intercept((_, __, { type }) => (type === "Application" ? "drop" : "deliver"))
    fail(cluster, 1)
    cluster.runFor("2500ms")
    const { process, mode } = cluster.state(1)
    expect([mode, process.since, process.application.steps, process.application.receipts]).toEqual([
      "waiting",
      null,
      1,
      0,
    ])
    const content = { number: 0, digest: 1_684_164_658, interval: 0 }
    cluster.inject(0, 1, { type: "Application", content, determinants: [], first: 0 })
    expect(cluster.state(1).mode).toBe("working")
    expect([cluster.state(1).process.application.receipts, cluster.armed(1).includes("step")]).toEqual([1, true])
  })

  test("receives first what it had received, from whom it had received it", () => {
    const cluster = computation(causalLogging)
    cluster.runFor("2100ms")
    cluster.intercept((_, __, { type }) => (type === "Application" ? "drop" : "deliver"))
    fail(cluster, 1)
    cluster.runFor("1500ms")
    const other = { number: 0, digest: 7, interval: 0 }
    cluster.inject(2, 1, { type: "Application", content: other, determinants: [], first: 0 })
    expect(cluster.state(1).process.application.receipts).toBe(0)
    const content = { number: 0, digest: 1_684_164_658, interval: 0 }
    cluster.inject(0, 1, { type: "Application", content, determinants: [], first: 0 })
    // The other one has to wait until it has sent again what process 2 has.
    expect(cluster.state(1).process.application.received).toEqual([1, 0, 0])
    cluster.runUntil(() => cluster.state(1).process.application.steps === 2)
    expect(cluster.state(1).process.application.received).toEqual([1, 0, 1])
  })

  test("transmits nothing to those that are yet to say what they have", () => {
    const cluster = computation(pessimisticLogging)
    cluster.runFor("500ms")
    cluster.intercept((_, __, { type }) => (type === "Known" ? "drop" : "deliver"))
    fail(cluster, 1)
    cluster.clearCounts()
    cluster.runFor("1500ms")
    expect([cluster.state(1).process.application.steps, said(cluster, 1, 2)]).toEqual([1, []])
    cluster.inject(2, 1, { type: "Known", restart: cluster.state(1).restart, received: 0 })
    expect(said(cluster, 1, 2)).toEqual(["Application"])
  })

  test("receives nothing new before it has come to its latest output", () => {
    const cluster = computation(pessimisticLogging, { program: { messages: 0, outputs: 1 } })
    cluster.runFor("2500ms")
    expect([cluster.disk(1).reached, cluster.replies.filter(({ client }) => client === 1).length]).toEqual([2, 2])
    fail(cluster, 1, { messages: 0, outputs: 1 })
    cluster.runFor("50ms")
    cluster.inject(0, 1, { type: "Application", content: { number: 0, digest: 7, interval: 0 } })
    cluster.runFor("1500ms")
    expect([cluster.state(1).process.application.steps, cluster.state(1).inbox.length]).toEqual([1, 1])
    cluster.runFor("1s")
    expect([cluster.state(1).inbox.length, cluster.disk(1).reached]).toEqual([0, 2])
  })
})

describe("a process that has restarted", () => {
  test("asks those again that have not answered, and nobody once all have", () => {
    const cluster = computation(pessimisticLogging, { parameters: { retryInterval: "100ms" } })
    cluster.runFor("500ms")
    cluster.intercept((from, _, { type }) => (type === "Known" && from === 2 ? "drop" : "deliver"))
    fail(cluster, 1)
    cluster.runFor("50ms")
    cluster.clearCounts()
    cluster.runFor("60ms")
    expect([said(cluster, 1, 0), said(cluster, 1, 2), cluster.armed(1).includes("retry")]).toEqual([
      [],
      ["Restarted"],
      true,
    ])
    const { restart } = cluster.state(1)
    cluster.inject(2, 1, { type: "Known", restart: restart - 1, received: 5 })
    expect([cluster.state(1).unanswered.size, cluster.state(1).known[2]]).toEqual([1, null])
    cluster.inject(2, 1, { type: "Known", restart, received: 0 })
    cluster.inject(2, 1, { type: "Known", restart, received: 5 })
    expect([cluster.state(1).unanswered.size, cluster.state(1).known[2]]).toEqual([0, 0])
    cluster.clearCounts()
    cluster.runFor("150ms")
    expect([cluster.count(), cluster.armed(1).includes("retry")]).toEqual([0, false])
  })

  test("begins once", () => {
    const cluster = computation(pessimisticLogging)
    cluster.runFor("500ms")
    fail(cluster, 1)
    cluster.runFor("5ms")
    const before = cluster.facts.length
    begin(cluster, 1)
    expect([cluster.facts.length, cluster.state(1).mode]).toEqual([before, "working"])
  })
})

test("a checkpoint that is due while a message is logged is taken after that", () => {
  const cluster = computation(pessimisticLogging)
  cluster.runUntil(() => cluster.state(1).mode === "logging")
  cluster.fire(1, "checkpoint")
  expect([cluster.state(1).mode, cluster.state(1).isDue]).toEqual(["logging", true])
  cluster.runUntil(() => cluster.state(1).mode === "writing")
  expect([cluster.state(1).isDue, cluster.state(1).process.application.receipts]).toEqual([false, 1])
})
