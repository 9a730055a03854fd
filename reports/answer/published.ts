/**
 * Figures compared with published ones in words: `Raft, median time to recover: within 10 % of Ongaro and Ousterhout 2014 at
 * all 4 points`.
 */
import { type Beside, isAgreement, writtenDeviation } from "../../analysis/published.ts"
import type { PublishedSeries } from "../../experiments/model/published.ts"
import type { Figures } from "./context.ts"
import type { PublishedFinding, Told } from "./finding.ts"
import { describePoint, describePoints, pointKey, spaceOf } from "./points.ts"
import { written } from "./numbers.ts"
import { type Words, wordsFor } from "./words.ts"

/** A sentence for each series and each of its algorithms. */
export function tellPublished(figures: Figures, beside: readonly Beside[]): readonly Told[] {
  const series = Map.groupBy(beside, each => each.series)
  return [...series].flatMap(([one, all]) =>
    [...Map.groupBy(all, ({ cell }) => cell.variant.label)].map(([label, own]) => tellSeries(figures, one, label, own)),
  )
}

function tellSeries(figures: Figures, series: PublishedSeries, algorithm: string, beside: readonly Beside[]): Told {
  const { source, of: metric, share, tolerance } = series
  const words = wordsForSeries(series)
  const valued = beside.filter(({ own }) => own !== null)
  const outside = valued.filter(({ isWithin }) => !isWithin)
  const space = spaceOf(
    beside.map(({ cell }) => cell),
    figures.dimensions,
  )
  const finding: PublishedFinding = {
    kind: "published",
    metric,
    ...(share === undefined ? {} : { share }),
    algorithm,
    source,
    tolerance,
    points: beside.map(({ cell, published, own, deviation, isWithin }) => ({
      point: pointKey(cell),
      published,
      own,
      deviation,
      isWithin,
    })),
  }
  const without = beside.filter(({ own }) => own === null)
  const who = `${algorithm}, ${words.noun}`
  if (valued.length === 0) return { sentence: `${who}: no run has a value to compare with ${source}.`, finding }
  const limit = `${Number((tolerance * 100).toFixed(2))}\u00a0%`
  const verdict =
    outside.length === 0
      ? `within ${limit} of ${source}${placed(valued, space)}`
      : `more than ${limit} off ${source}${placed(outside, space)}`
  const gap = without.length === 0 ? "" : `; no value${placed(without, space)}`
  return { sentence: `${who}: ${verdict}${farthest(words, beside, space)}${gap}.`, finding }
}

function placed(some: readonly Beside[], space: ReturnType<typeof spaceOf>): string {
  const where = describePoints(
    some.map(({ cell }) => cell),
    space,
  )
  return where === "" ? "" : ` ${where}`
}

/** `; farthest: 298 ms for 287 ms (+4.0 %) with electionTimeoutMax = 155ms`; empty if all agree. */
function farthest(words: Words, beside: readonly Beside[], space: ReturnType<typeof spaceOf>): string {
  const valued = beside.filter(({ deviation }) => deviation !== null)
  if (valued.length === 0) return ""
  const most = valued.reduce((a, b) => (Math.abs(b.deviation!) > Math.abs(a.deviation!) ? b : a))
  if (isAgreement(most.deviation!)) return "; off by less than 0.1\u00a0%"
  const at = describePoint(most.cell, space)
  const [own, published] = [most.own!, most.published].map(value => writtenValue(words, value))
  const by = writtenDeviation(most.deviation!)
  return `; ${valued.length > 1 ? "farthest: " : ""}${own} for ${published} (${by}${at === "" ? "" : `, ${at}`})`
}

/** A value in its unit. */
export function writtenValue(words: Words, value: number): string {
  return written({ ...words, key: "" }, { value, low: null, high: null, runs: 1 })
}

/** The words for the figure: that of the metric, or of the share of a distribution. */
export function wordsForSeries({ of, share }: PublishedSeries): Words {
  const words = wordsFor(of)
  if (share === undefined) return words
  const what = of === "recovery" ? "time to recover" : "latency"
  const noun =
    share === 0.5 ? `median ${what}` : `${ordinal(Number((share * 100).toFixed(6)))} percentile of the ${what}`
  return { ...words, noun }
}

function ordinal(percent: number): string {
  const last = percent % 10
  const isTeen = percent % 100 >= 11 && percent % 100 <= 13
  return `${percent}${!Number.isInteger(percent) || isTeen ? "th" : last === 1 ? "st" : last === 2 ? "nd" : last === 3 ? "rd" : "th"}`
}
