/**
 * Sentences about points whose runs go through all cases: `6 of 80 schedules violate agreement`. These are counts, not
 * estimates.
 */
import type { Figured } from "../../analysis/aggregate.ts"
import { caseName, type CaseName } from "../../scenarios/cases.ts"
import { type Figures, joined } from "./context.ts"
import type { Cases, Told } from "./finding.ts"
import { namePoint, pointKey } from "./points.ts"

/** The maximum number of points with a sentence; the others are in the table. */
const MAX_TOLD = 24

const PLURALS: Readonly<Record<CaseName, string>> = { schedule: "schedules", strategy: "strategies", case: "cases" }

/** A sentence for each algorithm at each point. */
export function tellCases(figures: Figures): readonly Told[] {
  const told = figures.algorithms.flatMap(({ label, summaries }) =>
    summaries.flatMap(summary => tellCell(label, summary, figures)),
  )
  return told.slice(0, MAX_TOLD)
}

function tellCell(algorithm: string, summary: Figured, { space }: Figures): readonly Told[] {
  const { cell, cases } = summary
  const { every } = cell.scenario
  if (every === undefined || cases === undefined) return []
  const { runs, violatedBy, undecided, failed } = cases
  const name = caseName(every)
  const counts = Map.groupBy(Object.keys(violatedBy).toSorted(), check => violatedBy[check]!)
  const violations = [...counts]
    .toSorted(([one], [other]) => other - one)
    .map(([count, checks], place) =>
      place === 0
        ? `${grouped(count)} of ${grouped(runs)} ${PLURALS[name]} ${count === 1 ? "violates" : "violate"} ${joined(checks)}`
        : `${grouped(count)} ${joined(checks)}`,
    )
  const found = violations.length > 0 ? violations : [`0 of ${grouped(runs)} ${PLURALS[name]} violate any check`]
  const rest = [
    ...(undecided === 0 ? [] : [`${grouped(undecided)} are undecided`]),
    ...(failed === 0 ? [] : [`the algorithm failed in ${grouped(failed)}`]),
  ]
  const at = space.cells.length === 1 ? "" : ` (${namePoint(cell, space)})`
  const finding: Cases = {
    kind: "cases",
    algorithm,
    point: pointKey(cell),
    of: name,
    runs,
    violatedBy,
    undecided,
    failed,
  }
  return [{ sentence: `${algorithm}${at}: ${[...found, ...rest].join(", ")}.`, finding }]
}

/** `19,728`. */
function grouped(count: number): string {
  return count.toLocaleString("en")
}
