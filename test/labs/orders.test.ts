// Tests of every order of events: what no seed meets is found, in the same steps before the wall and behind it.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { gradeProgram } from "../../labs/engine/grading/grade.ts"
import type { ImplementLab, ImplementTest } from "../../labs/engine/lab.ts"
import { hiddenSeeds, isOfOrders, publicSeeds, testsOf, tryOnce } from "../../labs/engine/run.ts"
import { compileSubmission } from "../../labs/engine/submission/submission.ts"
import { Sandbox } from "../../labs/sandbox/remote.ts"
import { labs } from "../../labs/registry.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { isNight } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { compileSolution } from "./corpus.ts"

const folder = temporaryFolder()
const lab = labs["ricart-agrawala"] as ImplementLab
const solution = readFileSync(join(import.meta.dirname, "solutions/ricart-agrawala.ts"), "utf8")

const NEXT_NUMBER = "state.ourSequenceNumber = state.highestSequenceNumber + 1"
/** Clocks of different nodes may show anything: what is later need not have the larger number. */
const BY_CLOCK = "state.ourSequenceNumber = node.now()"

const exclusion = testsOf(lab).filter(({ stage }) => stage.name === "exclusion")
const [everyOrder, runs] = exclusion.map(placed => placed.test) as [ImplementTest, ImplementTest]

/** Behind the wall, in this process: what happened, if it fails in some order of events, and whether its steps were not all of it. */
async function behindTheWall(name: string, source: string) {
  const sandbox = new Sandbox(await compileSubmission(written(name, source)))
  try {
    const algorithm = sandbox.steppedAlgorithm(sandbox.outline())
    const happened = tryOnce(lab, everyOrder, algorithm, { seed: 1, hidden: false })?.happened
    return { happened, hasOtherMemory: sandbox.hasOtherMemory() }
  } finally {
    await sandbox.close()
  }
}

function written(name: string, source: string): string {
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, source)
  return file
}

describe("requests that are numbered by the clock", () => {
  test("pass in runs, with hidden seeds too, and not in every order of events", async () => {
    const wrong = await compileSolution("ricart-agrawala.ts", [[NEXT_NUMBER, BY_CLOCK]])
    expect(isOfOrders(runs)).toBe(false)
    const seeds = [...publicSeeds(runs), ...hiddenSeeds(runs, 1)]
    expect(seeds.flatMap(at => tryOnce(lab, runs, wrong, at) ?? [])).toEqual([])
    const failed = tryOnce(lab, everyOrder, wrong, publicSeeds(everyOrder)[0]!)!
    expect(failed.happened.split("; ")).toHaveLength(6)
  })

  test("are found behind the wall in the same steps", async () => {
    const wrong = await compileSolution("ricart-agrawala.ts", [[NEXT_NUMBER, BY_CLOCK]])
    const inside = tryOnce(lab, everyOrder, wrong, { seed: 1, hidden: false })
    expect(inside).toBeDefined()
    expect(await behindTheWall("clock", solution.replace(NEXT_NUMBER, BY_CLOCK))).toEqual({
      happened: inside?.happened,
      hasOtherMemory: false,
    })
  })
})

test("the scenario of a failure takes its steps in a run, which shows the same", async () => {
  const wrong = await compileSolution("ricart-agrawala.ts", [["if (deferIt) state", "if (false) state"]])
  const { scenario } = tryOnce(lab, everyOrder, wrong, { seed: 1, hidden: false })!
  const run = simulate(scenario!, 1)
  expect(run.status === "completed" && run.outcome.verdicts["mutual-exclusion"]).toMatchObject({ verdict: "violated" })
})

test("a right solution passes behind the wall", async () => {
  expect(await behindTheWall("right", solution)).toEqual({ happened: undefined, hasOtherMemory: false })
})

describe("handlers that keep something beside their state", () => {
  const source = solution
    .replace("export const solution", "let asked = 0\n\nexport const solution")
    .replace(NEXT_NUMBER, `${NEXT_NUMBER} + asked++`)

  test("come out otherwise when their steps are taken again", async () => {
    expect(await behindTheWall("memory", source)).toMatchObject({ hasOtherMemory: true })
  })

  test.runIf(isNight)("fail the test", async () => {
    const program = await compileSubmission(written("graded", source))
    const { tests } = await gradeProgram(lab, program, "graded", { stage: "exclusion" })
    expect(tests.find(({ number }) => number === "2.1")?.failure).toMatchObject({
      happened: "the same event in the same state had another result the second time",
    })
  })
})

test("numbers of which there are too many to try each are refused, in words", async () => {
  const drawing = await compileSolution("ricart-agrawala.ts", [
    [NEXT_NUMBER, "state.ourSequenceNumber = node.random(1, 1_000_000)"],
  ])
  expect(tryOnce(lab, everyOrder, drawing, { seed: 1, hidden: false })).toMatchObject({
    expected: "draws from so few numbers that each of them can be tried",
  })
})

test("a node may crash for good: whoever waits for its reply is shown", async () => {
  const right = await compileSolution("ricart-agrawala.ts", [])
  const bounds = { nodes: 2, operations: 1, judges: ["progress"], crashes: 1, states: 10_000 }
  const orders = { ...everyOrder, orders: [{ ...bounds, restarts: "none" }] } as const
  const failed = tryOnce(lab, orders, right, { seed: 1, hidden: false })
  expect(failed?.happened).toMatch(/crash \d for good/)
})
