// Availability before, during and after faults, and recovery, from runs.
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { type CellSummary, summarize } from "../../../analysis/aggregate.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { measure } from "../../../scenarios/measure.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"

/** The cells of a spec, all of whose runs are run. */
function cellsOf(text: string): readonly CellSummary[] {
  const experiment = parseExperiment("spec.yaml", `question: q\n${text}`, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  const plan = planExperiment(experiment)
  return plan.cells.map(cell => {
    const scenario = toScenario(cell.scenario, registry)
    const records = plan.seeds.map(seed => measure(simulate(scenario, seed), scenario))
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
}

const values = ({ metrics }: CellSummary) =>
  [metrics.availability_before, metrics.availability_during, metrics.availability_after].map(of => of?.value)

const GROUP = "nodes: 5\nnetwork: { latency: 5ms }\nwarmup: 2s\nduration: 12s\nrepeat: 3"

describe("availability is told apart", () => {
  test.each(["raft", "multi-paxos"])("before and during a crash of a majority that is not mended (%s)", use => {
    const [cell] = cellsOf(`${GROUP}
algorithms: [{ use: ${use}, service: replicated-log }]
faults: [{ crash: { count: 3, at: 7s } }]`)
    const [before, during, after] = values(cell!)
    // What is under way when they crash may be lost.
    expect([before! > 0.99, during, after]).toEqual([true, 0, undefined])
    // The whole says how long the run was before the crash.
    expect(cell!.metrics.availability!.value).toBeCloseTo(0.5, 1)
  })

  test("and after it, where it is mended; a restart ends a crash before its time", () => {
    const [mended, restarted] = [
      "{ crash: { count: 3, at: 4s, for: 4s } }",
      "{ crash: { nodes: [0, 1, 2], at: 4s } }, { restart: { nodes: [0, 1, 2], at: 8s } }",
    ].flatMap(faults => cellsOf(`${GROUP}\nservice: replicated-log\nalgorithms: [raft]\nfaults: [${faults}]`))
    for (const cell of [mended!, restarted!]) {
      const [before, during, after] = values(cell)
      expect([before! > 0.99, during! < 0.1, after! > 0.9]).toEqual([true, true, true])
    }
  })

  test("of time, for leader election; parts that a run does not have are empty", () => {
    const [cell, calm] = cellsOf(`${GROUP}
service: leader-election
algorithms: [raft]
faults: [{ crash: { count: [3, 0], at: 7s } }]`)
    const [before, during, after] = values(cell!)
    expect([before, after]).toEqual([1, undefined])
    expect(during).toBeLessThan(0.1)
    expect(values(calm!)).toEqual([1, undefined, undefined])
  })

  test("while a fault that strikes no node lasts", () => {
    const [cell] = cellsOf(`${GROUP}
service: replicated-log
algorithms: [raft]
faults: [{ partition: { sides: [[0], [1], [2], [3], [4]], at: 4s, for: 4s } }]`)
    const [before, during, after] = values(cell!)
    expect([before! > 0.99, during! < 0.1, after! > 0.9]).toEqual([true, true, true])
  })
})

test("recovery from a leader's crash is the same by whatever service it is measured, within its intervals", () => {
  // Few commands: many would be heard of later than the last heartbeat, and the timeouts begin when the leader was last heard.
  const failover = (service: string) =>
    cellsOf(`service: ${service}
nodes: 5
network: { latency: { model: uniform, min: 5ms, max: 15ms } }
${service === "replicated-log" ? "workload: { rate: 1/s }\n" : ""}faults: [{ crash: { leader: true, at: 5s } }]
warmup: 2s
duration: 8s
repeat: 40
algorithms:
  - { use: raft, label: slow }
  - { use: raft, label: fast, parameters: { electionTimeoutMin: 50ms, electionTimeoutMax: 100ms, heartbeatInterval: 25ms } }
  - { use: multi-paxos }`)
  const [clients, elections] = [failover("replicated-log"), failover("leader-election")]
  for (const [place, { metrics, counts, recoveryOf }] of clients.entries()) {
    const [one, other] = [metrics.recovery_ms!, elections[place]!.metrics.recovery_ms!]
    expect([one.low! <= other.high!, other.low! <= one.high!]).toEqual([true, true])
    expect([recoveryOf, counts.outages, counts.recoveries]).toEqual(["leader", 40, 40])
  }
  // Shorter timeouts recover sooner, which clients' deadlines would hide.
  const [slow, fast] = clients.map(({ metrics }) => metrics.recovery_ms!)
  expect(fast!.high!).toBeLessThan(slow!.low!)
})
