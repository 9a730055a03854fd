import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { bundledExperiments, resolveSpec } from "../../../experiments/plan/bundled.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"

const bundled = bundledExperiments()

describe("the bundled experiments", () => {
  test("are there", () => {
    expect(bundled.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["availability-by-crashes", "first-comparison", "messages-by-nodes"]),
    )
  })

  test.each(bundled.map(({ name, question, file }) => [name, question, file]))(
    "%s answers the question of its first line",
    (name, question, file) => {
      const experiment = parseExperiment(file, readFileSync(file, "utf8"), registry)
      if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
      expect(experiment).toMatchObject({ name, question })
      expect(question).toMatch(/\?$/)
      expect(experiment.charts.length).toBeGreaterThan(0)
      for (const cell of planExperiment(experiment).cells)
        expect(toScenario(cell.scenario, registry).algorithm.name).toBe(cell.variant.algorithm)
    },
  )
})

describe("resolveSpec", () => {
  test("knows bundled experiments by name, and files by path", () => {
    const [{ name, file }] = [bundled[0]!]
    expect(resolveSpec(name)).toBe(file)
    expect(resolveSpec(file)).toBe(file)
    expect(resolveSpec("no-such-experiment")).toBe("no-such-experiment")
  })

  test("takes no folder for a spec", () => {
    expect(resolveSpec("experiments")).toBe("experiments")
  })
})
