/**
 * What every lab must keep: the skeleton scores nothing and says why, the project's own algorithm everything, with any
 * hidden seeds, and a typical mistake loses the points of the stages that are about it, and no others.
 */
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { gradeProgram } from "../../labs/grade.ts"
import type { ImplementLab, WrongSolution } from "../../labs/lab.ts"
import { labs } from "../../labs/registry.ts"
import { hiddenSeeds, publicSeeds, testsOf, tryOnce } from "../../labs/run.ts"
import { compileSubmission } from "../../labs/submission.ts"
import type { Algorithm } from "../../runtime/algorithm.ts"
import { compileWith } from "../support/mutants.ts"

const ROOT = join(import.meta.dirname, "../..")

/** Different sets of hidden seeds that the references are tried with; `npm run labs -- --times 100` tries more. */
const SECRETS = [1, 2, 3]

const implementLabs = Object.values(labs).filter(lab => lab.kind === "implement")

/** The stages that an algorithm loses points of, with the first failure of each. */
function lost(lab: ImplementLab, algorithm: Algorithm, secret: number): Record<string, string> {
  const failures: Record<string, string> = {}
  for (const { stage, test: one } of testsOf(lab)) {
    for (const at of [...publicSeeds(one), ...hiddenSeeds(one, secret)]) {
      const failed = tryOnce(lab, one, algorithm, at)
      if (failed === undefined) continue
      failures[stage.name] ??= `${one.name}, seed ${at.seed}: ${failed.expected}; ${failed.happened}`
      break
    }
  }
  return failures
}

describe.each(implementLabs)("$name", lab => {
  test("its points are 100", () => {
    expect(testsOf(lab).reduce((sum, { test: { points } }) => sum + points, 0)).toBe(100)
  })

  test("names of stages and tests are unique", () => {
    const names = [...lab.stages.map(({ name }) => name), ...testsOf(lab).map(placed => placed.test.name)]
    expect(new Set(names).size).toBe(names.length)
  })

  test.each(SECRETS)("the project's own algorithm gets full marks (hidden seeds of secret %i)", async secret => {
    const { reference }: { reference: Algorithm } = await import(`../../labs/${lab.name}/reference.ts`)
    expect(lost(lab, reference, secret)).toEqual({})
  })

  test("the skeleton scores 0, and every test says what was expected", async () => {
    const program = await compileSubmission(join(ROOT, "labs", lab.name, "skeleton.ts"))
    const report = await gradeProgram(lab, program, "skeleton")
    expect(report).toMatchObject({ score: 0, maxScore: 100, problems: [] })
    for (const { failure } of report.tests) {
      expect(failure?.happened).not.toMatch(/exception|undefined|is not/)
      expect(failure?.expected.length).toBeGreaterThan(10)
    }
  })

  test("typical mistakes lose the points of the right stages, and only those", async () => {
    const { wrong }: { wrong: readonly WrongSolution[] } = await import(`../../labs/${lab.name}/wrong.ts`)
    expect(wrong.length).toBeGreaterThanOrEqual(5)
    for (const { mistake, edits, loses } of wrong) {
      const mutant = await compileWith<{ reference: Algorithm }>(`labs/${lab.name}/reference.ts`, edits)
      const failures = lost(lab, mutant.reference, 1)
      expect({ mistake, loses: Object.keys(failures), failures }).toEqual({ mistake, loses: [...loses], failures })
    }
  })
})
