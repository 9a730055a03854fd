// Settings that follow other settings: expressions in a spec, what they may name, and what is wrong with one.
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { valuesIn } from "../../../experiments/model/values.ts"
import { ExpressionError, parseExpression } from "../../../experiments/plan/schema/expression.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"

const NAMES: Readonly<Record<string, readonly [value: number, time: number]>> = {
  n: [5, 0],
  f: [2, 0],
  d: [10_000, 1],
  timeout: [150_000, 1],
  rate: [100e-6, -1],
}

function valueOf(text: string) {
  const expression = parseExpression(text)
  if (expression === undefined) return "no expression"
  try {
    return expression.at(name => {
      const found = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined
      return found && { value: found[0], time: found[1], bytes: 0 }
    }).value
  } catch (error) {
    if (error instanceof ExpressionError) return error.message
    throw error
  }
}

describe("an expression", () => {
  test.each([
    ["2 * timeout", 300_000],
    ["timeout / 10", 15_000],
    ["2f+1", 5],
    ["2 n", 10],
    ["n - f - 1", 2],
    ["-f + n", 3],
    ["floor(n / 2) + 1", 3],
    ["ceil(n/2)", 3],
    ["round(2.5)", 3],
    ["sqrt(4 * n + 5)", 5],
    ["max(10ms, 3d, timeout)", 150_000],
    ["min(10ms, 3d)", 10_000],
    ["(1s + 500ms) / 3", 500_000],
    ["2 - 1 - 1", 0],
    ["8 / 4 / 2", 1],
    ["1 + 2 * 3", 7],
    ["rate * 2s", 200],
    ["1 / rate", 10_000],
    ["timeout / d", 15],
    ["10% * timeout", 15_000],
    ["timeout - 0", 150_000],
    ["1min / 1s", 60],
    ["100/s * 1min", 6_000],
  ])("%s is worked out", (text, value) => {
    expect(valueOf(text)).toBeCloseTo(value, 9)
  })

  test.each([
    ["timeout + 1", "a time and a number do not go together"],
    ["max(n, d)", "a number and a time do not go together"],
    ["sqrt(d)", "sqrt is of numbers, not of a time"],
    ["1 / (n - 5)", "it divides by 0"],
    ["2 * wait", "there is no wait here"],
  ])("%s has no value", (text, message) => {
    expect(valueOf(text)).toBe(message)
  })

  test.each([
    "",
    "2 *",
    "(n",
    "n)",
    "2 3",
    "15 parsecs",
    "n n",
    "eval(n)",
    "n.constructor()",
    "a[0]",
    "n; n",
    "1e9",
    "0x10",
    "2parsecs",
    "floor(1, 2)",
    "max()",
    `${"(".repeat(400)}n`,
  ])("%s is none", text => {
    expect(parseExpression(text)).toBeUndefined()
  })

  test("names what it depends on, as far as it may be named: nothing of the language it is written in", () => {
    expect([...parseExpression("2 * parameters.electionTimeoutMin + constructor")!.names]).toEqual([
      "parameters.electionTimeoutMin",
      "constructor",
    ])
    expect(valueOf("toString + 1")).toBe("there is no toString here")
  })
})

const SPEC = `question: Which timeouts?
service: replicated-log
algorithms: [raft]
nodes: 5
network: { latency: 10ms }
`

function parsed(text: string) {
  const experiment = parseExperiment("spec.yaml", `${SPEC}${text}`, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment
}

function problemsIn(text: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", `${SPEC}${text}`, registry)
  return "problems" in experiment ? experiment.problems.map(problem => formatProblem(problem)) : []
}

describe("settings of a spec", () => {
  test("follow each other, what is swept, sizes and the links", () => {
    const { cells } = parsed(`
f: floor((n - 1) / 2)
sweep: { parameters.electionTimeoutMin: [100ms, 200ms] }
parameters: { electionTimeoutMax: 2 * electionTimeoutMin, heartbeatInterval: electionTimeoutMin / 10, pipeline: 2 * f }
workload: { rate: 10/s * n, deadline: 3 * electionTimeoutMax + 4d }
faults: [{ crash: { count: f, at: 2s + electionTimeoutMax, for: parameters.electionTimeoutMin * 10 } }]
duration: 3s + 50 * electionTimeoutMax
`)
    const found = cells.map(({ id, scenario: { parameters, workload, faults, duration } }) => [
      id,
      ...["electionTimeoutMax", "heartbeatInterval", "pipeline"].map(name => parameters[name]),
      ...["rate", "deadline"].map(name => workload[name]),
      faults[0],
      duration,
    ])
    expect(found).toEqual([
      [
        "raft/parameters.electionTimeoutMin=100ms",
        200_000,
        10_000,
        4,
        50,
        640_000,
        { kind: "crash", target: { random: 2 }, at: 2_200_000, for: 1_000_000 },
        13_000_000,
      ],
      [
        "raft/parameters.electionTimeoutMin=200ms",
        400_000,
        20_000,
        4,
        50,
        1_240_000,
        { kind: "crash", target: { random: 2 }, at: 2_400_000, for: 2_000_000 },
        23_000_000,
      ],
    ])
  })

  test("that are swept as expressions are named by what they come to, and told by the expression", () => {
    const experiment = parsed(
      "sweep: { parameters.electionTimeoutMin: [100ms, 200ms], parameters.electionTimeoutMax: [2 * electionTimeoutMin, 3*electionTimeoutMin] }",
    )
    expect(experiment.cells.map(({ id }) => id.replaceAll("parameters.electionTimeout", ""))).toEqual([
      "raft/Min=100ms/Max=200ms",
      "raft/Min=100ms/Max=300ms",
      "raft/Min=200ms/Max=400ms",
      "raft/Min=200ms/Max=600ms",
    ])
    expect(experiment.cells[3]!.point["parameters.electionTimeoutMax"]).toEqual({
      value: 600,
      text: "600ms",
      rule: "3*electionTimeoutMin",
    })
    expect(valuesIn(experiment)).toEqual([
      { name: "parameters.electionTimeoutMin", formulas: [], values: ["100ms", "200ms"] },
      {
        name: "parameters.electionTimeoutMax",
        formulas: ["2*electionTimeoutMin", "3*electionTimeoutMin"],
        values: ["200ms", "300ms", "400ms", "600ms"],
      },
    ])
  })

  test("of each algorithm follow its own, and its defaults", () => {
    const { cells } = parsed("parameters: { electionTimeoutMax: 2 * electionTimeoutMin }")
    expect(cells[0]!.scenario.parameters).toMatchObject({ electionTimeoutMin: 150_000, electionTimeoutMax: 300_000 })
    expect(cells[0]!.worked).toEqual({
      "parameters.electionTimeoutMax": { expression: "2 * electionTimeoutMin", value: "300ms" },
    })
  })
})

describe("a wrong expression says so, with its place:", () => {
  test.each([
    [
      "parameters: { electionTimeoutMax: 2 * electonTimeoutMin }",
      '6:35: parameters.electionTimeoutMax: found "2 * electonTimeoutMin", but there is no electonTimeoutMin here; did you mean electionTimeoutMin?',
    ],
    [
      "parameters: { electionTimeoutMax: electionTimeoutMin * n * d }",
      '6:35: parameters.electionTimeoutMax: found "electionTimeoutMin * n * d", which is what is no quantity here, expected a duration',
    ],
    [
      "parameters: { electionTimeoutMax: 2 * n }",
      '6:35: parameters.electionTimeoutMax: found "2 * n", which is a number, expected a duration',
    ],
    [
      "parameters: { electionTimeoutMax: electionTimeoutMax + 1ms }",
      '6:35: parameters.electionTimeoutMax: found "electionTimeoutMax + 1ms", but electionTimeoutMax depends on itself',
    ],
    [
      "parameters: { electionTimeoutMax: d - 1s }",
      '6:35: parameters.electionTimeoutMax: found "d - 1s", which is below 0, expected a duration',
    ],
    ["parameters: { pipeline: n / 2 }", '6:25: parameters.pipeline: found "n / 2", which is 2.5, expected an integer'],
    ["parameters: { pipeline: f }", '6:25: parameters.pipeline: found "f", but f is not given'],
    [
      "duration: 10 * electionTimeoutMin",
      '6:11: duration: found "10 * electionTimeoutMin", but there is no electionTimeoutMin here',
    ],
    ["faults: [{ crash: { count: n/2, at: 5s } }]", '6:28: faults[0].crash.count: found "n/2", expected a count'],
    [
      "faults: [{ crash: { count: 1, at: 5s, for: ever } }]",
      '6:44: faults[0].crash.for: found "ever", expected a duration',
    ],
  ])("%s", (text, problem) => {
    expect(problemsIn(text)).toEqual([expect.stringContaining(`spec.yaml:${problem}`)])
  })

  test("one that comes to different values for algorithms that are compared at one point", () => {
    const text = `question: q
service: replicated-log
algorithms: [raft, { use: multi-paxos, parameters: { electionTimeoutMin: 100ms } }]
nodes: 3
sweep: { parameters.electionTimeoutMax: [2 * electionTimeoutMin] }
`
    const experiment = parseExperiment("spec.yaml", text, registry)
    expect("problems" in experiment && experiment.problems.map(formatProblem)).toEqual([
      expect.stringContaining(
        "spec.yaml:5:41: sweep.parameters.electionTimeoutMax: found 2*electionTimeoutMin, which is 300ms and 200ms for different algorithms",
      ),
    ])
  })
})
