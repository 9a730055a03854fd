/** Scripts of traitors in specs, and every strategy of a small group as a sweep. */
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { decodeScenario, encodeScenario } from "../../../scenarios/scenario-file.ts"
import { corrupt, makeTraitor } from "../../../runtime/faults/byzantine.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"

const spec = (nodes: number, faults: string, more = "sweep: { workload.proposal: [retreat, attack] }") => `
question: q
algorithms: [{ use: oral-messages, parameters: { m: 1 } }]
nodes: ${nodes}
network: { latency: 10ms }
${more}
faults: [${faults}]
duration: 2s
repeat: 1`

function cellsOf(text: string) {
  const experiment = parseExperiment("strategies.yaml", text, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment.cells
}

function problemsOf(text: string): readonly string[] {
  const experiment = parseExperiment("strategies.yaml", text, registry)
  return "problems" in experiment ? experiment.problems.map(formatProblem) : []
}

/** The cells in which a check is violated. */
function broken(text: string): readonly string[] {
  return cellsOf(text).flatMap(({ id, scenario }) => {
    const run = simulate(toScenario(scenario, registry), 1)
    if (run.status === "failed") throw new Error(run.reason)
    return Object.values(run.outcome.verdicts).some(({ verdict }) => verdict === "violated") ? [id] : []
  })
}

const all = (traitor: number, messages: string, says = "[0, 1]") =>
  `{ byzantine: { nodes: [${traitor}], behaviour: { strategies: all, messages: ${messages}, says: ${says} }, at: 0s } }`

describe("every strategy of a traitor among three generals with OM(1)", () => {
  test("breaks IC2 in 2 of 12: the commander orders ATTACK, and the lying lieutenant says RETREAT", () => {
    const asCommander = spec(3, all(0, "n-1"), "")
    const lieutenants = [1, 2].map(traitor => spec(3, all(traitor, "n-2")))
    expect([asCommander, ...lieutenants].flatMap(cellsOf)).toHaveLength(12)
    expect(broken(asCommander)).toEqual([])
    for (const lieutenant of lieutenants) {
      expect(broken(lieutenant)).toEqual(["oral-messages/workload.proposal=attack/strategy=0"])
    }
  })
})

describe("every strategy of a traitor among four generals with OM(1)", () => {
  test("breaks nothing, in none of 32, nor if he may also keep silent", () => {
    const specs = (says: string) => [
      spec(4, all(0, "n-1", says), ""),
      ...[1, 2, 3].map(traitor => spec(4, all(traitor, "n-2", says))),
    ]
    expect(specs("[0, 1]").flatMap(cellsOf)).toHaveLength(32)
    expect(specs("[0, 1]").flatMap(broken)).toEqual([])
    expect(specs("[0, 1, null]").flatMap(cellsOf)).toHaveLength(27 + 3 * 2 * 9)
    expect(specs("[0, 1, null]").flatMap(broken)).toEqual([])
  })

  test("breaks something where two of them are traitors together", () => {
    const text = spec(4, [all(1, "n-2"), all(2, "n-2")].join(", "))
    expect(cellsOf(text)).toHaveLength(2 * 4 * 4)
    expect(cellsOf(text)[5]!.id).toBe("oral-messages/workload.proposal=retreat/strategy=0-1/strategy2=0-1")
    expect(broken(text)).toContain("oral-messages/workload.proposal=attack/strategy=0-0/strategy2=0-0")
  })
})

describe("strategies that are listed", () => {
  test("are the ones that are swept, in their order, and may be of several lengths", () => {
    const cells = cellsOf(
      spec(4, "{ byzantine: { nodes: [0], behaviour: { strategies: [[1, 0, 0], [null], [12, 1]] }, at: 0s } }", "") +
        "\nworkload: { values: 13 }",
    )
    expect(cells.map(({ scenario }) => scenario.faults[0])).toMatchObject([
      { behaviour: { script: [1, 0, 0] } },
      { behaviour: { script: [null] } },
      { behaviour: { script: [12, 1] } },
    ])
    expect(cells.map(({ point }) => point["strategy"]!.value)).toEqual(["1_0_0", "x", "12_1"])
  })
})

describe("what traitors are to tell whom", () => {
  test("is said whatever the truth, in every message, and the truth to everybody else", () => {
    const traitor = makeTraitor({ tells: { 1: 0, 2: null } }, 0, 1)
    const lies = {
      Vote: (message: { type: "Vote"; value: number }, tell: (truth: number, of: number) => number) => ({
        ...message,
        value: tell(message.value, 2),
      }),
    }
    const told = (to: number) => corrupt(traitor, lies, { type: "Vote", value: 1 } as never, to)
    for (const round of [1, 2]) {
      expect([1, 2, 3].map(told), `round ${round}`).toEqual([
        { type: "Vote", value: 0 },
        null,
        { type: "Vote", value: 1 },
      ])
    }
  })

  test("goes into a scenario file and out of it", () => {
    const [cell] = cellsOf(
      spec(4, "{ byzantine: { nodes: [0], behaviour: { tells: { 1: 0, 2: null, 3: 1 } }, at: 0s } }", ""),
    )
    const run = { scenario: cell!.scenario, seed: 7 }
    const decoded = decodeScenario(encodeScenario(run, registry), registry)
    expect(decoded).toMatchObject({ scenario: { faults: [{ behaviour: { tells: { 1: 0, 2: null, 3: 1 } } }] } })
  })
})

describe("mistakes are told in one line", () => {
  test.each([
    [all(0, "20"), /2\^20 = 1,048,576 strategies of 20 messages; expected at most 4,096: take fewer nodes, or list/],
    [all(0, "n-4"), /n-4 is 0: expected at least one message that can lie/],
    [all(0, "f"), /found "f", but f is not given/],
    ["{ byzantine: { nodes: [0], behaviour: { strategies: all }, at: 0s } }", /all needs messages: how many messages/],
    ["{ byzantine: { nodes: [0], behaviour: { strategies: [] }, at: 0s } }", /strategies/],
    ["{ byzantine: { nodes: [0], behaviour: { script: [yes] }, at: 0s } }", /expected a number such as 0 or 1/],
    ["{ byzantine: { nodes: [0], behaviour: { tells: { 4: 1 } }, at: 0s } }", /found 4, expected nodes from 0 to 3/],
    [
      '{ byzantine: { nodes: [0], behaviour: { tells: { "01": 1 } }, at: 0s } }',
      /found 01, expected nodes from 0 to 3/,
    ],
    ["{ byzantine: { nodes: [0], behaviour: { tells: { x: 1 } }, at: 0s } }", /found x, expected nodes from 0 to 3/],
    [
      "{ byzantine: { nodes: [0], behaviour: { script: [0], tells: { 1: 0 } }, at: 0s } }",
      /behaviour: expected one of sil/,
    ],
    ["{ byzantine: { nodes: [0], behaviour: { script: [0], says: [0] }, at: 0s } }", /says go with strategies: all/],
    [
      "{ byzantine: { nodes: [0], behaviour: { scripts: all }, at: 0s } }",
      /scripts: unknown key; allowed here: .*strategies/,
    ],
    ["{ byzantine: { nodes: [0], behaviour: sly, at: 0s } }", /found "sly", expected one of silent, lying/],
  ])("%s", (fault, message) => {
    const problems = problemsOf(spec(4, fault, ""))
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(message)
  })
})
