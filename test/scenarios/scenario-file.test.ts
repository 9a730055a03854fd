// Scenario files: what is written is read back equal, and every mistake is told with its place and the remedy.
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { bundledExperiments } from "../../experiments/plan/bundled.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { findRun } from "../../debugger/replay.ts"
import { scenarioOfRun } from "../../scenarios/cycles.ts"
import { decodeScenario, scenarioText, type RunnableScenario } from "../../scenarios/scenario-file.ts"
import { writeTime } from "../../scenarios/file/codec.ts"
import { parseScenario } from "../../scenarios/scenario-source.ts"
import { loadExperiment } from "../../experiments/plan/spec.ts"
import { formatProblem } from "../../lib/problems.ts"
import type { Intervention } from "../../runtime/scenario/interventions.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import type { Latency } from "../../runtime/network/network.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { withFolder } from "../experiments/support/running.ts"

const SMALL = `
format: quorate/scenario/v1
algorithm: bully
service: leader-election
nodes: 4
network: { latency: { model: constant, delay: 10ms } }
faults:
  - { kind: crash, target: { nodes: [3] }, at: 2s, for: 500ms }
warmup: 1s
duration: 5s
seed: 7
`

function read(text: string): RunnableScenario {
  const run = parseScenario("small.yaml", text, registry)
  if (run === undefined) throw new Error("not taken for a scenario")
  if ("problems" in run) throw new Error(run.problems.map(formatProblem).join("\n"))
  return run
}

function problemsIn(text: string): readonly string[] {
  const run = parseScenario("small.yaml", text, registry)
  return run !== undefined && "problems" in run ? run.problems.map(formatProblem) : []
}

describe("what is written is read back equal", () => {
  test("every cell of the bundled experiments", async () => {
    for (const { file } of bundledExperiments()) {
      const { cells } = await Effect.runPromise(loadExperiment(file).pipe(Effect.provide(NodeServices.layer)))
      for (const { scenario: written } of cells) {
        // Of a cell whose runs go through all cases, a run is one of them; of one whose runs are cycles, a cycle.
        const scenario = scenarioOfRun(written, 7)
        const run = { title: file, violates: "agreement", scenario, seed: -5 }
        expect(decodeScenario(JSON.parse(scenarioText(run, registry)), registry)).toEqual(run)
      }
    }
  })

  test("what somebody does by hand, to the event", () => {
    const { scenario, seed } = read(SMALL)
    const interventions: readonly Intervention[] = [
      { at: 0, act: { type: "crash", node: 3 } },
      { at: 1_234_567, after: 3, act: { type: "lose", message: "Vote", from: { node: 0 }, to: { client: 2 }, nth: 2 } },
      { at: 1_234_567, after: 3, act: { type: "partition", sides: [[0, 1], [2]] } },
    ]
    const run = { scenario: { ...scenario, interventions }, seed }
    const written = scenarioText(run, registry)
    expect(written).toContain('"act": "lose Vote #2 from 0 to client 2"')
    expect(decodeScenario(JSON.parse(written), registry)).toEqual(run)
    const wrong = decodeScenario(JSON.parse(written.replace('"crash 3"', '"crash 4"')), registry)
    expect(wrong).toMatchObject({ problems: [{ path: ["interventions", 0, "act"] }] })
  })

  test("every kind of fault and of latency", () => {
    const { scenario, seed } = read(SMALL)
    const faults: readonly Fault[] = [
      { kind: "crash", target: { random: 2 }, at: 1_234_567 },
      { kind: "partition", sides: [[0, 1], [2]], at: 1_000, for: 999 },
      { kind: "isolate", target: { leader: true }, at: 0, for: 1 },
      { kind: "loss", share: 0.125, at: 60_000_000 },
      { kind: "restart", target: { nodes: [0] }, at: 2_000, within: 75_000 },
      { kind: "pause", target: { nodes: [0] }, at: 0, schedule: { kind: "renewal", mtbf: 9, mttr: 1, spans: "fixed" } },
      { kind: "amnesia", target: { nodes: [0] }, at: 5, for: 6, schedule: { kind: "every", every: 7, times: 8 } },
      { kind: "tornWrite", target: { nodes: [0] }, kept: 0.5, at: 5 },
      { kind: "slow", target: { nodes: [0] }, serviceTime: 50, at: 5 },
      { kind: "isolate", target: { random: 1 }, direction: "in", at: 5 },
      { kind: "partition", sides: [{ random: 2 }, [1]], bridge: [0], oneWay: true, at: 5, for: 1 },
      { kind: "cut", links: [[0, 1]], oneWay: true, at: 5 },
      { kind: "corruption", share: 0.5, target: { random: 2 }, at: 5 },
      { kind: "duplication", share: 0.5, at: 5 },
      { kind: "reordering", share: 0.5, by: 70, at: 5 },
      { kind: "delay", by: 70, links: [[2, 0]], at: 5 },
      { kind: "clockOffset", by: -70_000, target: { nodes: [0] }, at: 5 },
      { kind: "clockDrift", by: -0.01, target: { nodes: [0] }, at: 5 },
      { kind: "slowDisk", syncLatency: 70, target: { nodes: [0] }, at: 5 },
      {
        kind: "failingDisk",
        target: { leader: true },
        at: 5,
        schedule: { kind: "when", when: "leader elected", after: 1_000, times: 3, until: 4_000, stream: 2 },
      },
      { kind: "byzantine", target: { nodes: [0] }, behaviour: "equivocating", at: 0 },
      { kind: "byzantine", target: { nodes: [1] }, behaviour: { script: [0, null, 1] }, at: 0 },
    ]
    const latencies: readonly Latency[] = [
      { model: "uniform", min: 5_000, max: 15_001 },
      { model: "normal", mean: 1, deviation: 1 },
      { model: "normal", mean: 5_000, deviation: 1_000, min: 4_000 },
      { model: "lognormal", median: 1_000, sigma: 0.5 },
      { model: "exponential", floor: 0, mean: 10 },
      { model: "pareto", scale: 1_000, shape: 1.5 },
      {
        model: "empirical",
        quantiles: [
          [0, 1_000],
          [1, 2_500],
        ],
      },
    ]
    const rich = {
      bandwidth: 1.5e6,
      fifo: true,
      serviceTime: 50,
      links: [{ between: [0, 1], oneWay: true, latency: latencies[0]!, loss: 0.5, bandwidth: 9 }],
      regions: { delays: [[50]], nodes: [0, 0, 0, 0], clients: [0], jitter: 0.25 },
    } as const
    for (const latency of latencies) {
      const run = {
        scenario: { ...scenario, faults, network: { ...scenario.network, ...rich, latency }, eventBudget: 9 },
        seed,
      }
      expect(decodeScenario(JSON.parse(scenarioText(run, registry)), registry)).toEqual(run)
    }
  })

  test("a leader, and logs with runs of one epoch", () => {
    const leading = { ...read(SMALL).scenario, leader: 3 }
    const initial = [[1, 1, 1, 4, 5, 5], [], [7], [1]]
    const logged = { ...leading, algorithm: "raft", service: "replicated-log", parameters: {}, workload: {}, initial }
    const written = scenarioText({ scenario: { ...logged, leader: 2 }, seed: 1 }, registry)
    expect(JSON.parse(written)).toMatchObject({ leader: 2, initial: [["1x3", 4, "5x2"], [], [7], [1]] })
    expect(read(written).scenario).toMatchObject({ leader: 2, initial })
    expect(read(scenarioText({ scenario: leading, seed: 1 }, registry)).scenario).toEqual(leading)
  })

  test("a change of membership with learners", () => {
    const text = SMALL.replace("bully", "raft").replace(
      "kind: crash, target: { nodes: [3] }",
      "kind: membership, members: [0, 2], learners: [1, 3]",
    )
    const { scenario, seed } = read(text)
    expect(scenario.faults).toMatchObject([{ kind: "membership", members: [0, 2], learners: [1, 3] }])
    expect(decodeScenario(JSON.parse(scenarioText({ scenario, seed }, registry)), registry)).toEqual({ scenario, seed })
  })

  test("a change of membership", () => {
    const text = SMALL.replace("bully", "raft").replace(
      "kind: crash, target: { nodes: [3] }",
      "kind: membership, members: [0, 2]",
    )
    const { scenario, seed } = read(text)
    expect(scenario.faults).toEqual([{ kind: "membership", members: [0, 2], at: 2_000_000, for: 500_000 }])
    expect(decodeScenario(JSON.parse(scenarioText({ scenario, seed }, registry)), registry)).toEqual({ scenario, seed })
  })

  test.each([
    [0, "0s"],
    [5_000_000, "5s"],
    [5_001_000, "5001ms"],
    [5_001_001, "5001001us"],
  ])("a time of %d us as %s", (micros, written) => {
    expect(writeTime(micros)).toBe(written)
  })
})

test("what a file leaves out has the defaults of the spec: parameters follow the network", () => {
  const { scenario, seed } = read(SMALL)
  expect(seed).toBe(7)
  expect(scenario).toMatchObject({ disk: { syncLatency: 0 }, network: { loss: 0, duplication: 0 } })
  const doubled = read(SMALL.replace("10ms", "20ms")).scenario
  const timeouts = Object.entries(scenario.parameters).filter(([, value]) => typeof value === "number")
  expect(timeouts.some(([name, value]) => doubled.parameters[name] !== value)).toBe(true)
})

test("a scenario file is run like the run it was written from", async () => {
  await withFolder(async folder => {
    const run = read(SMALL)
    const file = join(folder, "kept.json")
    writeFileSync(file, scenarioText(run, registry))
    const found = await Effect.runPromise(findRun(file, undefined).pipe(Effect.provide(NodeServices.layer)))
    expect(found).toMatchObject({ id: "kept", seed: 7, written: run.scenario })
    const again = simulate(found.scenario, found.seed)
    expect(again.status).toBe("completed")
    expect(again).toEqual(simulate(toScenario(run.scenario, registry), 7))
  })
})

describe("a mistake is told with its place, what was found and what is allowed", () => {
  test.each([
    [
      "algorithm: bully",
      "algorithm: buly",
      `3:12: algorithm: found "buly", expected one of ${Object.keys(registry.algorithms).join(", ")}; did you mean bully?`,
    ],
    [
      "service: leader-election",
      "service: agreement",
      '4:10: service: found "agreement", expected one of leader-election',
    ],
    ["kind: crash", "kind: crsh", '8:13: faults[0].kind: found "crsh", expected one of'],
    ["at: 2s", "at: soon", '8:48: faults[0].at: found "soon", expected a duration'],
    [
      "at: 2s, for",
      "at: 2s, fro",
      "8:52: faults[0].fro: unknown key; allowed here: kind, target, at, within, for, schedule; did you mean for?",
    ],
    ["nodes: [3]", "nodes: [4]", "8:38: faults[0].target.nodes[0]: found 4, expected a node from 0 to 3"],
    [
      "nodes: [3]",
      "noodes: [3]",
      '8:28: faults[0].target: found {"noodes":[3]}, expected one of nodes: [...], random: 2, leader: true, office: tail, region: us-east-1',
    ],
    [
      "model: constant",
      "model: fixed",
      '6:30: network.latency.model: found "fixed", expected one of constant, uniform',
    ],
    [
      "model: constant, delay: 10ms",
      "model: normal, mean: 5ms, deviation: 1ms, min: 6ms",
      "6:70: network.latency.min: expected a min that is not above the mean",
    ],
    ["delay: 10ms", "delay: 3d", '6:47: network.latency.delay: found "3d", expected a duration'],
    ["duration: 5s", "duration: 1s", "10:11: duration: nothing of the run is left after its warm-up"],
    [
      "kind: crash, target: { nodes: [3] }",
      "kind: membership, members: [0, 2]",
      "8:5: faults[0]: bully has no way to change its membership",
    ],
    ["seed: 7", "sede: 7", "11:1: sede: unknown key"],
    ["seed: 7", "seed: 7\nleader: 4", "12:9: leader: found 4, expected a node from 0 to 3"],
    ["seed: 7", "seed: 7\ninitial: [[1], [], [], []]", "12:10: initial: bully keeps no log"],
    ["seed: 7", "seed: 7\ninitial: [[1], []]", "12:10: initial: found 2 logs, expected one for each of 4 nodes"],
    [
      "seed: 7",
      "seed: 7\ninitial: [[1], [0], [], []]",
      "12:16: initial[1]: found [0], expected a log of at most 100000 entries: a list of epochs, with 1x500 for a run of them",
    ],
    ["seed: 7", "", "seed: missing"],
    ["nodes: 4", "nodes: 0", "5:8: nodes: found 0, expected an integer from 1 to 1000"],
    [
      "scenario/v1",
      "scenario/v2",
      '2:9: format: found "quorate/scenario/v2", of another version of quorate; this one reads "quorate/scenario/v1"',
    ],
  ])("%s -> %s", (right, wrong, message) => {
    expect(problemsIn(SMALL)).toEqual([])
    expect(problemsIn(SMALL.replace(right, wrong)).join("\n")).toContain(message)
  })

  test("a parameter that the algorithm does not have, or a value it does not take", () => {
    const found = problemsIn(`${SMALL}parameters: { answerTimout: 1s }\nworkload: { clients: many }\n`).join("\n")
    expect(found).toContain("parameters.answerTimout: unknown key; allowed here: ")
    expect(found).toContain("did you mean answerTimeout?")
  })
})
