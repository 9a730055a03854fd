// Every rule of the papers counts: a solution that negates one or leaves it out loses points of the stages that are about
// it, and with the seeds that everybody has of no others; and right solutions that are not the project's own lose none. One in
// sixteen is tried by day, all at night, as by `npm run labs -- --rules`.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { ImplementLab } from "../../labs/engine/lab.ts"
import { labs } from "../../labs/registry.ts"
import { hiddenSeeds, publicSeeds, testsOf, tryOnce } from "../../labs/engine/run.ts"
import { gradeSchedule } from "../../labs/engine/schedule.ts"
import { temporaryFolder } from "../support/folder.ts"
import { byNight, isNight } from "../support/effort.ts"
import { compileSolution, corpora, editedSolution } from "./corpus.ts"
import { lost, spared } from "./lost.ts"
import { schedules as paxosSchedules } from "./schedules/broken-paxos.ts"
import { schedules as raftSchedules } from "./schedules/broken-raft.ts"

const ONE_IN = byNight(1, 16)

/** The seeds of each test that a right solution is tried with. */
const SEEDS = byNight(3, 1)

function oneIn<T>(all: readonly T[]): readonly T[] {
  return all.filter((_, place) => place % ONE_IN === 0)
}

function implementLab(name: string): ImplementLab {
  const lab = labs[name]
  if (lab?.kind !== "implement") throw new Error(`${name} is not a lab in which students write an algorithm`)
  return lab
}

describe.each([
  { name: "broken-raft", schedules: raftSchedules },
  { name: "broken-paxos", schedules: paxosSchedules },
])("$name", ({ name, schedules }) => {
  const at = join(temporaryFolder(), "schedule.yaml")

  test.each(oneIn(schedules))("$mistake: loses the points of $loses", ({ schedule, loses }) => {
    const lab = labs[name]
    if (lab?.kind !== "find-bug") throw new Error(`${name} is not a lab in which students find a bug`)
    writeFileSync(at, schedule)
    const { tests, problems } = gradeSchedule(lab, at, "schedule", { secret: 1 })
    const failed = tests.filter(({ failure }) => failure !== undefined)
    expect({ problems, loses: [...new Set(failed.map(({ stage }) => stage))] }).toEqual({ problems: [], loses })
  })

  test("there are schedules for every stage, and each is another", () => {
    expect(new Set(schedules.map(({ schedule }) => schedule)).size).toBe(schedules.length)
    expect(schedules.length).toBeGreaterThanOrEqual(15)
  })
})

/** The listing of Ricart and Agrawala (§2) by the letter: no more than what the lab's network is like is added to it. */
test("the paper's Ricart-Agrawala loses what the hand-out says, and nothing else", async () => {
  const listing = await compileSolution("ricart-agrawala.ts", [
    ["      if (which <= state.which[j]!) return\n", ""],
    ["      if (which !== state.which[node.id] || state.replied[j]) return\n", ""],
  ])
  const lab = implementLab("ricart-agrawala")
  const failed = testsOf(lab).filter(({ test: one }) =>
    [...publicSeeds(one), ...hiddenSeeds(one, 1)].some(at => tryOnce(lab, one, listing, at) !== undefined),
  )
  expect(failed.map(({ test: { name } }) => name)).toEqual([expect.stringContaining("if messages arrive twice")])
})

describe.each(corpora)("$lab", ({ lab, solution, rules }) => {
  test("a right solution of another design gets full marks", async () => {
    expect(lost(implementLab(lab), await compileSolution(solution, []), [], undefined, SEEDS)).toEqual({})
  })

  test("there are wrong solutions for every stage, and each is another", () => {
    expect(rules.length).toBeGreaterThanOrEqual(15)
    expect(new Set(rules.map(({ edits }) => editedSolution(solution, edits))).size).toBe(rules.length)
    const stages = implementLab(lab).stages.map(({ name }) => name)
    expect(new Set(rules.flatMap(({ loses }) => loses))).toEqual(new Set(stages))
  })

  test("a solution that breaks a rule loses points of the stages that are about it", async () => {
    for (const { rule, mistake, edits, loses } of oneIn(rules)) {
      const wrong = await compileSolution(solution, edits)
      expect(loses.length, mistake).toBeGreaterThan(0)
      const stages = implementLab(lab).stages.map(({ name }) => name)
      const others = isNight ? stages.filter(name => !loses.includes(name)) : []
      const spares = spared(implementLab(lab), wrong, loses, 1)
      const losesToo = lost(implementLab(lab), wrong, [], others)
      expect({ rule, mistake, spares, losesToo }).toEqual({ rule, mistake, spares: [], losesToo: {} })
    }
  })
})
