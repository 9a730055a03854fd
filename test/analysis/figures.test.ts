/** Figures of services in charts and tables, and latencies of single clients and regions, of real runs. */
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { type ComparableSummary, summarize } from "../../analysis/aggregate.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { chartData } from "../../reports/charts/data.ts"
import { drawChart } from "../../reports/charts/chart.ts"
import { CHART_FIGURES } from "../../analysis/kinds.ts"
import { chooseChart } from "../../reports/charts/registry.ts"
import { measure, type RunRecord } from "../../scenarios/measure.ts"
import { type Plan, planExperiment } from "../../experiments/model/plan.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { decodeRun, encodeRun } from "../../experiments/store/encoding.ts"
import { latenciesTable, namesIn, summaryTable, tableOf } from "../../experiments/store/tables.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { recovery } from "../../services/recovery/service.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { shardedStore } from "../../services/sharded-store/service.ts"

interface Result {
  readonly plan: Plan
  readonly summaries: readonly ComparableSummary[]
}

/** Runs a spec, as a sweep does. */
function resultOf(text: string): Result {
  const experiment = parseExperiment("figures.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const plan = planExperiment(experiment)
  const { figures } = namesIn(plan, registry)
  const summaries = plan.cells.map(cell => {
    const scenario = toScenario(cell.scenario, registry)
    const records = plan.seeds.map(
      (seed): RunRecord => decodeRun(encodeRun(measure(simulate(scenario, seed), scenario))),
    )
    return summarize(cell, records, { messageTypes: [], figures })
  })
  return { plan, summaries }
}

/** The figures that charts can show, of a service. */
const chartedOf = (service: Service) =>
  Object.keys(CHART_FIGURES).filter(name => CHART_FIGURES[name]!.figure in service.figures)

/** A figure at each point of a sweep of nodes by two algorithms, and the chart of it as text. */
function charted(name: string, { plan, summaries }: Result) {
  const choice = chooseChart(`${name}-by-nodes`, plan.experiment.dimensions)
  if ("problem" in choice || choice.kind !== "lines") throw new Error("no chart of lines")
  const { points } = chartData(choice, plan, summaries, registry)
  return { points, drawn: JSON.stringify(drawChart(choice, plan, summaries, registry)) }
}

/** Whether there is a value at each point, at least so large, and the chart says what it shows. */
function isCharted(name: string, { points, drawn }: ReturnType<typeof charted>, least: number): boolean {
  const hasAll = points.map(({ x }) => x).join() === "3,3,5,5" && points.every(({ value }) => Number(value) >= least)
  return hasAll && drawn.includes(CHART_FIGURES[name]!.title) && !drawn.includes("..")
}

test("every figure that charts can show is one of a service", () => {
  const names = [replicatedLog, leaderElection, mutualExclusion, shardedStore, recovery].flatMap(chartedOf)
  expect(names).toEqual(Object.keys(CHART_FIGURES))
})

describe("figures of mutual exclusion", () => {
  const locks = resultOf(`
question: q
service: mutual-exclusion
algorithms: [ricart-agrawala, raft]
sweep: { nodes: [3, 5] }
network: { latency: 10ms }
faults: [{ clientCrash: { who: holder, at: 2s } }]
workload: { sessionTimeout: 200ms }
duration: 4s
repeat: 3`)

  test.each(chartedOf(mutualExclusion))("%s can be charted", name => {
    expect(charted(name, locks)).toSatisfy(chart => isCharted(name, chart, 0))
  })

  test("of fairness are in the tables of no other service", () => {
    const { columns } = summaryTable(locks.plan, registry)
    expect(columns).toEqual(expect.arrayContaining(["figure_bypasses", "figure_wait_tail"]))
    const replicated = resultOf("question: q\nalgorithms: [raft]\nnodes: 3\nrepeat: 1\nduration: 2s")
    const others = summaryTable(replicated.plan, registry).columns
    expect(others.filter(column => /bypass|wait_|fairness/.test(column))).toEqual([])
  })
})

describe("figures of elections", () => {
  const elections = resultOf(`
question: q
service: leader-election
algorithms: [multi-paxos, bully]
sweep: { nodes: [3, 5] }
network: { latency: 10ms }
faults: [{ crash: { leader: true, at: 2s } }]
duration: 4s
repeat: 3`)

  test.each(chartedOf(leaderElection))("%s can be charted, against what is swept and against each other axis", name => {
    expect(charted(name, elections)).toSatisfy(chart => isCharted(name, chart, name === "split-votes" ? 0 : 1))
  })

  test("stand in summary.csv, as does the share of time with a majority up", () => {
    const { columns, rows } = tableOf(summaryTable(elections.plan, registry), elections.summaries)
    const row = [...rows].find(([cell]) => String(cell).startsWith("bully/nodes=5"))!
    const value = (name: string) => row[columns.indexOf(name)]
    expect(value("figure_messages_to_leader")).toBe(16)
    expect(value("figure_epochs_passed")).toBe(1)
    expect(value("majority_up_share")).toBe(1)
    for (const end of ["low", "high"]) expect(columns).toContain(`figure_first_leader_${end}`)
  })
})

describe("latencies of single clients and regions", () => {
  const kindsOf = ({ plan, summaries }: Result) => {
    const { columns, rows } = tableOf(latenciesTable(plan), summaries)
    return [...rows].map(row => ({
      kind: row[columns.indexOf("operation")],
      operations: row[columns.indexOf("operations")],
      p50: row[columns.indexOf("p50_ms")],
    }))
  }
  const spec = (more: string) => `
question: q
nodes: 3
warmup: 2s
duration: 3s
repeat: 1
${more}`

  test("are those of each client in a closed loop of at most 20, and add up to all", () => {
    const rows = kindsOf(resultOf(spec("algorithms: [raft]\nworkload: { mode: closed, clients: 20 }")))
    expect(rows.map(({ kind }) => kind)).toEqual([
      "all",
      "read",
      "write",
      ...Array.from({ length: 20 }, (_, client) => `client ${client}`),
    ])
    const sum = (some: typeof rows) => some.reduce((total, { operations }) => total + Number(operations), 0)
    expect(sum(rows.slice(3))).toBe(rows[0]!.operations)
    expect(kindsOf(resultOf(spec("algorithms: [raft]\nworkload: { mode: closed, clients: 21 }")))).toHaveLength(3)
    expect(kindsOf(resultOf(spec("algorithms: [raft]\nworkload: { mode: open }")))).toHaveLength(3)
  })

  test("are those of each region, by name, also in an open loop", () => {
    const regions = "network: { regions: { nodes: [eu-west-1], clients: [us-east-1, eu-west-1, ap-northeast-1] } }"
    const rows = kindsOf(
      resultOf(
        spec(
          `algorithms: [raft]\nworkload: { rate: 3000/s, arrivals: poisson, deadline: 2s, retryAfter: 1s }\n${regions}`,
        ),
      ),
    )
    const [, , , ireland, virginia, tokyo] = rows
    expect(rows.slice(3).map(({ kind }) => kind)).toEqual([
      "region eu-west-1",
      "region us-east-1",
      "region ap-northeast-1",
    ])
    // All nodes are in Ireland: from elsewhere there is one round trip.
    expect(Number(ireland!.p50)).toBeLessThan(1)
    expect(Number(virginia!.p50)).toBeGreaterThan(60)
    expect(Number(tokyo!.p50)).toBeGreaterThan(Number(virginia!.p50) + 50)
  })

  test("are not repeated for one client alone, nor for the one region there is", () => {
    const regions = "network: { regions: { nodes: [eu-west-1] } }"
    const rows = kindsOf(resultOf(spec(`algorithms: [raft]\nworkload: { mode: closed, clients: 1 }\n${regions}`)))
    expect(rows.map(({ kind }) => kind)).toEqual(["all", "read", "write"])
  })

  test("are those of each requester of a lock, and of its region", () => {
    const regions = "network: { regions: { nodes: [eu-west-1, us-east-1, eu-west-1] } }"
    const lock = "service: mutual-exclusion\nworkload: { think: 300ms }"
    const rows = kindsOf(resultOf(spec(`algorithms: [ricart-agrawala]\n${lock}\n${regions}`)))
    expect(rows.map(({ kind }) => kind)).toEqual([
      "all",
      "client 0",
      "client 1",
      "client 2",
      "region eu-west-1",
      "region us-east-1",
    ])
    const [all, ...clients] = rows.map(({ operations }) => Number(operations))
    expect(clients.slice(0, 3).reduce((sum, count) => sum + count)).toBe(all)
    expect(clients.slice(3).reduce((sum, count) => sum + count)).toBe(all)
    expect(clients[3]).toBe(clients[0]! + clients[2]!)
  })
})
