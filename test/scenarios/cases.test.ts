/** All cases of small instances: how many there are, and that no two of them are the same. */
import { describe, expect, test } from "vitest"
import type { Cases, NodeSets } from "../../scenarios/case-space.ts"
import { caseName, caseOf, countCases } from "../../scenarios/cases.ts"
import type { CellScenario } from "../../scenarios/cell.ts"
import { binaryInputs, schedules } from "../algorithms/floodset/schedules.ts"

const upTo = (to: number, nodes: number, from = 0): NodeSets => ({
  among: Array.from({ length: nodes }, (_, node) => node),
  from,
  to,
})

const scenarioWith = (nodes: number, every: Cases): CellScenario => ({
  algorithm: "floodset",
  service: "agreement",
  nodes,
  parameters: {},
  workload: { proposal: "every", gap: 0 },
  network: { latency: { model: "constant", delay: 1_000 }, loss: 0, duplication: 0 },
  disk: { syncLatency: 0 },
  faults: [{ kind: "crash", target: { nodes: [0] }, at: 9_000_000 }],
  warmup: 1_000,
  duration: 2_000,
  every,
})

/** What differs from case to case, one after the other. */
function allOf(nodes: number, every: Cases) {
  const scenario = scenarioWith(nodes, every)
  return Array.from({ length: countCases(every, nodes) }, (_, index) => {
    const { faults, workload } = caseOf(scenario, index + 1)
    return { faults: faults.slice(1), proposal: workload["proposal"] }
  })
}

const isSetOf = (cases: readonly unknown[]): number => new Set(cases.map(one => JSON.stringify(one))).size

describe("schedules of crashes in broadcasts, times all inputs of 0 and 1", () => {
  test.each([
    [3, 1, 1, 80],
    [3, 1, 2, 152],
    [4, 1, 1, 464],
    [4, 1, 2, 912],
    [4, 2, 2, 19_728],
    [4, 2, 3, 43_696],
  ])("%i nodes, up to %i crashes, %i rounds: %i", (nodes, f, broadcasts, count) => {
    const crashes = { sets: upTo(f, nodes), broadcasts, at: 5 }
    expect(countCases({ crashes, inputs: { proposers: nodes, values: 2 } }, nodes)).toBe(count)
  })

  test("are those that are enumerated one by one, each once", () => {
    for (const [nodes, f, broadcasts] of [
      [3, 1, 2],
      [4, 2, 1],
    ] as const) {
      const crashes = { sets: upTo(f, nodes), broadcasts, at: 5 }
      const found = allOf(nodes, { crashes, inputs: { proposers: nodes, values: 2 } })
      const expected = schedules(nodes, f, broadcasts).flatMap(schedule =>
        binaryInputs(nodes).map(inputs => ({
          faults: schedule.map(({ process, round, reached }) => ({
            kind: "brokenBroadcast",
            target: { nodes: [process] },
            broadcast: round,
            reaches: reached,
            at: 5,
          })),
          proposal: inputs.join("_"),
        })),
      )
      expect(isSetOf(found)).toBe(found.length)
      expect(new Set(found.map(one => JSON.stringify(one)))).toEqual(new Set(expected.map(one => JSON.stringify(one))))
    }
  })

  test("leave everything else of the scenario as it is", () => {
    const every: Cases = { crashes: { sets: upTo(1, 3), broadcasts: 1, at: 5 } }
    const { every: _, ...rest } = scenarioWith(3, every)
    expect(caseOf(scenarioWith(3, every), 1)).toEqual(rest)
    expect(caseOf(scenarioWith(3, every), 2)).toMatchObject({ workload: rest.workload, faults: [rest.faults[0], {}] })
    expect(caseOf(rest, 77)).toEqual(rest)
  })
})

describe("strategies of traitors", () => {
  const traitors = (nodes: number, count: number, says: readonly (number | null)[] = [0, 1]) => ({
    sets: upTo(count, nodes, count),
    messages: { proposer: nodes - 1, other: nodes - 2 },
    says,
    at: 0,
  })

  test.each([
    [3, 12],
    [4, 32],
    [5, 80],
  ])("one of %i generals: %i, with the orders of a loyal commander", (nodes, count) => {
    const every: Cases = { traitors: traitors(nodes, 1), inputs: { proposers: 1, values: 2 } }
    const found = allOf(nodes, every)
    expect(found).toHaveLength(count)
    expect(isSetOf(found)).toBe(count)
    // What a traitorous commander was to order does not matter.
    expect(found.filter(({ faults: [fault] }) => JSON.stringify(fault).includes("[0]"))[0]!.proposal).toBe("0")
  })

  test("go through all words of all traitors, silence among them", () => {
    const found = allOf(4, { traitors: traitors(4, 2, [0, 1, null]), inputs: { proposers: 1, values: 2 } })
    const [pairsWithCommander, pairsWithout] = [3 * 27 * 9, 3 * 9 * 9 * 2]
    expect(found).toHaveLength(pairsWithCommander + pairsWithout)
    expect(isSetOf(found)).toBe(found.length)
    expect(found[0]).toEqual({
      faults: [0, 1].map(node => ({
        kind: "byzantine",
        target: { nodes: [node] },
        behaviour: { script: node === 0 ? [0, 0, 0] : [0, 0] },
        at: 0,
      })),
      proposal: "0",
    })
  })

  test("times schedules are cases; either alone has a name of its own", () => {
    const crashes = { sets: upTo(1, 3), broadcasts: 1, at: 5 }
    const every: Cases = { crashes, traitors: traitors(3, 1) }
    expect(allOf(3, every)).toHaveLength(10 * (4 + 2 + 2))
    expect(isSetOf(allOf(3, every))).toBe(80)
    expect(caseName(every)).toBe("case")
    expect(caseName({ crashes })).toBe("schedule")
    expect(caseName({ traitors: traitors(3, 1) })).toBe("strategy")
    expect(caseName({ inputs: { proposers: 3, values: 2 } })).toBe("case")
  })
})
