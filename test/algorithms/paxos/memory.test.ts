// What an acceptor must not forget, and what it may: instances far apart, restarts, and a journal that stays short.
import { describe, expect, test } from "vitest"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import type { ProcessEvent } from "../../../runtime/process/effect.ts"
import { newProcess, step } from "../../../runtime/process/process.ts"
import { KEPT, type Paxos } from "../../../algorithms/paxos/types.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { type Cluster, createCluster } from "../../support/cluster.ts"
import { completeRun } from "../../support/service-run.ts"

const SILENT = { learning: "proposer" } as const

/** A node 0 whose messages get lost, so that its acceptor can be asked at will. */
function acceptor(): Cluster<Paxos> {
  const cluster = createCluster(paxos, { nodes: 3, parameters: SILENT })
  cluster.intercept(() => "drop")
  return cluster
}

/** What node 0 answers to a Prepare. */
function answerTo(cluster: Cluster<Paxos>, instance: number, ballot: number): unknown {
  cluster.clearCounts()
  cluster.inject(2, 0, { type: "Prepare", instance, ballot })
  return cluster.sent[0]?.message
}

/** Has the acceptor write promises in the given instances, over and over, until its journal is compacted. */
function compact(cluster: Cluster<Paxos>, instances: readonly number[]): void {
  const length = (): number => cluster.disk(0).journal.length
  for (let round = 1; ; round++) {
    for (const instance of instances) {
      const before = length()
      cluster.inject(1, 0, { type: "Prepare", instance, ballot: 3 * round + 1 })
      if (length() < before) return
    }
  }
}

describe("an acceptor that crashes", () => {
  test("does not take an instance that it has dropped for a new one, though its journal names no later one", () => {
    const cluster = acceptor()
    cluster.inject(1, 0, { type: "Accept", instance: 500, ballot: 301, value: 7 })
    // It hears of instance 2000, but writes nothing in it: its journal ends with instance 1000.
    cluster.request(9, 0, { type: "Await", instance: 2000, commander: 1 })
    cluster.runFor("10ms")
    compact(cluster, [1000])
    expect(cluster.disk(0).journal.map(({ instance }) => instance)).toEqual([1000])
    expect(answerTo(cluster, 500, 302)).toBeUndefined()
    cluster.crash(0)
    cluster.restart(0)
    expect(answerTo(cluster, 500, 302)).toBeUndefined()
    expect(answerTo(cluster, 2000 - KEPT, 302)).toBeUndefined()
    expect(answerTo(cluster, 2001 - KEPT, 302)).toMatchObject({ type: "Promise", accepted: null })
  })

  test("remembers what it promised and accepted in every instance that it has not dropped", () => {
    const cluster = acceptor()
    cluster.inject(1, 0, { type: "Accept", instance: 500, ballot: 301, value: 7 })
    cluster.inject(1, 0, { type: "Prepare", instance: 501, ballot: 301 })
    compact(cluster, [600, 601, 602])
    cluster.crash(0)
    cluster.restart(0)
    // Once more, now that these instances are known from the disk alone.
    compact(cluster, [600, 601, 602])
    cluster.crash(0)
    cluster.restart(0)
    expect(answerTo(cluster, 500, 5)).toEqual({ type: "Refused", instance: 500, ballot: 301 })
    expect(answerTo(cluster, 501, 5)).toEqual({ type: "Refused", instance: 501, ballot: 301 })
    expect(answerTo(cluster, 500, 302)).toMatchObject({ type: "Promise", accepted: { ballot: 301, value: 7 } })
  })

  test("answers with the outcome that it had learned, without asking anybody", () => {
    const cluster = acceptor()
    cluster.inject(1, 0, { type: "Success", instance: 3, value: 7 })
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("10s")
    expect(cluster.sent).toEqual([])
    expect(answerTo(cluster, 3, 4)).toEqual({ type: "Success", instance: 3, value: 7 })
  })

  test("answers with that outcome also when its journal has been compacted since", () => {
    const cluster = acceptor()
    cluster.inject(1, 0, { type: "Success", instance: 3, value: 7 })
    compact(cluster, [4])
    cluster.crash(0)
    cluster.restart(0)
    expect(answerTo(cluster, 3, 4)).toEqual({ type: "Success", instance: 3, value: 7 })
  })

  test("remembers the last of what it promised in an instance, before the crash and after it", () => {
    const cluster = acceptor()
    cluster.inject(1, 0, { type: "Prepare", instance: 500, ballot: 301 })
    cluster.crash(0)
    cluster.restart(0)
    cluster.inject(2, 0, { type: "Prepare", instance: 500, ballot: 602 })
    compact(cluster, [600])
    cluster.crash(0)
    cluster.restart(0)
    expect(answerTo(cluster, 500, 400)).toEqual({ type: "Refused", instance: 500, ballot: 602 })
  })

  test("conducts a ballot in the instances whose outcome it had not learned", () => {
    const cluster = createCluster(paxos, { nodes: 3 })
    cluster.intercept(() => "drop")
    cluster.inject(1, 0, { type: "Success", instance: 3, value: 7 })
    cluster.inject(1, 0, { type: "Prepare", instance: 4, ballot: 4 })
    cluster.crash(0)
    cluster.restart(0)
    cluster.clearCounts()
    cluster.runFor("100ms")
    expect(cluster.sent[0]?.message).toMatchObject({ type: "Prepare", instance: 4, ballot: 6 })
    expect(cluster.sent.every(({ message }) => message.instance === 4)).toBe(true)
  })
})

test("the journal stays short, however many ballots one instance takes", () => {
  const cluster = acceptor()
  let longest = 0
  for (let round = 1; round <= 20 * KEPT; round++) {
    cluster.inject(1, 0, { type: "Prepare", instance: 1 + (round % 3), ballot: 3 * round + 1 })
    longest = Math.max(longest, cluster.disk(0).journal.length)
  }
  expect(longest).toBeLessThanOrEqual(4 * KEPT)
})

test("a boot reads little, however much the node has decided before", () => {
  const cluster = createCluster(paxos, { nodes: 1 })
  for (let instance = 1; instance <= 10 * KEPT; instance++) {
    cluster.request(0, 0, { type: "Propose", instance, value: 1 })
    cluster.runFor("3ms")
  }
  expect(cluster.facts.length).toBe(10 * KEPT)
  expect(cluster.disk(0).journal.length).toBeLessThanOrEqual(4 * KEPT)
  cluster.crash(0)
  cluster.restart(0)
  // Parts in instances that are over begin when somebody asks about them.
  expect(cluster.state(0).parts).toEqual([])
  expect(cluster.state(0).recalled).toHaveLength(KEPT)
})

describe("`learning: proposer` under the service, where only proposers have to learn", () => {
  test.each([3, 5, 7])("n = %i: available, for 4(n-1) messages an instance", nodes => {
    const run = completeRun(paxos, agreement, {
      nodes,
      parameters: SILENT,
      workload: { instances: 50, learners: "proposers", commander: "random" },
      duration: "10s",
    })
    expect(run.outcome).toMatchObject({ attempted: 50, ok: 50, availability: 1 })
    expect(run.messages.protocol / run.outcome.ok).toBe(4 * (nodes - 1))
  })

  test("two proposers both learn in the end", () => {
    const workload = { instances: 50, learners: "proposers", proposers: 2, proposal: "different" }
    const latency = { model: "uniform", min: 0, max: 2_000 } as const
    const { outcome } = completeRun(paxos, agreement, {
      nodes: 3,
      latency,
      parameters: SILENT,
      workload,
      duration: "60s",
    })
    expect(outcome).toMatchObject({ attempted: 50, ok: 50 })
  })

  test("where all have to, it is never available", () => {
    const options = { nodes: 3, parameters: SILENT, workload: { instances: 5 }, duration: "60s" }
    expect(completeRun(paxos, agreement, options).outcome).toMatchObject({ attempted: 5, ok: 0, unknown: 5 })
  })
})

test("a journal of one instance holds its last record alone, though its host copies state and disk before each step", () => {
  const parameters = Object.fromEntries(
    Object.entries(paxos.parameters).map(([name, { default: value }]) => [
      name,
      name === "learning" ? "proposer" : value,
    ]),
  )
  let node = newProcess(paxos, { id: 0, size: 3, parameters })
  const act = (event: ProcessEvent): void => {
    ;[node] = step(paxos, node, event, { now: 0, random: low => low })
  }
  act({ type: "start" })
  for (const ballot of [4, 7, 10])
    act({ type: "receive", from: 1, message: tagged({ type: "Prepare", instance: 1, ballot }) })
  expect(node.disk).toMatchObject({ journal: [{ instance: 1, promised: 10 }] })
})

function tagged<Message extends Tagged>(message: Message): Message {
  return message
}
