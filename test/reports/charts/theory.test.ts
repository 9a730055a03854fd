import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { type Cell, toScenario } from "../../../scenarios/cell.ts"
import { predict } from "../../../reports/charts/theory.ts"
import { resolveSpec } from "../../../experiments/plan/bundled.ts"
import { type CompletedRecord, measure, type MeasureName } from "../../../scenarios/measure.ts"
import { valueOf } from "../../../analysis/metrics.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"

function cellsOf(file: string, text: string): readonly Cell[] {
  const experiment = parseExperiment(file, text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells
}

function runOf(cell: Cell): CompletedRecord {
  const scenario = toScenario(cell.scenario, registry)
  const record = measure(simulate(scenario, 1), scenario)
  if (record.status === "failed") throw new Error(record.reason)
  return record
}

function predictionOf(metric: MeasureName, cell: Cell) {
  return predict(metric, cell, registry.algorithms[cell.scenario.algorithm]!)
}

describe("what theory predicts is what is measured, to the message:", () => {
  const bundled = resolveSpec("messages-by-nodes")
  const small = cellsOf(bundled, readFileSync(bundled, "utf8")).filter(({ scenario }) => scenario.nodes <= 7)

  test.each(small.map(cell => [cell.id, cell] as const))("the bundled %s", (_, cell) => {
    expect(predictionOf("messages_per_operation", cell)!.value).toBe(valueOf(runOf(cell), "messages_per_operation"))
  })

  const others = cellsOf(
    "others.yaml",
    `
    question: q
    algorithms:
      - { use: raft, label: Raft notifying, parameters: { notifyCommit: true } }
      - { use: multi-paxos, label: Thrifty, parameters: { thrifty: true } }
      - { use: multi-paxos, label: Broadcast, parameters: { learning: broadcast } }
      - { use: multi-paxos, label: Everyone, parameters: { learning: everyone } }
      - { use: multi-paxos, label: Small quorum, parameters: { thrifty: true, phase2Quorum: 2 } }
      - { use: multi-paxos, label: Large quorum, parameters: { thrifty: true, phase1Quorum: 2 } }
      - viewstamped-replication
      - active-replication
      - { use: active-replication, label: Asking the sequencer, parameters: { requests: sequencer, answers: matching } }
      - semi-active-replication
      - primary-backup
      - { use: primary-backup, label: Non-blocking, parameters: { replies: non-blocking } }
      - ricart-agrawala
      - lamport-mutex
      - paxos
      - oral-messages
    sweep: { nodes: [4, 7] }
    workload: { mode: closed, operations: 50, entries: 50, instances: 5, gap: 200ms }
    duration: 10s`,
  )

  test.each(others.map(cell => [cell.id, cell] as const))("%s", (_, cell) => {
    expect(predictionOf("messages_per_operation", cell)!.value).toBe(valueOf(runOf(cell), "messages_per_operation"))
  })

  const onALog = cellsOf(
    "on-a-log.yaml",
    `
    question: q
    algorithms:
      - { use: raft, service: mutual-exclusion, label: Lock on Raft }
      - { use: multi-paxos, service: mutual-exclusion, label: Lock on Multi-Paxos }
      - { use: raft, service: agreement, label: Agreement on Raft }
      - { use: multi-paxos, service: agreement, label: Agreement on Multi-Paxos }
      - { use: viewstamped-replication, service: mutual-exclusion, label: Lock on Viewstamped Replication }
      - { use: viewstamped-replication, service: agreement, label: Agreement on Viewstamped Replication }
      - { use: active-replication, service: mutual-exclusion, label: Lock on active replication }
      - { use: active-replication, service: agreement, label: Agreement on active replication }
    sweep: { nodes: [3, 4, 7] }
    workload: { requesters: 1, entries: 50, instances: 50, gap: 20ms }
    warmup: 2s
    duration: 12s`,
  )

  test.each(onALog.map(cell => [cell.id, cell] as const))("%s", (_, cell) => {
    expect(predictionOf("messages_per_operation", cell)!.value).toBe(valueOf(runOf(cell), "messages_per_operation"))
  })

  const chains = cellsOf(
    "chains.yaml",
    `
    question: q
    algorithms:
      - chain-replication
      - { use: chain-replication, label: CRAQ, parameters: { reads: any } }
      - { use: chain-replication, label: Head, parameters: { replies: head } }
    service: replicated-log
    network: { latency: 7ms }
    sweep: { nodes: [2, 3, 5, 9], workload.reads: [0%, 100%] }
    workload: { mode: closed, operations: 20 }
    duration: 10s`,
  )

  test.each(chains.map(cell => [cell.id, cell] as const))("%s", (_, cell) => {
    const run = runOf(cell)
    expect(predictionOf("messages_per_operation", cell)!.value).toBe(valueOf(run, "messages_per_operation"))
    expect(predictionOf("latency_p50_ms", cell)!.value).toBe(valueOf(run, "latency_p50_ms"))
  })

  const lockOnChain = cellsOf(
    "lock.yaml",
    `
    question: q
    algorithms: [chain-replication]
    service: mutual-exclusion
    sweep: { nodes: [2, 5] }
    workload: { requesters: 1, entries: 50 }
    warmup: 2s
    duration: 12s`,
  )

  test.each(lockOnChain.map(cell => [cell.id, cell] as const))("%s", (_, cell) => {
    expect(predictionOf("messages_per_operation", cell)!.value).toBe(valueOf(runOf(cell), "messages_per_operation"))
  })

  test.each([4, 7, 10])("OM(m) with n = %i costs what REFERENCES 1d says", nodes => {
    const [cell] = cellsOf("om.yaml", `question: q\nalgorithms: [oral-messages]\nnodes: ${nodes}`)
    const totals: Readonly<Record<number, number>> = { 4: 9, 7: 156, 10: 3609 }
    expect(predictionOf("messages_per_operation", cell!)!.value).toBe(totals[nodes])
  })

  const ALONE = `
    sweep: { nodes: [2, 3, 4, 7, 9, 13] }
    workload: { requesters: 1, think: 1s, thinkTimes: constant, hold: 5ms }
    network: { latency: 7ms }
    duration: 10s`
  const permission =
    "ricart-agrawala, lamport-mutex, maekawa, { use: maekawa, label: Grid, parameters: { quorums: grid } }, { use: lease-leadership, service: mutual-exclusion }"
  const permitted = cellsOf(
    "permitted.yaml",
    `question: q\nalgorithms: [${permission}]${ALONE.replaceAll("\n    ", "\n")}`,
  )

  test.each(permitted.map(cell => [cell.id, cell] as const))(
    "one requester that asks for permission: %s",
    (_, cell) => {
      const run = runOf(cell)
      expect(predictionOf("messages_per_operation", cell)!.value).toBe(valueOf(run, "messages_per_operation"))
      expect([predictionOf("latency_p50_ms", cell)!.value, valueOf(run, "latency_p50_ms")]).toEqual([14, 14])
    },
  )

  const ring = cellsOf("ring.yaml", `question: q\nalgorithms: [token-ring]${ALONE.replaceAll("\n    ", "\n")}`)

  test.each(ring.map(cell => [cell.id, cell] as const))("one requester that awaits a token: %s", (_, cell) => {
    expect(predictionOf("latency_p50_ms", cell)).toBeUndefined()
    // The last entry may be under way when measuring ends.
    const messages = valueOf(runOf(cell), "messages_per_operation")!
    expect(Math.abs(messages / predictionOf("messages_per_operation", cell)!.value - 1)).toBeLessThan(0.1)
  })

  const contended = cellsOf(
    "contended.yaml",
    `
    question: q
    algorithms: [suzuki-kasami, { use: raymond, parameters: { tree: line } }, token-ring, { use: lease-leadership, service: mutual-exclusion }]
    sweep: { nodes: [3, 5, 9] }
    workload: { hold: 5ms }
    network: { latency: 7ms }
    warmup: 1s
    duration: 41s`,
  )

  test.each(contended.map(cell => [cell.id, cell] as const))("under full contention: %s", (_, cell) => {
    const { value } = predictionOf("messages_per_operation", cell)!
    expect(valueOf(runOf(cell), "messages_per_operation")! / value).toBeCloseTo(1, 2)
  })

  test.each(["raft", "multi-paxos"])("a command of %s takes 4d (REFERENCES 2)", algorithm => {
    const [cell] = cellsOf(
      "latency.yaml",
      `question: q\nalgorithms: [${algorithm}]\nnodes: 5\nnetwork: { latency: 7ms }\nworkload: { mode: closed, operations: 50 }`,
    )
    expect(predictionOf("latency_p50_ms", cell!)!.value).toBe(28)
    expect(valueOf(runOf(cell!), "latency_p50_ms")).toBe(28)
  })

  test.each([
    ["raft", 28 + 2 * 3],
    ["{ use: raft, parameters: { parallelWrite: true } }", 28 + 3],
    ["multi-paxos", 28 + 2 * 3],
    ["{ use: multi-paxos, parameters: { phase2Quorum: 2 } }", 28 + 2 * 3],
    ["{ use: multi-paxos, parameters: { phase2Quorum: 1 } }", 14 + 3],
  ])("with disks of 3 ms and links of 7 ms a command of %s takes %i ms", (algorithm, ms) => {
    const [cell] = cellsOf(
      "disks.yaml",
      `question: q\nalgorithms: [${algorithm}]\nnodes: 5\nnetwork: { latency: 7ms }\ndisk: { syncLatency: 3ms }\nworkload: { mode: closed, clients: 1, operations: 50 }`,
    )
    expect(predictionOf("latency_p50_ms", cell!)!.value).toBe(ms)
    expect(valueOf(runOf(cell!), "latency_p50_ms")).toBe(ms)
  })

  test("small quorums of phase 2 serve as long as the leader is among the nodes that are up", () => {
    const cells = cellsOf(
      "quorums.yaml",
      `
      question: q
      algorithms: [multi-paxos]
      parameters: { phase2Quorum: 2 }
      nodes: 5
      faults: [{ crash: { count: 0..4, at: 2s } }]
      warmup: 2s
      duration: 10s`,
    )
    expect(cells.map(cell => predictionOf("availability", cell)?.value)).toEqual([1, 1, 3 / 5, 2 / 5, 0])
  })

  test("a majority of nodes that fail and are repaired is up as often as REFERENCES 4 says", () => {
    const cells = cellsOf(
      "churn.yaml",
      `
      question: q
      algorithms: [raft]
      sweep: { nodes: [3, 5, 7] }
      faults: [{ crash: { mtbf: 9s, mttr: 1s } }]
      duration: 100s`,
    )
    const up = cells.map(cell => predictionOf("availability", cell)!.value.toFixed(6))
    expect(up).toEqual(["0.972000", "0.991440", "0.997272"])
  })

  describe("leases of 10 s, renewed every 3 s, with links of 10 ms (REFERENCES-2 §3)", () => {
    const leases = (more: string) =>
      cellsOf(
        "leases.yaml",
        `
      question: q
      service: leader-election
      algorithms:
        - { use: lease-leadership, label: watch }
        - { use: lease-leadership, label: poll, parameters: { waiting: poll, pollInterval: 1s } }
        - { use: lease-leadership, label: delay, parameters: { lockDelay: 2s } }
        - raft
      parameters: { lease: 10s, renewInterval: 3s, watchTimeout: 1h }
      nodes: 3
      network: { latency: 10ms }
      ${more}
      duration: 100s`,
      )
    const predicted = (metric: string, cells: readonly Cell[]) =>
      cells.map(cell => predict(metric, cell, registry.algorithms[cell.scenario.algorithm]!)?.value.toFixed(3))

    test("the next node leads L - r/2 + 4d or 2d + P/n after a random crash, and D later", () => {
      const crashes = "faults: [{ crash: { mtbf: 100s, mttr: 10s } }]"
      expect(predicted("first_leader", leases(crashes))).toEqual(["8540.000", "8853.333", "10540.000", undefined])
      for (const other of [
        "",
        "faults: [{ crash: { leader: true, at: 5s } }]",
        "faults: [{ pause: { mtbf: 100s, mttr: 10s } }]",
      ]) {
        expect(predicted("first_leader", leases(other))).toEqual([undefined, undefined, undefined, undefined])
      }
    })

    test("it costs 2/r heartbeats a second, and 2(n-1)/P where the others poll", () => {
      const cells = leases("")
      expect(predicted("heartbeats_per_s", cells)).toEqual(["0.667", "4.667", "0.667", undefined])
      for (const cell of cells.slice(0, 3)) {
        const ratio =
          valueOf(runOf(cell), "heartbeats_per_s")! /
          predict("heartbeats_per_s", cell, registry.algorithms["lease-leadership"]!)!.value
        expect(Math.abs(ratio - 1)).toBeLessThan(0.02)
      }
      expect(predicted("heartbeats_per_s", leases("faults: [{ crash: { leader: true, at: 5s } }]"))[0]).toBeUndefined()
    })
  })

  test("a group does all that it is asked for", () => {
    const spec = "question: q\nalgorithms: [multi-paxos]\nnodes: 3\nworkload: { mode: open, rate: 250/s }\nduration: 5s"
    const [cell] = cellsOf("load.yaml", spec)
    expect(predictionOf("throughput_per_s", cell!)!.value).toBe(250)
    expect(valueOf(runOf(cell!), "throughput_per_s")!).toBeCloseTo(250, -1)
  })

  test("a leader that takes a time for each message carries 1/(n s), where it runs every command by itself", () => {
    const spec = `question: q\nalgorithms: [multi-paxos, raft]\nnodes: 5\nnetwork: { latency: 1ms, serviceTime: 100us }
sweep: { workload.rate: [1500/s, 3000/s] }`
    const cells = cellsOf("load.yaml", spec)
    const predicted = cells.map(cell => predictionOf("throughput_per_s", cell)?.value)
    expect(predicted).toEqual([1_500, 1_500, 2_000, undefined])
    expect(predictionOf("throughput_per_s", cells[2]!)!.formula).toBe("all that is asked for, at most 1/(n s)")
  })

  test("a chain carries an update for each message time, and half of that where acknowledgements go back at once", () => {
    const spec = `question: q\nalgorithms: [chain-replication, { use: chain-replication, label: craq, parameters: { reads: any } }]\nnodes: 5
network: { latency: 1ms, serviceTime: 100us }\nworkload: { mode: open, rate: 20000/s, reads: 0% }`
    const predicted = cellsOf("load.yaml", spec).map(cell => predictionOf("throughput_per_s", cell))
    expect(predicted).toEqual([
      { formula: "all that is asked for, at most 1/s", value: 10_000 },
      { formula: "all that is asked for, at most 1/(2 s)", value: 5_000 },
    ])
  })

  test.each([
    ["raft", "notifyCommit: true", 16],
    ["multi-paxos", "learning: broadcast", 12],
  ])("a decision of %s that all learn of at once (%s) costs %i messages with 5 nodes", (use, parameter, messages) => {
    const [cell] = cellsOf(
      "decisions.yaml",
      `question: q
algorithms: [{ use: ${use}, parameters: { ${parameter} } }]
service: agreement
nodes: 5
workload: { instances: 50, gap: 20ms }
warmup: 2s
duration: 12s`,
    )
    expect(predictionOf("messages_per_operation", cell!)!.value).toBe(messages)
    expect(valueOf(runOf(cell!), "messages_per_operation")).toBe(messages)
  })
})
