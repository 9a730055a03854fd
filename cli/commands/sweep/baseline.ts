/** `--baseline` of `quorate run`: compares new results with earlier ones, and reports what got worse. */
import { resolve } from "node:path"
import { alteredKeys } from "../../../experiments/store/altered.ts"
import { counted } from "../../../lib/counted.ts"
import { type EarlierResults, readResults } from "../../../experiments/regressions/earlier-results.ts"
import { GUARDED, TOLERANCE, type Tolerances, tolerances } from "../../../experiments/regressions/guarded-metrics.ts"
import { compareResults, type Comparison, describeMetricChange } from "../../../experiments/regressions/regressions.ts"
import { didYouMean } from "../../../lib/suggestions.ts"
import { UsageError } from "../../exit-codes.ts"

/** Reads `--tolerance`: a share for all metrics, or with exceptions, such as `1%,latency=5%`. */
export function readTolerances(written: string = `${100 * TOLERANCE}%`): Tolerances {
  const own: Record<string, number> = {}
  let all: number | undefined
  for (const part of written.split(",")) {
    const [name, text] = part.includes("=") ? part.split("=", 2).map(word => word.trim()) : [undefined, part]
    const value = readShare(text ?? "")
    if (value === undefined) {
      throw new UsageError(
        `--tolerance: expected a share such as 1% or 0.01, or 1%,latency=5%, found ${JSON.stringify(written)}`,
      )
    }
    if (name === undefined) all = value
    else own[knownMetric(name)] = value
  }
  return tolerances(all, own)
}

/** A share, also one beyond 1: what costs three times as much costs 200 % more. */
function readShare(text: string): number | undefined {
  const [, percent, number] = /^(?:(\d+(?:\.\d+)?)%|(\d+(?:\.\d+)?))$/.exec(text.trim()) ?? []
  return percent === undefined ? (number === undefined ? undefined : Number(number)) : Number(percent) / 100
}

function knownMetric(name: string): string {
  const names = GUARDED.map(metric => metric.name)
  if (names.includes(name)) return name
  const hint = didYouMean(name, names) || `; expected one of ${names.join(", ")}`
  throw new UsageError(`--tolerance: no metric that is guarded is called ${JSON.stringify(name)}${hint}`)
}

/**
 * Reads the earlier results, before new ones are made.
 *
 * @param outDir where the new ones go; it must be another folder, or the next comparison would use these
 */
export function readBaseline(path: string, outDir: string): EarlierResults {
  if (path === "") throw new UsageError("--baseline needs a folder with results, or the summary.csv in one")
  const results = readResults(path)
  if (typeof results === "string") throw new UsageError(`--baseline ${results}`)
  if (resolve(results.folder) === resolve(outDir)) {
    throw new UsageError(
      `--baseline ${path}: this run would overwrite it; keep it in another folder, or give --out another one`,
    )
  }
  return results
}

/** Compares the results in a folder with earlier ones. */
export function compareWithBaseline(baseline: EarlierResults, outDir: string, allowed: Tolerances): Comparison {
  const now = readResults(outDir)
  if (typeof now === "string") throw new Error(now)
  if ([...now.cells.keys()].every(cell => !baseline.cells.has(cell))) {
    throw new UsageError(`--baseline ${baseline.folder}: no cell of this experiment is in it; is it of another one?`)
  }
  return compareResults(baseline, now, allowed)
}

/** The folders of the two results, and the command that recreates the baseline. */
export interface Sides {
  readonly baseline: string
  readonly outDir: string
  readonly remake: string
}

/** The report on a comparison, line by line. */
export function describeComparison(comparison: Comparison, allowed: Tolerances, sides: Sides): string {
  const { changes, isPaired, uncompared, altered, thinner, gone, added } = comparison
  const told = (["worse", "unsure", "better"] as const).flatMap(verdict => {
    const lines = changes
      .filter(change => change.verdict === verdict)
      .map(change => `  ${verdict.toUpperCase()}: ${describeMetricChange(change)}`)
    return capped(lines, MAX_LINES, `  ... and ${lines.length - MAX_LINES} more that are ${verdict}`)
  })
  const cells = new Set(changes.map(({ cell }) => cell)).size
  const how = isPaired ? "paired run by run" : "by the intervals of the estimates: no runs.csv, or other seeds"
  const notes = [
    ...describeAltered(altered, sides),
    ...(gone.length > 0 ? [`  GONE: ${listed(gone)}: in the baseline, but not in this experiment`] : []),
    ...(altered.length + gone.length > 0 ? [`  (if that is intended, renew the baseline: ${sides.remake})`] : []),
    ...(changes.some(({ verdict }) => verdict === "unsure")
      ? ["  (unsure: beyond the tolerance, but the runs are too few to decide; increase repeat)"]
      : []),
    ...(uncompared.length > 0 ? [`  not compared: ${listed(uncompared)}`] : []),
    ...(isPaired ? [] : [`  not compared without runs.csv: ${titlesWithoutSummary()}`]),
    ...(thinner.length > 0 ? [`  fewer runs than in the baseline: ${listed(thinner)}`] : []),
    ...(added.length > 0 ? [`  not in the baseline: ${listed(added)}`] : []),
  ]
  const compared = `${counted(cells, "cell")}, ${how}; tolerance ${describeTolerances(allowed)}`
  const head = `Against the baseline (${cells === 0 ? "no cell can be compared" : compared}):`
  const isQuiet = told.length === 0 && cells > 0
  return [head, ...(isQuiet ? ["  no guarded metric regressed"] : told), ...notes, ""].join("\n")
}

/** `1 %`, or `1 %, of latency 5 %` if some differ. */
function describeTolerances(allowed: Tolerances): string {
  const [most = TOLERANCE] = [...Map.groupBy(Object.values(allowed), value => value)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([value]) => value)
  const others = Object.entries(allowed).filter(([, value]) => value !== most)
  return [`${100 * most} %`, ...others.map(([name, value]) => `of ${name} ${100 * value} %`)].join(", ")
}

/** Cells whose spec has changed, one line per kind of change. */
function describeAltered(altered: readonly string[], { baseline, outDir }: Sides): readonly string[] {
  const byKeys = Map.groupBy(altered, cell => alteredKeys(baseline, outDir, cell).join(", "))
  return [...byKeys].map(
    ([keys, cells]) => `  ALTERED: ${listed(cells)}: the spec differs from that of the baseline${keys && ` (${keys})`}`,
  )
}

function titlesWithoutSummary(): string {
  return GUARDED.flatMap(({ title, summary }) => (summary === undefined ? [title] : [])).join(", ")
}

/** The maximal number of lines per verdict, and of names per line. */
const MAX_LINES = 20
const MAX_LISTED = 5

function capped(lines: readonly string[], most: number, rest: string): readonly string[] {
  return lines.length <= most ? lines : [...lines.slice(0, most), rest]
}

function listed(cells: readonly string[]): string {
  const others = cells.length - MAX_LISTED
  return cells.slice(0, MAX_LISTED).join(", ") + (others > 0 ? ` and ${others} more` : "")
}
