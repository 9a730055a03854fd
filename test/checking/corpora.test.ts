// Every planted mistake of every algorithm is found by a check within bounds, or somebody has said why not. The whole search
// is a script's (`node scripts/check-mutants.ts`); by day a few that it found are found once more, in as many steps.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { commandLine } from "../support/check-line.ts"
import { byNight, isNight, oneInByDay } from "../support/effort.ts"
import { checkWithin, whyUnsound } from "../support/mutant-checks.ts"
import { isMutationRun } from "../support/mutation-run.ts"
import { PLANTED, withMistake } from "../support/planted.ts"
import { MUTANT_BOUNDS, type MutantBounds } from "./mutant-bounds.ts"
import { isFound, type Known, summaryPage } from "./mutant-summary.ts"
import { reasonFor, REASONS } from "./not-found.ts"

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8")
const summary: Readonly<Record<string, Readonly<Record<string, Known>>>> = JSON.parse(read("mutants.json"))

describe.each(Object.keys(PLANTED))("%s", name => {
  const mistakes = PLANTED[name]!.map(({ mistake }) => mistake)

  test("all of its mistakes were looked for", () => {
    expect(Object.keys(summary[name] ?? {}).toSorted()).toEqual(mistakes.toSorted())
  })

  test("those that are not found have a reason, and no others", () => {
    const isKnown = (mistake: string): boolean => isFound(summary[name]?.[mistake] ?? { states: 0, cpuSeconds: 0 })
    const unexplained = mistakes.filter(mistake => isKnown(mistake) === (reasonFor(name, mistake) !== undefined))
    expect(unexplained).toEqual([])
  })

  test("every reason is one of a mistake that is there", () => {
    const beginnings = Object.keys(REASONS[name] ?? {})
    const idle = beginnings.filter(beginning => !mistakes.some(mistake => mistake.startsWith(beginning)))
    expect(idle).toEqual([])
  })
})

/** By day the beginning of some explorations. */
const bounded = Object.entries(MUTANT_BOUNDS).flatMap(([name, all]) =>
  oneInByDay(
    8,
    all.filter(({ walks }) => isNight || walks === undefined),
  ).map(bounds => ({ name, bounds: isNight ? bounds : { ...bounds, states: 2_000 } })),
)

test.skipIf(isMutationRun)(
  "no algorithm is violated as it is, within the bounds in which its mistakes are",
  () => {
    expect(bounded.length).toBeGreaterThan(byNight(120, 20))
    expect(bounded.flatMap(({ name, bounds }) => whyUnsound(name, bounds) ?? [])).toEqual([])
  },
  3_600_000,
)

test("the page for readers says the same", () => {
  expect(read("README.md")).toBe(summaryPage(summary))
})

/** States that take a moment. */
const QUICK = byNight(200_000, 2_000)
const ONE_IN = byNight(1, 40)

/** The bounds in which one was found; undefined: they are no longer those of the algorithm. */
function boundsOf(name: string, { line }: Known): MutantBounds | undefined {
  return MUTANT_BOUNDS[name]!.find(bounds => commandLine(name, bounds) === line)
}

test("everything was found in bounds that are still there", () => {
  const gone = Object.entries(summary).flatMap(([name, mistakes]) =>
    Object.entries(mistakes).filter(([, known]) => isFound(known) && boundsOf(name, known) === undefined),
  )
  expect(gone).toEqual([])
})

const quick = Object.entries(summary).flatMap(([name, mistakes]) =>
  Object.entries(mistakes).flatMap(([mistake, known]) =>
    isFound(known) && known.states <= QUICK && boundsOf(name, known)?.walks === undefined
      ? [{ name, mistake, known }]
      : [],
  ),
)

test.skipIf(isMutationRun).each(quick.filter((_, place) => place % ONE_IN === 0))(
  "$name: $mistake",
  async ({ name, mistake, known }) => {
    const planted = PLANTED[name]!.find(each => each.mistake === mistake)!
    const { violation } = checkWithin(name, await withMistake(name, planted), boundsOf(name, known)!)
    expect(violation).toMatchObject({ steps: known.steps, reason: expect.stringContaining(known.reason!.slice(0, 60)) })
  },
)
