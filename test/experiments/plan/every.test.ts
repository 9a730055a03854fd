/** Specs with `repeat: every`: which cases there are, what each says to the runtime, and what is refused. */
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { caseOf } from "../../../scenarios/cases.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { decodeScenario, encodeScenario } from "../../../scenarios/scenario-file.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { CompletedRun } from "../../../runtime/scenario/scenario.ts"
import { POOL } from "../../support/pool.ts"
import { violations } from "../../support/service-run.ts"

interface Parts {
  readonly algorithm?: string
  readonly sweep?: string
  readonly workload?: string
  readonly faults?: string
  readonly more?: string
}

const CRASHES = "brokenBroadcast: { upTo: f, reaches: every, at: 0s }"
const TRAITOR = "byzantine: { count: 1, behaviour: every, at: 0s }"

const specOf = ({ algorithm = "floodset", sweep = "", workload = "", faults = CRASHES, more = "" }: Parts): string => `
question: q
algorithms: [{ use: ${algorithm} }]
${algorithm === "floodset" ? "parameters: { f: f }" : ""}
f: 1
network: { latency: 10ms }
${sweep === "" ? "nodes: 3" : `sweep: { ${sweep} }`}
workload: { ${workload === "" ? `proposers: ${algorithm === "floodset" ? "n" : 1}, proposal: every` : workload} }
faults: [${faults === "" ? "" : `{ ${faults} }`}]
warmup: 1ms
duration: 1s
repeat: every
${more}`

const parse = (text: string) => parseExperiment("every.yaml", text, registry)

function planOf(parts: Parts) {
  const experiment = parse(specOf(parts))
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return planExperiment(experiment)
}

function runsOf(parts: Parts): readonly CompletedRun[] {
  const plan = planOf(parts)
  return plan.cells.flatMap((cell, place) =>
    plan.seeds.slice(0, plan.repeats[place]).map(seed => {
      const run = simulate(toScenario(caseOf(cell.scenario, seed), registry), seed, { pool: POOL })
      if (run.status === "failed") throw new Error(run.reason)
      return run
    }),
  )
}

const broken = (runs: readonly CompletedRun[]): number => runs.filter(run => violations(run).length > 0).length

describe("the runs of a point are its cases", () => {
  test("as many as there are at each point, one more than seeds are drawn for", () => {
    const plan = planOf({ sweep: "nodes: [3, 4], parameters.rounds: [f, f+1]" })
    expect(plan.repeats).toEqual([80, 152, 464, 912])
    expect(plan).toMatchObject({ repeat: 912, runs: 80 + 152 + 464 + 912 })
    expect(plan.seeds).toEqual(Array.from({ length: 912 }, (_, index) => index + 1))
  })

  test("f rounds of FloodSet do not suffice in 6 of 80 and 24 of 464; f + 1 do in all 152 and 912", () => {
    const wrong = (nodes: number, rounds: string) => {
      const runs = runsOf({ sweep: `nodes: [${nodes}], parameters.rounds: [${rounds}]` })
      return [broken(runs), runs.length]
    }
    expect(wrong(3, "f")).toEqual([6, 80])
    expect(wrong(3, "f+1")).toEqual([0, 152])
    expect(wrong(4, "f")).toEqual([24, 464])
    expect(wrong(4, "f+1")).toEqual([0, 912])
  })

  test.each([
    [3, "[0, 1]", 12, 2],
    [4, "[0, 1]", 32, 0],
    [5, "[0, 1]", 80, 0],
    [3, "[0, 1, null]", 21, 4],
    [4, "[0, 1, null]", 81, 0],
  ])(
    "one traitor of %i generals who says %s: %i strategies, of which %i deceive OM(1) and none SM(1)",
    (nodes, says, count, wrong) => {
      const faults = `byzantine: { count: 1, behaviour: { strategies: all, says: ${says} }, at: 0s }`
      const runs = (algorithm: string) => runsOf({ algorithm, sweep: `nodes: [${nodes}], parameters.m: [1]`, faults })
      const [oral, signed] = [runs("oral-messages"), runs("signed-messages")]
      expect([oral.length, signed.length]).toEqual([count, count])
      expect([broken(oral), broken(signed)]).toEqual([wrong, 0])
    },
  )

  test("a traitorous commander and a lieutenant of four generals deceive SM(1)", () => {
    const faults = "byzantine: { nodes: [0, 1], behaviour: { strategies: all, says: [0, 1, null] }, at: 0s }"
    const runs = runsOf({ algorithm: "signed-messages", sweep: "nodes: [4], parameters.m: [1]", faults })
    expect(runs).toHaveLength(3 ** 3 * 3 ** 2)
    expect(broken(runs)).toBeGreaterThan(0)
  })

  test("behaviour: every is short for all strategies of 0 and 1", () => {
    const long = "byzantine: { count: 1, behaviour: { strategies: all }, at: 0s }"
    const cells = (faults: string) => planOf({ algorithm: "oral-messages", faults }).cells
    expect(cells(TRAITOR)).toEqual(cells(long))
    expect(cells(TRAITOR)[0]!.scenario.every).toEqual({
      inputs: { proposers: 1, values: 2 },
      traitors: {
        sets: { among: [0, 1, 2], from: 1, to: 1 },
        messages: { proposer: 2, other: 0 },
        says: [0, 1],
        at: 0,
      },
    })
  })

  test("messages says how many can lie where the algorithm does not; nodes names the traitors", () => {
    const faults = "byzantine: { nodes: [1], behaviour: { strategies: all, messages: n-1 }, at: 0s }"
    expect(planOf({ algorithm: "paxos", faults }).runs).toBe(2 ** 2 * 2)
  })

  test("inputs alone can be gone through, and any parameter that counts may be a formula", () => {
    const plan = planOf({ workload: "proposers: n-1, values: 3, proposal: every", faults: "" })
    expect(plan.runs).toBe(9)
    expect(plan.cells[0]!.scenario).toMatchObject({ parameters: { f: "1" }, workload: { proposers: 2 } })
    expect(broken(runsOf({ workload: "proposers: n, values: 3, proposal: every", faults: "" }))).toBe(0)
  })

  test("a case goes into a scenario file and out of it, and takes the same course", () => {
    const { cells } = planOf({})
    for (const number of [1, 17, 80]) {
      const scenario = caseOf(cells[0]!.scenario, number)
      const read = decodeScenario(encodeScenario({ scenario, seed: number }, registry), registry)
      if ("problems" in read) throw new Error(JSON.stringify(read.problems))
      expect(read.scenario).toEqual(scenario)
    }
  })
})

describe("what an algorithm says that it does at most", () => {
  test.each([
    ["floodset", "parameters.variant: [plain, early], parameters.rounds: [f, f+1], nodes: [3]"],
    ["floodset", "parameters.variant: [optimised], nodes: [4]"],
  ])("no more broadcasts: %s with %s", (algorithm, sweep) => {
    // A crash in the broadcast after the last one that there can be never comes about.
    const plan = planOf({ algorithm, sweep })
    for (const { scenario } of plan.cells) {
      const { broadcasts } = scenario.every!.crashes!
      const rest = { ...caseOf(scenario, 1), faults: [] }
      const fault = { kind: "brokenBroadcast", target: { nodes: [0] }, reaches: [], at: 0 } as const
      const messages = (broadcast: number): number => {
        const workload = { ...rest.workload, proposal: ["1", "0", "1", "0"].slice(0, scenario.nodes).join("_") }
        const run = simulate(toScenario({ ...rest, workload, faults: [{ ...fault, broadcast }] }, registry), 1, {
          pool: POOL,
        })
        if (run.status === "failed") throw new Error(run.reason)
        return run.messages.protocol
      }
      const whole = messages(99)
      expect(messages(broadcasts + 1)).toBe(whole)
      expect(messages(1)).toBeLessThan(whole)
    }
  })

  test.each([
    ["oral-messages", 4, 1],
    ["oral-messages", 5, 2],
    ["signed-messages", 3, 1],
    ["signed-messages", 4, 1],
    ["signed-messages", 4, 2],
  ])("no more lies, and so many in some run: %s with n = %i, m = %i", (algorithm, nodes, m) => {
    const definition = registry.algorithms[algorithm]!
    const parameters = { ...planOf({ algorithm, faults: TRAITOR }).cells[0]!.scenario.parameters, m: String(m) }
    const { proposer, other } = definition.bounds!({ size: nodes, parameters, values: 2 }).lies!
    const scenario = caseOf(planOf({ algorithm, sweep: `nodes: [${nodes}]`, faults: "" }).cells[0]!.scenario, 1)
    /** How many messages a traitor sends who always says something, under orders of a traitorous commander or of a loyal one. */
    const sent = (node: number, orders: readonly number[] | null): number => {
      const traitor = (id: number, script: readonly number[]) =>
        ({ kind: "byzantine", target: { nodes: [id] }, behaviour: { script }, at: 0 }) as const
      const always = Array.from({ length: 99 }, () => 1)
      const faults = [traitor(node, always), ...(node === 0 || orders === null ? [] : [traitor(0, orders)])]
      let count = 0
      const workload = { ...scenario.workload, proposal: "attack" }
      simulate(toScenario({ ...scenario, parameters, workload, faults }, registry), 1, {
        pool: POOL,
        observer: event => {
          if (event.type === "send" && event.node === node) count++
        },
      })
      return count
    }
    // Of three generals two may not be traitors: nobody would be left to agree with.
    const orders = nodes === 3 ? [null] : [null, Array.from({ length: nodes - 1 }, (_, place) => place % 2)]
    const most = (node: number): number => Math.max(...orders.map(order => sent(node, order)))
    expect(most(0)).toBe(proposer)
    expect(Math.max(...Array.from({ length: nodes - 1 }, (_, place) => most(place + 1)))).toBe(other)
  })
})

describe("a wrong spec says so:", () => {
  test.each([
    [
      { faults: "", workload: "proposers: n, proposal: attack" },
      "repeat: there is nothing to go through: say workload:",
    ],
    [
      { more: "seed: 1", workload: "proposers: n, proposal: random" },
      "workload.proposal: found random, expected every,",
    ],
    [
      { workload: "proposers: n, proposal: every, commander: random" },
      "workload.commander: found random, expected lowest",
    ],
    [
      { workload: "proposers: n, proposal: every, instances: 2" },
      "workload.instances: found 2, expected 1: with repeat",
    ],
    [
      { faults: "brokenBroadcast: { count: 1, at: 0s }" },
      "faults: found a broken broadcast that is drawn, expected none",
    ],
    [{ faults: "crash: { nodes: [0], at: { from: 1ms, to: 2ms } }" }, "faults: found a crash that is drawn"],
    [
      { faults: "byzantine: { nodes: [0], behaviour: random, at: 0s }" },
      "faults: found a Byzantine behaviour that is drawn",
    ],
    [{ faults: "brokenBroadcast: { upTo: 4, reaches: every, at: 0s }" }, "brokenBroadcast.upTo: 4 of n = 3 nodes"],
    [
      { faults: "brokenBroadcast: { upTo: 1, count: 1, reaches: every, at: 0s }" },
      "brokenBroadcast: expected one of count",
    ],
    [{ faults: "brokenBroadcast: { upTo: 1, reaches: every, every: 1ms }" }, "brokenBroadcast: expected one time, at"],
    [{ faults: `${CRASHES} }, { ${CRASHES}` }, "faults[1].brokenBroadcast: there is one like it already"],
    [{ faults: TRAITOR }, "byzantine: floodset does not say how many messages of a traitor can lie; say it: behaviour"],
    [{ algorithm: "paxos" }, "brokenBroadcast: paxos does not say how many broadcasts of a node an instance has"],
    [{ sweep: "nodes: [9]" }, "repeat: 2,350,592 cases with n = 9, expected at most 1,000,000: take fewer nodes"],
    [{ sweep: "nodes: [40]" }, "repeat: n = 40 nodes have too many cases; expected at most 20 nodes"],
    [
      { sweep: "loss: [0, 5%], nodes: [3]" },
      "network: found messages that are lost or doubled at random, expected none",
    ],
    [
      { sweep: "nodes: [3], latency: [{ model: uniform, min: 1ms, max: 2ms }]", more: "" },
      "found delays that are drawn",
    ],
  ])("%j", (parts, message) => {
    const text = specOf(parts)
    const own =
      "sweep" in parts && parts.sweep?.includes("latency") ? text.replace("network: { latency: 10ms }\n", "") : text
    const experiment = parse(own)
    const problems = "problems" in experiment ? experiment.problems.map(formatProblem) : []
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
  })

  test.each([
    [
      "brokenBroadcast: { upTo: 1, reaches: [1], at: 0s }",
      "brokenBroadcast.upTo: found a value that goes through all cases",
    ],
    [
      "brokenBroadcast: { nodes: [0], reaches: every, at: 0s }",
      "reaches: found a value that goes through all cases, which needs",
    ],
    ["byzantine: { nodes: [0], behaviour: every, at: 0s }", "behaviour: found a value that goes through all cases"],
    ["brokenBroadcast: { nodes: [0], reaches: [1, 1], at: 0s }", "reaches: names node 1 twice"],
    ["brokenBroadcast: { nodes: [0], reaches: [7], at: 0s }", "found node 7, but with n = 3 the last node is 2"],
    ["brokenBroadcast: { nodes: [0], broadcast: 0, at: 0s }", "broadcast: found 0, expected an integer from 1"],
  ])("without repeat: every, %s", (fault, message) => {
    const experiment = parse(
      specOf({ faults: fault, workload: "proposers: n, proposal: 0_1_1" }).replace("repeat: every", ""),
    )
    const problems = "problems" in experiment ? experiment.problems.map(formatProblem) : []
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(message)
  })

  test("a formula of f where f is not given", () => {
    const experiment = parse(specOf({}).replace("f: 1\n", "").replace("upTo: f", "upTo: 1"))
    expect("problems" in experiment && experiment.problems.map(formatProblem)).toEqual([
      expect.stringContaining('parameters.f: found "f", but f is not given; sweep f, or say f: 2'),
    ])
  })
})
