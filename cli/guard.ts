/** `--baseline` of `quorate run`: holds new results against earlier ones, and says what got worse. */
import { resolve } from "node:path"
import {
  compareResults,
  type Comparison,
  describeMetricChange,
  type EarlierResults,
  readResults,
} from "../experiments/regressions.ts"
import { UsageError } from "./exit-codes.ts"

/**
 * Reads the earlier results, before new ones are made.
 *
 * @param outDir where the new ones go; it must be another folder, or the next comparison would be with these
 */
export function readBaseline(path: string, outDir: string): EarlierResults {
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
export function compareWithBaseline(baseline: EarlierResults, outDir: string, tolerance: number): Comparison {
  const now = readResults(outDir)
  if (typeof now === "string") throw new Error(now)
  const comparison = compareResults(baseline, now, tolerance)
  if (comparison.changes.length === 0) {
    throw new UsageError(`--baseline ${baseline.folder}: no cell of this experiment is in it; is it of another one?`)
  }
  return comparison
}

/** What is told of a comparison, line by line. */
export function describeComparison(
  { changes, isPaired, uncompared, gone, added }: Comparison,
  tolerance: number,
): string {
  const told = (["worse", "unsure", "better"] as const).flatMap(verdict =>
    changes
      .filter(change => change.verdict === verdict)
      .map(change => `  ${verdict.toUpperCase()}: ${describeMetricChange(change)}`),
  )
  const cells = new Set(changes.map(({ cell }) => cell)).size
  const how = isPaired ? "paired run by run" : "by the intervals of the estimates: no runs.csv, or other seeds"
  const head = `Against the baseline (${cells} ${cells === 1 ? "cell" : "cells"}, ${how}; tolerance ${100 * tolerance} %):`
  const notes = [
    ...(changes.some(({ verdict }) => verdict === "unsure")
      ? ["  (unsure: a single run shows no scatter; repeat more)"]
      : []),
    ...(uncompared.length > 0 ? [`  not compared: ${listed(uncompared)}`] : []),
    ...(gone.length > 0 ? [`  only in the baseline: ${listed(gone)}`] : []),
    ...(added.length > 0 ? [`  not in the baseline: ${listed(added)}`] : []),
  ]
  return [head, ...(told.length > 0 ? told : ["  availability and message cost did not get worse"]), ...notes, ""].join(
    "\n",
  )
}

const MOST_LISTED = 5

function listed(cells: readonly string[]): string {
  const others = cells.length - MOST_LISTED
  return cells.slice(0, MOST_LISTED).join(", ") + (others > 0 ? ` and ${others} more` : "")
}
