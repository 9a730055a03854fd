import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { bundledExperiments, resolveSpec } from "../../../experiments/plan/bundled.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { fingerprintOf } from "../../../experiments/model/fingerprint.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { runsTable, summaryTable } from "../../../experiments/store/tables.ts"
import type { Experiment } from "../../../experiments/model/experiment.ts"
import { remembered } from "../../../lib/remembered.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"

const bundled = bundledExperiments()

/** The experiment of a file, which is parsed once for all tests. */
const experimentIn = remembered((file: string): Experiment => {
  const experiment = parseExperiment(file, readFileSync(file, "utf8"), registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment
})

describe("the bundled experiments", () => {
  test("are there", () => {
    expect(bundled.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["availability-by-crashes", "first-comparison", "messages-by-nodes"]),
    )
  })

  test.each(bundled.map(({ name, question, file }) => [name, question, file]))(
    "%s answers the question of its first line",
    (name, question, file) => {
      const experiment = experimentIn(file)
      expect(experiment).toMatchObject({ name, question })
      expect(question).toMatch(/\?$/)
      expect(experiment.charts.length).toBeGreaterThan(0)
      for (const cell of planExperiment(experiment).cells)
        expect(toScenario(cell.scenario, registry).algorithm.name).toBe(cell.variant.algorithm)
    },
  )

  test.each(bundled.map(({ name, file }) => [name, file]))("%s has each column once in its tables", (_, file) => {
    const plan = planExperiment(experimentIn(file))
    for (const { columns } of [runsTable(plan, registry), summaryTable(plan, registry)])
      expect(columns).toEqual([...new Set(columns)])
  })
})

describe("the reference results", () => {
  const REFERENCE = join(import.meta.dirname, "../../../results/reference")

  const folders = readdirSync(REFERENCE, { withFileTypes: true }).filter(entry => entry.isDirectory())

  test("are of all bundled experiments, and the index lists each with its question", () => {
    const index = readFileSync(join(REFERENCE, "README.md"), "utf8")
    expect(folders.map(({ name }) => name).toSorted()).toEqual(bundled.map(({ name }) => name).toSorted())
    for (const { name, question } of bundled) expect(index).toContain(`| [${name}](${name}/README.md) | ${question} |`)
  })

  // `npm run reference-results <name>` writes them anew.
  test.each(folders.map(({ name }) => name))("of %s are of the spec as it is, with its charts", name => {
    const experiment = experimentIn(resolveSpec(name))
    const [, ...rows] = readFileSync(join(REFERENCE, name, "summary.csv"), "utf8")
      .trimEnd()
      .split("\n")
    expect(rows.map(row => [row.split(",")[0], row.split(",").at(-1)])).toEqual(
      planExperiment(experiment).cells.map(cell => [cell.id, fingerprintOf(cell)]),
    )
    const files = [...experiment.charts.map(chart => `${chart}.svg`), "README.md", "summary.csv"]
    expect(readdirSync(join(REFERENCE, name)).toSorted()).toEqual(files.toSorted())
  })
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
