import { describe, expect, test } from "vitest"
import { MergedHistogram } from "../../analysis/percentiles.ts"
import { type Estimate, ratioSample, type Sample, wilsonInterval } from "../../analysis/statistics.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import { Random } from "../../runtime/lib/random.ts"

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

function mergedOf(runs: readonly Histogram[]): MergedHistogram {
  const merged = new MergedHistogram()
  for (const run of runs) merged.add(run)
  return merged
}

/** The share of operations up to a value, with what each run contributes to it. */
function shareUpTo(runs: readonly Histogram[], value: number): Sample {
  return ratioSample(runs.map(run => ({ above: run.countUpTo(value), below: run.count })))!
}

/** The percentile's interval, from every run by itself: the values of which the share up to them could be the percentile's. */
function intervalOf(runs: readonly Histogram[], share: number): readonly [low: number, high: number] {
  const { values } = mergedOf(runs).all
  const first = (end: (estimate: Estimate) => number | null): number => {
    let [from, to] = [0, values.length - 1]
    while (from < to) {
      const middle = Math.floor((from + to) / 2)
      if (end(wilsonInterval(shareUpTo(runs, values[middle]!)))! >= share) to = middle
      else from = middle + 1
    }
    return values[from]!
  }
  return [first(({ high }) => high), first(({ low }) => low)]
}

describe("the percentile of a cell's operations", () => {
  test("has the interval that all runs give one by one, though none is kept", () => {
    const random = new Random(7)
    for (let experiment = 0; experiment < 40; experiment++) {
      const runs = Array.from({ length: random.integer(2, 30) }, () => {
        const slow = random.integer(1, 8)
        return histogramOf(Array.from({ length: random.integer(0, 60) }, () => slow * random.integer(500, 4_000)))
      })
      const merged = mergedOf(runs)
      for (const share of [0.5, 0.9, 0.99]) {
        const { low, high } = merged.percentile(share)!
        const expected = intervalOf(runs, share)
        // Too few operations beyond it leave out the upper end.
        expect([low, high ?? expected[1]]).toEqual(expected)
      }
    }
  })

  test("is certain if all runs are alike, however many operations they have", () => {
    const run = histogramOf(Array.from({ length: 9_973 }, (_, k) => 1_000 + (k % 700)))
    const merged = mergedOf(Array.from({ length: 300 }, () => run))
    for (const share of [0.5, 0.9, 0.999]) {
      const value = run.percentile(share)
      expect(merged.percentile(share)).toEqual({ value, low: value, high: value, runs: 300 })
    }
  })
})
