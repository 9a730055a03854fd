/**
 * What every lab must keep: the skeleton scores nothing and says why, and the project's own algorithm everything, with
 * any hidden seeds. What mistakes cost is in mistakes.test.ts.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { gradeProgram } from "../../labs/engine/grading/grade.ts"
import {
  type FindBugLab,
  type ImplementLab,
  pointsOf,
  type ImplementTest,
  type WrongSchedule,
} from "../../labs/engine/lab.ts"
import { labs } from "../../labs/registry.ts"
import { type FailedTrial, publicSeeds, testsOf, tryOnce } from "../../labs/engine/run.ts"
import { gradeSchedule } from "../../labs/engine/schedule.ts"
import { compileSubmission } from "../../labs/engine/submission/submission.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { byNight, oneInByDay } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { compileAlgorithm } from "./corpus.ts"
import { lost } from "./lost.ts"

const ROOT = join(import.meta.dirname, "../..")

/** The hidden seeds that the references are tried with; `npm run labs -- --times 100` tries more. */
const SECRETS = [1]

/** The seeds of each test: by day a public one, and a hidden one. */
const MOST = byNight(Infinity, 2)

const folder = temporaryFolder()

/** The first failure of an algorithm in a test, with the seeds that everybody has. */
function failureOf(lab: ImplementLab, one: ImplementTest, algorithm: Algorithm): FailedTrial | undefined {
  for (const at of publicSeeds(one)) {
    const failure = tryOnce(lab, one, algorithm, at)
    if (failure !== undefined) return failure
  }
  return undefined
}

const findBugLabs = Object.values(labs).filter(lab => lab.kind === "find-bug")
const implementLabs = Object.values(labs).filter(lab => lab.kind === "implement")
/** A process for each takes most of the time; by day the first lab's stands for all. */
const gradedSkeletons = oneInByDay(implementLabs.length, implementLabs)

describe.each(implementLabs)("$name", lab => {
  test("its points are 100", () => {
    expect(testsOf(lab).reduce((sum, { test: { points } }) => sum + points, 0)).toBe(100)
  })

  test("names of stages and tests are unique", () => {
    const names = [...lab.stages.map(({ name }) => name), ...testsOf(lab).map(placed => placed.test.name)]
    expect(new Set(names).size).toBe(names.length)
  })

  test("the project's own algorithm gets full marks, with hidden seeds too", async () => {
    const { reference }: { reference: Algorithm } = await import(`../../labs/${lab.name}/reference.ts`)
    expect(lost(lab, reference, SECRETS, undefined, MOST)).toEqual({})
  })

  test("the skeleton fails every test, which says what was expected", async () => {
    const skeleton = await compileAlgorithm(join(ROOT, "labs", lab.name, "skeleton.ts"), [])
    for (const { number, test: one } of testsOf(lab)) {
      const failure = failureOf(lab, one, skeleton)
      expect(failure?.expected.length, number).toBeGreaterThan(10)
      expect(failure?.happened, number).not.toMatch(/exception|undefined|is not/)
    }
  })

  test.runIf(gradedSkeletons.includes(lab))("graded behind the walls, it scores 0 as well", async () => {
    const program = await compileSubmission(join(ROOT, "labs", lab.name, "skeleton.ts"))
    const report = await gradeProgram(lab, program, "skeleton")
    expect(report).toMatchObject({ score: 0, maxScore: 100, problems: [] })
    for (const { failure } of report.tests) expect(failure?.happened).not.toMatch(/exception|undefined|is not/)
  })
})

describe.each(findBugLabs)("$name", lab => {
  const at = join(folder, `${lab.name}.yaml`)

  /** The points of a schedule, and the stages that it loses points of. */
  function marks(own: FindBugLab, text: string, secret?: number) {
    writeFileSync(at, text)
    const { score, tests, problems } = gradeSchedule(own, at, "schedule", secret === undefined ? {} : { secret })
    const failed = tests.filter(({ failure }) => failure !== undefined)
    return { score, problems, loses: [...new Set(failed.map(({ stage }) => stage))] }
  }

  test("its points are 100", () => expect(pointsOf(lab)).toBe(100))

  // Hidden seeds come beside those that everybody has.
  test.each(SECRETS)("the reference shows all there is (hidden seeds of secret %s)", async secret => {
    const { reference }: { reference: string } = await import(`../../labs/${lab.name}/reference.ts`)
    expect(marks(lab, reference, secret)).toEqual({ score: 100, problems: [], loses: [] })
  })

  test("the skeleton shows nothing", () => {
    const report = gradeSchedule(lab, join(ROOT, "labs", lab.name, "skeleton.yaml"), "skeleton")
    expect(report).toMatchObject({ score: 0, problems: [] })
    for (const { failure } of report.tests) expect(failure?.happened).toMatch(/with none of 30 seeds|faults/)
  })

  test("typical schedules that fall short lose the points of the right stages, and only those", async () => {
    const { wrong }: { wrong: readonly WrongSchedule[] } = await import(`../../labs/${lab.name}/wrong.ts`)
    expect(wrong.length).toBeGreaterThanOrEqual(5)
    for (const { mistake, schedule, loses } of oneInByDay(3, wrong)) {
      expect({ mistake, ...marks(lab, schedule, 1) }).toMatchObject({ mistake, problems: [], loses })
    }
  })

  test("a file that cannot be read is explained", () => {
    expect(marks(lab, "nodes: 3\n").problems).toEqual([expect.stringContaining("expected a scenario file")])
    const text = "format: quorate/scenario/v1\nalgorithm: raft\nservice: replicated-log\nnodes: three\n"
    expect(marks(lab, text).problems[0]).toMatch(/yaml:4:8: .*three/)
  })
})
