// Roles in specs and scenario files: processes beside the nodes, which faults and links name.
import { describe, expect, test } from "vitest"
import * as bundled from "../../../algorithms/registry.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { decodeScenario, encodeScenario } from "../../../scenarios/scenario-file.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { switchboard } from "../../support/switchboard.ts"

/** An operator and two scribes beside the nodes. */
const registry = {
  ...bundled,
  algorithms: { ...bundled.algorithms, switchboard: { ...switchboard, serves: [mutualExclusion] } },
}

const BASE = "question: q\nnodes: 3\nservice: mutual-exclusion\n"

function cellsOf(text: string) {
  const experiment = parseExperiment("spec.yaml", `${BASE}${text}`, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment.cells
}

function problemsIn(text: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", `${BASE}${text}`, registry)
  return "problems" in experiment ? experiment.problems.map(({ message }) => message) : []
}

const ALONE = "algorithms: [switchboard]\n"
const BOTH = "algorithms: [ricart-agrawala, switchboard]\n"

describe("faults", () => {
  test.each([
    ["crash: { nodes: [operator], at: 2s }", { target: { nodes: [3] } }],
    ["crash: { nodes: operator, at: 2s }", { target: { nodes: [3] } }],
    ["crash: { nodes: [1, scribe], at: 2s }", { target: { nodes: [1, 4, 5] } }],
    ['crash: { nodes: ["scribe 1"], at: 2s }', { target: { nodes: [5] } }],
    ["crash: { nodes: all, at: 2s }", { target: { nodes: [0, 1, 2] } }],
    ['cut: { links: [[0, operator], ["scribe 0", operator]], at: 2s }', { links: [[0, 3], [4, 3]] }], // biome-ignore format: a line
    ["partition: { sides: [[0, operator], [1]], bridge: [scribe], at: 2s }", { sides: [[0, 3], [1]], bridge: [4, 5] }],
  ])("%s", (text, expected) => {
    expect(cellsOf(`${ALONE}faults: [{ ${text} }]`)[0]!.scenario.faults).toMatchObject([expected])
  })

  test("move with the number of nodes", () => {
    const cells = cellsOf(`${ALONE}sweep: { nodes: [2, 5] }\nfaults: [{ crash: { nodes: [operator], at: 2s } }]`)
    expect(cells.map(({ scenario }) => scenario.faults)).toMatchObject([
      [{ target: { nodes: [2] } }],
      [{ target: { nodes: [5] } }],
    ])
  })

  test("of a role that only another algorithm of the spec has hit nobody", () => {
    const faults =
      "faults: [{ crash: { nodes: [operator], at: 2s } }, { cut: { links: [[0, operator]], at: 3s } }, " +
      "{ crash: { nodes: [0], at: 4s } }]"
    const [without, having] = cellsOf(`${BOTH}${faults}`)
    expect(without!.scenario.faults).toMatchObject([{ target: { nodes: [0] } }])
    expect(having!.scenario.faults).toHaveLength(3)
  })
})

test("links of the network", () => {
  const network = "network: { latency: 1ms, links: [{ between: [0, operator], latency: 9ms }] }"
  const [without, having] = cellsOf(`${BOTH}${network}`)
  expect(having!.scenario.network.links).toMatchObject([{ between: [0, 3] }])
  expect(without!.scenario.network.links).toBeUndefined()
  // One unit of time for both.
  expect([without!.linkDelay, having!.linkDelay]).toEqual([9_000, 9_000])
})

describe("mistakes", () => {
  test.each([
    ["crash: { nodes: [opertor], at: 2s }", 'found "opertor", expected a node from 0 to 2 or operator, scribe; did you mean operator?'], // biome-ignore format: a line
    ["crash: { nodes: [scribe 2], at: 2s }", 'found "scribe 2", expected a node from 0 to 2 or operator, scribe'],
    ['crash: { nodes: [scribe, "scribe 0"], at: 2s }', "names scribe 0 twice"],
    ["crash: { nodes: [3], at: 2s }", "found node 3, but with n = 3 the last node is 2"],
    ["cut: { links: [[0, scribe]], at: 2s }", 'scribe has 2 processes; name one of them, such as "scribe 0"'],
    ["cut: { links: [[0, 3]], at: 2s }", "found [0, 3], expected two different nodes from 0 to 2 or operator, scribe"],
  ])("%s", (text, expected) => {
    expect(problemsIn(`${ALONE}faults: [{ ${text} }]`)).toEqual([expect.stringContaining(expected)])
  })

  test("a role that no algorithm of the spec has", () => {
    expect(problemsIn("algorithms: [ricart-agrawala]\nfaults: [{ crash: { nodes: [operator], at: 2s } }]")).toEqual([
      expect.stringContaining('found "operator", expected a node from 0 to 2'),
    ])
  })
})

describe("scenario files", () => {
  const text = [
    "crash: { nodes: [1, operator], at: 2s }",
    'cut: { links: [[0, "scribe 1"]], at: 3s }',
    "partition: { sides: [[0, operator], [1]], bridge: [scribe], at: 4s }",
  ]
  const [{ scenario }] = cellsOf(`${ALONE}faults: [${text.map(fault => `{ ${fault} }`).join(", ")}]`) as [
    ReturnType<typeof cellsOf>[number],
  ]

  test("name processes of roles, and are read back equal", () => {
    const written = encodeScenario({ scenario, seed: 1 }, registry)
    expect(written).toMatchObject({
      faults: [
        { target: { nodes: [1, "operator"] } },
        { links: [[0, "scribe 1"]] },
        { sides: [[0, "operator"], [1]], bridge: ["scribe 0", "scribe 1"] },
      ],
    })
    expect(decodeScenario(written, registry)).toEqual({ scenario, seed: 1 })
  })

  test("say which names there are", () => {
    const written = { ...encodeScenario({ scenario, seed: 1 }, registry), faults: [{ kind: "crash", target: { nodes: ["store"] }, at: "2s" }] } // biome-ignore format: a line
    expect(decodeScenario(written, registry)).toEqual({
      problems: [
        {
          path: ["faults", 0, "target", "nodes", 0],
          message: 'found "store", expected a node from 0 to 2 or operator or scribe',
        },
      ],
    })
  })
})

describe("clients", () => {
  const faults = [
    'partition: { sides: [[0, "client 0", operator], [1, 2, "client 1"]], at: 2s }',
    'cut: { links: [["client 3", 1]], oneWay: true, at: 3s }',
    'loss: { links: [[0, "client 2"]], share: 10%, at: 4s }',
  ]
  const [cell] = cellsOf(`${ALONE}faults: [${faults.map(fault => `{ ${fault} }`).join(", ")}]`)
  const { scenario } = cell!

  test("stand on sides, and are ends of links", () => {
    expect(scenario.faults).toMatchObject([{ sides: [[0, -1, 3], [1, 2, -2]] }, { links: [[-4, 1]] }, { links: [[0, -3]] }]) // biome-ignore format: a line
  })

  test("are named in scenario files, and read back equal", () => {
    const written = encodeScenario({ scenario, seed: 1 }, registry)
    expect(written).toMatchObject({
      faults: [
        {
          sides: [
            [0, "client 0", "operator"],
            [1, 2, "client 1"],
          ],
        },
        { links: [["client 3", 1]] },
        { links: [[0, "client 2"]] },
      ],
    })
    expect(decodeScenario(written, registry)).toEqual({ scenario, seed: 1 })
  })

  test("take no room on sides that random nodes share out", () => {
    const text = 'faults: [{ partition: { sides: [["client 0"], 3], random: true, at: 2s } }]'
    expect(cellsOf(`${ALONE}${text}`)[0]!.scenario.faults).toMatchObject([{ sides: [[-1], { random: 3 }] }])
  })

  test.each([
    ["crash: { nodes: [client 0], at: 2s }", 'found "client 0", expected a node from 0 to 2'],
    ["crash: { nodes: client 0, at: 2s }", 'found "client 0", expected a node from 0 to 2'],
    ["partition: { sides: [[0, client 0], [1, client 0]], at: 2s }", "client 0 is on two sides"],
    ["partition: { sides: [[0], [1]], bridge: [client 0], at: 2s }", 'found "client 0", expected a node from 0 to 2'],
    ["partition: { sides: [[0, klient 0], [1]], at: 2s }", "expected a node from 0 to 2 or operator, scribe, client 0"],
    ["cut: { links: [[client 0, client 1]], at: 2s }", "found [client 0, client 1], expected two different nodes"],
    ["cut: { links: [[0, client 1], [client 1, 0]], at: 2s }", "found [client 1, 0], which is listed twice"],
    ["duplication: { links: [[0, client 1]], share: 10%, at: 2s }", 'found "client 1", expected a node from 0 to 2'],
    ["reordering: { links: [[0, client 1]], share: 10%, by: 1ms, at: 2s }", 'found "client 1", expected a node'],
  ])("are no %s", (text, expected) => {
    expect(problemsIn(`${ALONE}faults: [{ ${text} }]`)).toEqual([expect.stringContaining(expected)])
  })

  test("are no ends of links that the network gives settings of their own", () => {
    const network = "network: { latency: 1ms, links: [{ between: [0, client 0], latency: 9ms }] }"
    expect(problemsIn(`${ALONE}${network}`)).toEqual([expect.stringContaining('found "client 0", expected a node')])
  })
})
