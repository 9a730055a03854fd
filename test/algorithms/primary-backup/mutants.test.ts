// Mistakes planted on purpose: each of them is caught, by what is named with it.
import { describe, expect, test } from "vitest"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import type { PrimaryBackup } from "../../../algorithms/primary-backup/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { COURSES, type Course } from "./courses.ts"
import { mutants } from "./mutants.ts"
import { randomRun } from "./random-run.ts"

const SEEDS = 400

const COURSE_NAMED: Readonly<Record<string, Course>> = COURSES

async function withMistake(edits: readonly Edit[]): Promise<Algorithm<PrimaryBackup>> {
  const entry = "algorithms/primary-backup/primary-backup.ts"
  const module = await compileWith<{ primaryBackup: Algorithm<PrimaryBackup> }>(entry, edits)
  return module.primaryBackup
}

test.each(Object.entries(COURSES))("%s", (_, course) => {
  expect(course(primaryBackup)).toBeUndefined()
})

/** What is wrong with a course; messages are frozen when they are sent, so that who changes one later throws. */
function shownBy(course: Course, algorithm: Algorithm<PrimaryBackup>): string | undefined {
  try {
    return course(algorithm)
  } catch (error) {
    if (error instanceof TypeError && /not extensible|read only/.test(error.message)) return error.message
    throw error
  }
}

describe("caught by a course", () => {
  test.each(mutants.filter(({ caughtBy }) => caughtBy in COURSES))("$name", async ({ edits, caughtBy }) => {
    expect(shownBy(COURSE_NAMED[caughtBy]!, await withMistake(edits))).toBeTypeOf("string")
  })
})

describe("caught in random runs", () => {
  const others = mutants.filter(({ caughtBy }) => !(caughtBy in COURSES))
  test.each(others)("$name: $caughtBy", async ({ name, edits, caughtBy, parameters }) => {
    const algorithm = await withMistake(edits)
    const found = new Set<string>()
    const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
    const seed = seedThatShows(`primary-backup: ${name}`, SEEDS, each => {
      for (const wrong of randomRun(algorithm, each, parameters).wrong) found.add(wrong.slice(0, 120))
      return isCaught()
    })
    expect(seed, [...found].slice(0, 8).join("; ")).toBeDefined()
  })
})
