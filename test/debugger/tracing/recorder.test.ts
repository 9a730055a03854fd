// Traces: recording changes nothing, every message is accounted for, and states found by replaying are those recorded.
import { describe, expect, test } from "vitest"
import { algorithms, serviceFor } from "../../../algorithms/registry.ts"
import { recordRun } from "../../../debugger/tracing/recorder.ts"
import { RecordedStates, ReplayedStates } from "../../../debugger/tracing/states.ts"
import { actingIn, fateOf, kindOf, nodeName, stepAt } from "../../../debugger/tracing/trace.ts"
import { actingNode } from "../../../debugger/tracing/steps.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { tellingScenario } from "../../support/chatter.ts"
import { scenarioOf } from "../../support/service-run.ts"
import { switchboard } from "../../support/switchboard.ts"

const FAULTS: readonly Fault[] = [
  { kind: "crash", target: { nodes: [1] }, at: 400_000, for: 300_000 },
  {
    kind: "partition",
    sides: [
      [0, 1],
      [2, 3],
    ],
    at: 1_000_000,
    for: 400_000,
  },
]

const CASES = [
  ["raft", "replicated-log"],
  ["multi-paxos", "replicated-log"],
  ["paxos", "agreement"],
  ["oral-messages", "agreement"],
  ["bully", "leader-election"],
  ["ring-election", "leader-election"],
  ["lease-leadership", "leader-election"],
  ["ricart-agrawala", "mutual-exclusion"],
  ["raft", "mutual-exclusion"],
] as const

function troubled(name: string, service: string) {
  const algorithm = algorithms[name]!
  return scenarioOf(algorithm, serviceFor(algorithm, service)!, {
    nodes: 4,
    latency: { model: "uniform", min: 5_000, max: 15_000 },
    loss: 0.05,
    duplication: 0.1,
    faults: FAULTS,
    warmup: "100ms",
    duration: "2s",
  })
}

describe.each(CASES)("%s, %s", (name, service) => {
  const scenario = troubled(name, service)
  const seed = 11
  const events: TraceEvent[] = []
  const plain = simulate(scenario, seed)
  simulate(scenario, seed, { observer: event => void events.push(event) })
  const { trace, result, changes } = recordRun(scenario, seed, { withStates: true })

  test("recording does not change the run", () => {
    expect(plain.status).toBe("completed")
    expect(result).toEqual(plain)
  })

  test("every event is there, in its step", () => {
    expect(trace.events.time.map((_, event) => kindOf(trace, event))).toEqual(events.map(({ type }) => type))
    expect(trace.events.step.at(-1)).toBe(trace.steps.length - 1)
    for (const [step, first] of trace.steps.entries()) expect(trace.events.step[first]).toBe(step)
    const acting = events.flatMap((event, index) => (actingNode(event) === undefined ? [] : [index]))
    expect(acting.every(index => trace.steps[trace.events.step[index]!] === index)).toBe(true)
  })

  test("every message is accounted for", () => {
    const count = (type: string) => events.filter(event => event.type === type).length
    const fates = trace.messages.fate.map((_, message) => fateOf(trace, message))
    const between = fates.filter((_, m) => trace.messages.from[m]! >= 0 && trace.messages.to[m]! >= 0)
    const arrivals = between.filter(fate => fate === "arrived" || fate === "duplicate").length
    expect(arrivals).toBe(count("deliver"))
    expect(fates.filter(fate => ["lost", "cut", "down", "intercepted"].includes(fate)).length).toBeLessThanOrEqual(
      count("drop"),
    )
    const isBusy = between.length > 200
    expect(between.includes("duplicate") || !isBusy).toBe(true)
    expect(between.includes("lost") || !isBusy).toBe(true)
    for (const [message, ended] of trace.messages.ended.entries()) {
      if (ended < 0) continue
      expect(ended).toBeGreaterThanOrEqual(trace.messages.sent[message]!)
      if (fateOf(trace, message) !== "arrived") continue
      const arrival = trace.steps[trace.messages.endedIn[message]!]!
      expect(events[arrival]).toMatchObject({ time: ended })
    }
  })

  test("states found by running again are those recorded", () => {
    const replayed = new ReplayedStates(scenario, seed)
    const recorded = new RecordedStates(trace.nodes, changes, step => actingIn(trace, step))
    const last = trace.steps.length - 1
    const steps = [0, 1, 7, Math.floor(last / 3), Math.floor(last / 2), last - 1, last]
    for (const step of [...steps, ...steps.toReversed()]) expect(replayed.at(step)).toEqual(recorded.at(step))
  })

  test("troubles and divisions are spans", () => {
    expect(trace.troubles).toEqual([{ kind: "down", node: 1, from: 400_000, to: 700_000 }])
    expect(trace.divisions).toEqual([
      {
        from: 1_000_000,
        to: 1_400_000,
        // Processes of roles that no side names are a side of their own.
        groups: [[0, 1], [2, 3], ...(trace.nodes > 4 ? [[4, 5]] : [])],
      },
    ])
    for (const { from, to } of trace.bands) expect(to).toBeGreaterThanOrEqual(from)
  })

  test("operations begin and end as the service counts them", () => {
    if (service === "leader-election" || plain.status === "failed") return
    const ended = trace.operations.filter(({ ending }) => ending === "ok").length
    expect(trace.operations.length).toBe(plain.outcome.attempted)
    expect(ended).toBe(plain.outcome.ok)
  })
})

test("the step at a time is the last that began by then", () => {
  const { trace } = recordRun(troubled("bully", "leader-election"), 1)
  for (const step of [0, 5, trace.steps.length - 1]) {
    const time = trace.events.time[trace.steps[step]!]!
    const found = stepAt(trace, time)
    expect(trace.events.time[trace.steps[found]!]).toBe(time)
    expect(trace.events.time[trace.steps[found + 1] ?? -1]).not.toBe(time)
  }
})

test("processes of roles have lanes with their names, states, and how they stand", () => {
  const scenario = tellingScenario({ algorithm: switchboard })
  const { trace, changes } = recordRun(scenario, 1, { withStates: true })
  expect([trace.nodes, trace.roles]).toEqual([6, [{ name: "operator", first: 3, count: 1 }, { name: "scribe", first: 4, count: 2 }]]) // biome-ignore format: a line
  expect([0, 3, 4, 5].map(id => nodeName(trace, id))).toEqual(["node 0", "operator", "scribe 0", "scribe 1"])
  expect(trace.bands.find(({ node, role }) => node === 3 && role === "operator")).toMatchObject({ rank: 0, epoch: 0 })
  const recorded = new RecordedStates(trace.nodes, changes, step => actingIn(trace, step))
  const last = trace.steps.length - 1
  expect(recorded.at(last).nodes).toEqual(new ReplayedStates(scenario, 1).at(last).nodes)
  expect(recorded.at(last).nodes[3]!.get("passedOn")).toBe("100")
})
