// The bundled scenarios show what their titles say; an algorithm that takes another course needs other seeds in them.
import { describe, expect, test } from "vitest"
import { readFileSync } from "node:fs"
import * as registry from "../../algorithms/registry.ts"
import { bundledScenarios } from "../../experiments/plan/bundled.ts"
import { toScenario } from "../../scenarios/cell.ts"
import type { RunnableScenario } from "../../scenarios/scenario-file.ts"
import { parseScenario } from "../../scenarios/scenario-source.ts"
import { recordRun, type Recording } from "../../debugger/tracing/recorder.ts"

function runIn(name: string): RunnableScenario {
  const bundled = bundledScenarios().find(scenario => scenario.name === name)
  const run = parseScenario(name, readFileSync(bundled?.file ?? "", "utf8"), registry)
  if (run === undefined || "problems" in run) throw new Error(`${name}: ${JSON.stringify(run)}`)
  return run
}

function recorded(name: string): Recording {
  const { scenario, seed } = runIn(name)
  return recordRun(toScenario(scenario, registry), seed)
}

/** The nodes that had a role in each epoch. */
function holders({ trace }: Recording, wanted: string): Record<string, number[]> {
  const found: Record<string, number[]> = {}
  for (const { role, epoch, node } of trace.bands) {
    const known = found[String(epoch)] ?? []
    if (role === wanted && !known.includes(node)) found[String(epoch)] = [...known, node]
  }
  return found
}

/** What scenarios are about that violate something. */
const TWO_VALUES = ["linearizable", "log-agreement", "acknowledged-writes-kept"]
const VIOLATED: Readonly<Record<string, readonly string[]>> = {
  "disjoint-quorums": TWO_VALUES,
  "lease-drift": ["mutual-exclusion"],
  "lease-paused-holder": ["no-stale-writes"],
  "test-and-set": ["linearizable", "log-agreement", "acknowledged-writes-kept"],
  divergence: ["same-choices"],
  "three-generals-oral": ["agreement", "validity"],
}

describe("bundled scenarios", () => {
  test("are described, and complete without a violation but for the one that they are about", () => {
    const scenarios = bundledScenarios()
    expect(scenarios.map(({ name }) => name)).toEqual([
      "blocked-coordinator",
      "bully-partition",
      "central-server-dead-server",
      "disjoint-quorums",
      "divergence",
      "domino-effect",
      "lamport-dead-bystander",
      "lease-drift",
      "lease-paused-holder",
      "lock-dead-holder",
      "maekawa-deadlock",
      "orphan-rolls-back",
      "raymond-recovery",
      "ricart-agrawala-contention",
      "ricart-agrawala-dead-bystander",
      "split-vote",
      "test-and-set-view-service",
      "test-and-set",
      "three-generals-oral",
      "three-generals-signed",
      "token-ring-lost-token",
      "traitorous-commander",
    ])
    for (const { name, title } of scenarios) {
      expect(title).not.toBe("")
      const { result } = recorded(name)
      const verdicts = result.status === "completed" ? Object.entries(result.outcome.verdicts) : []
      const violated = verdicts.flatMap(([check, { verdict }]) => (verdict === "violated" ? [check] : []))
      expect(violated, name).toEqual(VIOLATED[name] ?? [])
    }
  })

  /** What two values for one slot of a log lead to. */

  test("disjoint-quorums: two leaders at once, and nodes that execute different commands at one index", () => {
    const { trace, result } = recorded("disjoint-quorums")
    const leadAt = (time: number) => trace.bands.filter(({ rank, from, to }) => rank === 2 && from <= time && time < to)
    const [division] = trace.divisions
    expect(leadAt(division!.to - 1).map(({ node }) => node)).toEqual([0, 2])
    expect(result.status === "completed" && result.outcome.verdicts["log-agreement"]).toMatchObject({
      verdict: "violated",
      witness: expect.stringMatching(/^node 2 executed .* where node 0 executed/),
    })
  })

  test("divergence: replicas execute the same log with different choices, and its client notices nothing", () => {
    const { result } = recorded("divergence")
    expect(result.status === "completed" && result.outcome).toMatchObject({
      attempted: 3,
      ok: 3,
      verdicts: {
        "log-agreement": { verdict: "holds" },
        "same-choices": {
          verdict: "violated",
          witness: expect.stringMatching(
            /^node 1 executed command 1 .* with the choice \d+, where node 0 had chosen \d+$/,
          ),
        },
      },
    })
  })

  test("domino-effect: one process fails, and both are back at the beginning, four checkpoints lost each", () => {
    const { result } = recorded("domino-effect")
    expect(result.status === "completed" && result.outcome.figures).toMatchObject({
      failures: 1,
      rollbacks: 1,
      back_to_start: 1,
      rollback_depth: 4,
    })
  })

  test("orphan-rolls-back: one process fails, and the two that depend on what it lost roll back, none to the beginning", () => {
    const { result } = recorded("orphan-rolls-back")
    expect(result.status === "completed" && result.outcome.figures).toMatchObject({
      failures: 1,
      rollbacks: 2,
      back_to_start: 0,
    })
  })

  test("blocked-coordinator: between vote and decision the coordinator is down, and keys are locked for longer than that", () => {
    const { trace, result } = recorded("blocked-coordinator")
    if (result.status === "failed") throw new Error(result.reason)
    const [down, ...others] = trace.troubles
    expect([down?.node, others]).toEqual([1, []])
    const { blocked, transactions } = result.outcome.figures
    expect(blocked).toBeGreaterThan((down!.to - down!.from) / 1_000)
    expect(result.outcome).toMatchObject({ attempted: 5, ok: 5 })
    expect(transactions).toBe(1)
  })

  test("split-vote: two candidates and no leader in term 1, a leader in term 2", () => {
    const run = recorded("split-vote")
    expect(holders(run, "candidate")["1"]).toHaveLength(2)
    expect(Object.keys(holders(run, "leader"))).toEqual(["2"])
  })

  test("test-and-set: of three events, one fault and two operations, both clients win; with a view service one does", () => {
    const won = (name: string) => {
      const { scenario } = runIn(name)
      const { trace, result } = recorded(name)
      if (result.status === "failed") throw new Error(result.reason)
      expect(scenario.faults.length + result.outcome.attempted).toBe(3)
      expect(trace.divisions.map(({ groups }) => groups)).toEqual(
        name === "test-and-set" ? [[[0], [1], [2]]] : [[[0], [1, 2]]],
      )
      return result.outcome.ok
    }
    expect([won("test-and-set"), won("test-and-set-view-service")]).toEqual([2, 1])
  })

  test("bully-partition: a coordinator on each side at the same time, one after it has healed", () => {
    const { trace } = recorded("bully-partition")
    const [division] = trace.divisions
    const leadAt = (time: number) => trace.bands.filter(({ rank, from, to }) => rank === 2 && from <= time && time < to)
    expect(division?.groups).toEqual([
      [0, 1, 2],
      [3, 4],
    ])
    expect(leadAt(division!.to - 1).map(({ node }) => node)).toEqual([4, 2])
    expect(leadAt(trace.duration - 1)).toHaveLength(1)
  })

  test("ricart-agrawala-contention: all request at once, one is inside at a time", () => {
    const { trace } = recorded("ricart-agrawala-contention")
    const requesting = trace.bands.filter(({ rank, from }) => rank === 1 && from < 30_000).map(({ node }) => node)
    expect(new Set(requesting)).toEqual(new Set([0, 1, 2, 3]))
    const inside = trace.bands.filter(({ rank }) => rank === 2).toSorted((a, b) => a.from - b.from)
    expect(inside).toHaveLength(10)
    for (const [place, { from }] of inside.entries()) {
      expect(from).toBeGreaterThanOrEqual(inside[place - 1]?.to ?? 0)
    }
  })

  /** When nodes entered the critical section. */
  const entriesOf = (name: string) =>
    recorded(name)
      .trace.bands.filter(({ rank }) => rank === 2)
      .map(({ from }) => from)

  test.each(["ricart-agrawala", "lamport"])(
    "%s-dead-bystander: entries until the crash of one that does not want in, then none",
    name => {
      const entries = entriesOf(`${name}-dead-bystander`)
      expect(entries.length).toBeGreaterThan(5)
      expect(Math.max(...entries)).toBeLessThan(250_000)
    },
  )

  test("central-server-dead-server: entries until the crash of the server, none from then on, and all wait", () => {
    const entries = entriesOf("central-server-dead-server")
    expect(entries.length).toBeGreaterThan(5)
    expect(Math.max(...entries)).toBeLessThan(220_000)
    const { trace } = recorded("central-server-dead-server")
    expect(trace.troubles).toMatchObject([{ kind: "down", node: 3 }])
    const last = trace.bands.filter(({ node, to }) => node < 3 && to === trace.end)
    expect(last.map(({ role }) => role)).toEqual(["requesting", "requesting", "requesting"])
  })

  test("lease-paused-holder: the one writes in the moment in which it resumes, after the other has", () => {
    const { trace, result } = recorded("lease-paused-holder")
    const writers = trace.bands.filter(({ role }) => role === "writing").map(({ node, from }) => [node, from])
    expect(writers).toEqual([
      [1, 340_000],
      [0, 550_000],
    ])
    const verdict = result.status === "completed" && result.outcome.verdicts["no-stale-writes"]
    expect(verdict).toMatchObject({ witness: "a write of 0 with token 1 was taken after one with token 2" })
  })

  test("lease-drift: the one is still inside when the other enters", () => {
    const { trace } = recorded("lease-drift")
    const [first, second] = trace.bands.filter(({ rank }) => rank === 2).toSorted((a, b) => a.from - b.from)
    expect([first!.node, second!.node]).toEqual([0, 1])
    // Renewed at 85 ms: 196.039 ms later by the slow clock, and 200 ms after the arrival by the fast one, and 3d.
    expect(first!.to).toBe(85_000 + Math.round(196_039 / 0.8))
    expect(second!.from).toBe(90_000 + Math.round(200_000 / 1.2) + 15_000)
  })

  test("maekawa-deadlock: all request, and nobody enters", () => {
    expect(entriesOf("maekawa-deadlock")).toEqual([])
    const { trace } = recorded("maekawa-deadlock")
    expect(new Set(trace.bands.filter(({ rank }) => rank === 1).map(({ node }) => node))).toEqual(new Set([0, 1, 2]))
  })

  test("token-ring-lost-token: nobody enters until T after the loss, when an election makes another token", () => {
    const entries = entriesOf("token-ring-lost-token")
    const [lostAt, T] = [300_000, 200_000]
    expect(entries.filter(time => time < lostAt).length).toBeGreaterThan(3)
    expect(entries.filter(time => time > lostAt + 10_000 && time < lostAt + T)).toEqual([])
    expect(entries.filter(time => time > lostAt + T).length).toBeGreaterThan(10)
  })

  test("traitorous-commander: contradicting orders, and every loyal lieutenant decides alike", () => {
    const { trace } = recorded("traitorous-commander")
    const { from, content } = trace.messages
    const orders = content.filter((_, message) => from[message] === 0).map(order => JSON.stringify(order))
    expect(orders.filter(order => order.includes('"value":0')).length).toBeGreaterThan(0)
    expect(orders.filter(order => order.includes('"value":1')).length).toBeGreaterThan(0)
    const decisions = trace.milestones.filter(({ kind, node }) => kind === "decided" && node > 0)
    expect(decisions).toHaveLength(3)
    expect(new Set(decisions.map(({ text }) => text.split(" ").at(-1))).size).toBe(1)
  })

  test("three-generals: the same words of the same lieutenant deceive with oral messages, and not with signed ones", () => {
    const [oral, signed] = [runIn("three-generals-oral").scenario, runIn("three-generals-signed").scenario]
    expect({ ...oral, algorithm: signed.algorithm, parameters: signed.parameters }).toEqual(signed)
    const decided = (name: string) =>
      recorded(name)
        .trace.milestones.filter(({ kind }) => kind === "decided")
        .map(({ node, text }) => `${node}: ${text.split(" ").at(-1)}`)
    // Node 1 is the traitor, who knows better.
    expect(decided("three-generals-oral")).toEqual(["0: 1", "1: 1", "2: 0"])
    expect(decided("three-generals-signed")).toEqual(["0: 1", "1: 1", "2: 1"])
  })
})
