// What protocols share that checkpoint and roll back, message by message: writes in blocks, surveys, recoveries.
import { describe, expect, test } from "vitest"
import { CURRENT } from "../../../../algorithms/common/recovery/types.ts"
import { uncoordinatedCheckpoints } from "../../../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import { begin, computation, fail } from "./computation.ts"

const open = (options: Parameters<typeof computation>[1] = {}) => computation(uncoordinatedCheckpoints, options)
type Computation = ReturnType<typeof open>

const stored = (cluster: Computation, node: number) =>
  cluster.facts.flatMap(each => (each.node === node && each.fact.type === "stored" ? [each.fact.bytes] : []))

describe("a checkpoint", () => {
  test("is written block by block, 1 ms each, and is there with the last", () => {
    const cluster = open({ program: { image: 3_000, payload: 100 }, parameters: { interval: "1500ms" } })
    cluster.runUntil(() => cluster.state(1).mode === "writing")
    const indices = () => cluster.disk(1).checkpoints.map(({ index }) => index)
    expect([cluster.disk(1).blocks, indices(), cluster.disk(1).sent.length]).toEqual([1, [0], 0])
    cluster.runFor("1ms")
    expect([cluster.disk(1).blocks, indices()]).toEqual([2, [0]])
    cluster.runFor("1ms")
    expect([cluster.disk(1).blocks, indices(), cluster.state(1).mode]).toEqual([2, [0, 1], "writing"])
    cluster.runFor("1ms")
    // The state, and a message of 100 bytes that it has sent.
    expect([cluster.state(1).mode, stored(cluster, 1)]).toEqual(["working", [3_100]])
  })

  test("of a state without bytes takes one write, and so does one with a disk that writes nothing in one go", () => {
    for (const program of [{ image: 0 }, { image: 1, block: 0 }]) {
      const cluster = open({ program, parameters: { interval: "500ms" } })
      cluster.runUntil(() => cluster.state(1).mode === "writing")
      cluster.runFor("1ms")
      expect(cluster.state(1).mode).toBe("working")
    }
  })

  test("hears of its own writes only", () => {
    const cluster = open({ program: { image: 3_000 } })
    cluster.inject(1, 1, { type: "Written", writing: 1 })
    expect(cluster.state(1).mode).toBe("working")
    cluster.fire(1, "checkpoint")
    cluster.inject(1, 1, { type: "Written", writing: 9 })
    expect(cluster.disk(1).blocks).toBe(1)
  })

  test("of a process that has taken all steps has the work of these, however long ago", () => {
    const cluster = open({ program: { steps: 1 } })
    cluster.runFor("5s")
    cluster.clearCounts()
    cluster.fire(1, "checkpoint")
    cluster.runFor("5ms")
    expect(cluster.facts.findLast(({ node, fact }) => node === 1 && fact.type === "standing")!.fact).toMatchObject({
      progress: 1_000_000,
    })
    // There is no output, nor will there be.
    expect([cluster.count("Ask"), cluster.state(1).process.worked]).toEqual([0, 0])
  })

  test("before the first output asks nobody", () => {
    const cluster = open({ program: { messages: 0, outputs: 1 } })
    cluster.fire(1, "checkpoint")
    cluster.runFor("5ms")
    expect(cluster.count("Ask")).toBe(0)
  })
})

describe("a survey", () => {
  const LINE = [{ index: 0, sent: [0, 0, 0], received: [0, 0, 0] }]

  test("counts answers to itself, in this epoch", () => {
    const cluster = open({ program: { messages: 0, outputs: 1 }, parameters: { interval: "1200ms" } })
    cluster.intercept((_, __, { type }) => (type === "Stable" ? "drop" : "deliver"))
    cluster.runUntil(() => cluster.state(1).survey !== null)
    const survey = cluster.state(1).surveys
    expect(cluster.state(1).survey!.available.size).toBe(1)
    cluster.inject(0, 1, { type: "Stable", epoch: 7, survey, available: LINE })
    cluster.inject(0, 1, { type: "Stable", epoch: 0, survey: survey + 1, available: LINE })
    expect(cluster.state(1).survey!.available.size).toBe(1)
    cluster.inject(0, 1, { type: "Stable", epoch: 0, survey, available: LINE })
    cluster.inject(2, 1, { type: "Stable", epoch: 0, survey, available: LINE })
    cluster.runFor("2ms")
    expect([cluster.state(1).survey, cluster.count("Safe"), cluster.replies.length]).toEqual([null, 2, 1])
    // A late answer is to none.
    cluster.inject(2, 1, { type: "Stable", epoch: 0, survey, available: LINE })
    expect(cluster.count("Safe")).toBe(2)
  })

  test("finds no line where answers are of different times: then nothing is safe", () => {
    const cluster = open({ program: { messages: 0, outputs: 1 }, parameters: { interval: "1200ms" } })
    cluster.intercept((_, __, { type }) => (type === "Stable" ? "drop" : "deliver"))
    cluster.runUntil(() => cluster.state(1).survey !== null)
    const survey = cluster.state(1).surveys
    cluster.inject(0, 1, {
      type: "Stable",
      epoch: 0,
      survey,
      available: [{ index: 3, sent: [0, 0, 0], received: [0, 9, 0] }],
    })
    cluster.inject(2, 1, { type: "Stable", epoch: 0, survey, available: LINE })
    expect([cluster.state(1).survey, cluster.count("Safe"), cluster.replies]).toEqual([null, 0, []])
  })

  test("says what is safe in this epoch; of a line that is no more nothing follows", () => {
    const cluster = open()
    cluster.fire(1, "checkpoint")
    cluster.runFor("5ms")
    const indices = () => cluster.disk(1).checkpoints.map(({ index }) => index)
    cluster.inject(0, 1, { type: "Safe", epoch: 7, line: [0, 1, 0] })
    cluster.inject(0, 1, { type: "Safe", epoch: 0, line: [0, 9, 0] })
    expect(indices()).toEqual([0, 1])
    cluster.inject(0, 1, { type: "Safe", epoch: 0, line: [0, 1, 0] })
    expect(indices()).toEqual([1])
  })
})

describe("a process", () => {
  test("that is started twice begins once", () => {
    const cluster = open()
    const before = cluster.facts.length
    begin(cluster, 1)
    expect(cluster.facts.slice(before)).toEqual([])
  })

  test("answers each question of a recovery, and joins it once", () => {
    const cluster = open()
    cluster.runFor("500ms")
    cluster.intercept(() => "drop")
    cluster.inject(2, 1, { type: "Stop", epoch: 5 })
    cluster.inject(2, 1, { type: "Stop", epoch: 5 })
    cluster.inject(0, 1, { type: "Stop", epoch: 3 })
    cluster.runFor("2ms")
    const answers = cluster.sent.filter(({ from }) => from === 1)
    expect(answers.map(({ to, purpose, message }) => [to, purpose, message.type])).toEqual([
      [2, "protocol", "Stopped"],
      [2, "retransmission", "Stopped"],
    ])
    expect(cluster.state(1).epoch).toBe(5)
  })

  test("gives up what it has sent after the checkpoint that it returns to; and loads that once", () => {
    const cluster = open({ program: { restart: 50_000 }, parameters: { interval: "700ms" } })
    cluster.runFor("1500ms")
    expect([cluster.disk(1).checkpoints.length, cluster.disk(1).sent.length]).toEqual([3, 1])
    cluster.intercept(() => "drop")
    cluster.inject(2, 1, { type: "Stop", epoch: 5 })
    cluster.inject(2, 1, { type: "RollBack", epoch: 2, line: [CURRENT, 1, CURRENT] })
    expect(cluster.state(1).mode).toBe("stopped")
    cluster.inject(2, 1, { type: "RollBack", epoch: 5, line: [CURRENT, 1, CURRENT] })
    cluster.runFor("40ms")
    cluster.inject(2, 1, { type: "RollBack", epoch: 5, line: [CURRENT, 1, CURRENT] })
    cluster.runFor("15ms")
    expect([cluster.state(1).mode, cluster.disk(1).checkpoints.length, cluster.disk(1).sent.length]).toEqual([
      "stopped",
      2,
      0,
    ])
    expect(cluster.count("RolledBack")).toBe(1)
  })
})

describe("the initiator of a recovery", () => {
  test("counts answers to itself, and none after it has chosen the line", () => {
    const cluster = open()
    cluster.runFor("500ms")
    cluster.intercept(() => "drop")
    const available = [{ index: 0, sent: [0, 0, 0], received: [0, 0, 0] }]
    cluster.inject(0, 1, { type: "Stopped", epoch: 0, available, committed: 0 })
    cluster.inject(0, 1, { type: "RolledBack", epoch: 0, received: [0, 0, 0] })
    expect(cluster.state(1).round).toBeNull()
    fail(cluster, 1, { restart: 50_000 })
    const { epoch } = cluster.state(1)
    cluster.inject(0, 1, { type: "Stopped", epoch: epoch - 3, available, committed: 0 })
    expect(cluster.state(1).round!.available.size).toBe(1)
    for (const from of [0, 2]) cluster.inject(from, 1, { type: "Stopped", epoch, available, committed: 0 })
    expect([cluster.state(1).round!.line, cluster.count("RollBack")]).toEqual([[0, 0, 0], 2])
    cluster.inject(2, 1, { type: "Stopped", epoch, available, committed: 0 })
    expect(cluster.count("RollBack")).toBe(2)
    cluster.inject(0, 1, { type: "RolledBack", epoch: epoch - 3, received: [0, 0, 0] })
    expect(cluster.state(1).round!.received.size).toBe(0)
    for (const from of [0, 2]) cluster.inject(from, 1, { type: "RolledBack", epoch, received: [0, 0, 0] })
    expect([cluster.state(1).round!.received.size, cluster.count("Resume")]).toEqual([2, 0])
    cluster.runFor("60ms")
    expect([cluster.state(1).round, cluster.count("Resume"), cluster.state(1).mode]).toEqual([null, 2, "working"])
    cluster.inject(0, 1, { type: "RolledBack", epoch, received: [0, 0, 0] })
    expect(cluster.count("Resume")).toBe(2)
  })

  test("asks again only those that have not answered, until all have", () => {
    const cluster = open({ parameters: { retryInterval: "100ms" } })
    cluster.runFor("500ms")
    cluster.intercept(() => "drop")
    fail(cluster, 1)
    cluster.runFor("2ms")
    const { epoch } = cluster.state(1)
    const available = [{ index: 0, sent: [0, 0, 0], received: [0, 0, 0] }]
    const again = () => {
      cluster.clearCounts()
      cluster.runFor("100ms")
      return cluster.sent
        .filter(({ from }) => from === 1)
        .map(({ to, message, purpose }) => [to, message.type, purpose])
    }
    cluster.inject(0, 1, { type: "Stopped", epoch, available, committed: 0 })
    expect(again()).toEqual([[2, "Stop", "retransmission"]])
    cluster.inject(2, 1, { type: "Stopped", epoch, available, committed: 0 })
    cluster.inject(2, 1, { type: "RolledBack", epoch, received: [0, 0, 0] })
    expect(again()).toEqual([[0, "RollBack", "retransmission"]])
    cluster.inject(0, 1, { type: "RolledBack", epoch, received: [0, 0, 0] })
    expect([cluster.state(1).mode, cluster.armed(1).includes("retry")]).toEqual(["working", false])
  })
})
