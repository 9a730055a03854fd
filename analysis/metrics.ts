/** The metrics that an experiment reports of each cell, estimated from its runs. */
import { Histogram } from "../runtime/lib/histogram.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import { type CompletedRecord, MEASURES, type MeasureName, type RunRecord } from "../scenarios/measure.ts"
import type { Estimation, Pair } from "../scenarios/measures/measure.ts"
import {
  type Estimator,
  type Latencies,
  LongestEstimator,
  PercentileEstimator,
  ProportionEstimator,
  RatioEstimator,
  type RunOfCell,
} from "./estimators.ts"
import { MergedHistogram } from "./percentiles.ts"
import {
  type Estimate,
  type Sample,
  type Spread,
  skewedInterval,
  studentInterval,
  wilsonInterval,
} from "./statistics.ts"

/** A metric is named after the measure that it is estimated from; one is about the verdicts of the checks. */
export type MetricName = MeasureName | "share_violated"

export interface Metric {
  /** Column in `summary.csv`; its interval is in `<name>_low` and `<name>_high`. */
  readonly name: MetricName
  /** Its meaning in words; `doc` adds the estimator and the interval. */
  readonly meaning: string
  readonly doc: string
  /** Starts an estimate. @param latency the latencies of all runs, merged by the caller that adds runs */
  begin(latency: MergedHistogram): Estimator
}

const PLACE: Readonly<Record<string, number>> = Object.fromEntries(MEASURES.map(({ name }, index) => [name, index]))

/** The value of a measure in a run; null if the run has none. */
export function valueOf(run: CompletedRecord, name: MeasureName): number | null {
  return valueNamed(run, name)
}

function valueNamed(run: CompletedRecord, name: string): number | null {
  return run.values[placeOf(name)] ?? null
}

function placeOf(name: string): number {
  const place = PLACE[name]
  if (place === undefined) throw new Error(`there is no measure ${name}`)
  return place
}

/** Decodes the parts of a run's record that metrics need; null if it failed. */
export function runOfCell(record: RunRecord): RunOfCell | null {
  if (record.status === "failed") return null
  const byKind = decoded(record.latencies)
  const byGroup = decoded(record.groups ?? {})
  const [only] = byKind
  if (byKind.length === 1) return { record, latency: only![1], byKind, byGroup }
  const latency = new Histogram()
  for (const [, own] of byKind) latency.merge(own)
  return { record, latency, byKind, byGroup }
}

function decoded(latencies: Readonly<Record<string, string>>): Latencies {
  return Object.entries(latencies).map(([of, text]) => [of, Histogram.decode(text)])
}

/** Estimates the metrics of one cell: all runs are added first, and then all weighed, in the same order. */
export class Estimates {
  readonly latency = new MergedHistogram()
  readonly #estimators: readonly (readonly [name: MetricName, estimator: Estimator])[]
  /** The estimators whose samples are requested. */
  readonly #sampled: readonly (readonly [name: MetricName, estimator: Estimator])[]
  readonly #others: readonly Estimator[]
  readonly #pulls = new Map<MetricName, Float64Array>()
  #added = 0
  #weighed = 0

  /** @param hasSamples true if the compared metrics are needed for comparisons; otherwise no pulls are kept */
  constructor(metrics: readonly Metric[], hasSamples = true) {
    this.#estimators = metrics.map(metric => [metric.name, metric.begin(this.latency)])
    const isSampled = (name: MetricName): boolean => hasSamples && COMPARED.has(name)
    this.#sampled = this.#estimators.filter(([name]) => isSampled(name))
    this.#others = this.#estimators.flatMap(([name, estimator]) => (isSampled(name) ? [] : [estimator]))
  }

  /** @param run null if it failed */
  add(run: RunOfCell | null): void {
    this.#added++
    if (run === null) return
    this.latency.add(run.latency)
    this.latency.limit = limitOf(run)
    for (const [, estimator] of this.#estimators) estimator.add(run)
  }

  /** @param run null if it failed */
  weigh(run: RunOfCell | null): void {
    const place = this.#weighed++
    if (run === null) return
    for (const [name, estimator] of this.#sampled) this.#pullsOf(name)[place] = estimator.weigh(run)
    // The error of a single run is 0, whatever its weight.
    if (this.#added > 1) for (const estimator of this.#others) estimator.weigh(run)
  }

  /** The estimate of each metric. */
  get found(): Readonly<Partial<Record<MetricName, Estimate | null>>> {
    const found: Partial<Record<MetricName, Estimate | null>> = {}
    for (const [name, estimator] of this.#estimators) found[name] = estimator.estimate()
    return found
  }

  /** The samples of the metrics that are compared. */
  get samples(): ReadonlyMap<MetricName, Sample | null> {
    return new Map(this.#sampled.map(([name, estimator]) => [name, estimator.sample(this.#pullsOf(name))]))
  }

  #pullsOf(name: MetricName): Float64Array {
    const pulls = this.#pulls.get(name) ?? new Float64Array(this.#added).fill(Number.NaN)
    this.#pulls.set(name, pulls)
    return pulls
  }
}

/** Estimates one metric. @param records read twice */
export function estimateOf(metric: Metric, records: Iterable<RunRecord>): Estimate | null {
  const estimates = new Estimates([metric], false)
  for (const record of records) estimates.add(runOfCell(record))
  for (const record of records) estimates.weigh(runOfCell(record))
  return estimates.found[metric.name] ?? null
}

/** The deadline of a run's operations, in microseconds. */
export function limitOf({ record }: RunOfCell): number {
  return (valueOf(record, "deadline_ms") ?? Infinity) * MILLISECOND
}

const SHARE_VIOLATED = "share of the completed runs in which a check was violated, 0..1"

/** The share of runs with a violation, which comes from the verdicts of the checks, not from a measure. */
const VIOLATED: Metric = {
  name: "share_violated",
  meaning: SHARE_VIOLATED,
  doc: `${SHARE_VIOLATED}, with Wilson's interval; with none or all of them up to the exact one-sided 95 % bound`,
  begin: () => new ProportionEstimator(isViolated),
}

/** The estimated measures, in the order of summaries. */
export const SUMMARIZED = inOrder(MEASURES)

/** The metrics, in the order of the columns of `summary.csv`. */
export const METRICS: readonly Metric[] = [VIOLATED, ...SUMMARIZED.flatMap(metricsOf)]

/** Metrics in which algorithms are compared run by run, on common random numbers. */
export const COMPARED: ReadonlySet<MetricName> = new Set(
  SUMMARIZED.flatMap(({ name, isCompared }) => (isCompared === true ? [name] : [])),
)

/** Measures in the order of `summary.csv`. */
function inOrder(measures: typeof MEASURES): typeof MEASURES {
  const moved = measures.filter(({ follows }) => follows !== undefined)
  return measures.flatMap(measure => {
    const after = moved.filter(({ follows }) => follows === measure.name)
    return measure.follows === undefined ? [measure, ...after] : []
  })
}

/** True if a check was violated in a run. */
function isViolated({ record: { findings } }: RunOfCell): boolean {
  return findings.some(({ verdict }) => verdict === "violated")
}

function metricsOf(measure: (typeof MEASURES)[number]): readonly Metric[] {
  const { name, estimate } = measure
  if (estimate === undefined) return []
  const { how, begin } = estimationOf(name, estimate)
  return [{ name, meaning: measure.doc, doc: `${measure.doc}${how}`, begin }]
}

/** The estimator of a measure, and its description, which is appended to the measure's own. */
function estimationOf(
  name: MeasureName,
  estimation: Estimation,
): { readonly how: string; readonly begin: Metric["begin"] } {
  switch (estimation) {
    case "mean":
      return {
        how: "; mean over the runs that have it, with Hall's interval",
        begin: () => new RatioEstimator(valueAndOne(name), positive),
      }
    case "share":
      return {
        how: "; mean over the runs, with Wilson's interval for as many trials as the runs' scatter allows",
        begin: () => new RatioEstimator(valueAndOne(name), wilsonInterval),
      }
    case "mean latency":
      return {
        how: ", all runs together, with Hall's interval on the linearized ratio",
        begin: () =>
          new RatioEstimator(({ latency }) => ({ above: latency.sum, below: latency.count }), positive, MILLISECOND),
      }
    case "longest latency":
      return { how: " in any run; an extreme has no interval", begin: latency => new LongestEstimator(latency) }
  }
  if ("percentile" in estimation) {
    return {
      how: ", from the merged histogram of all runs, with Woodruff's interval over runs",
      begin: latency => new PercentileEstimator(latency, estimation.percentile),
    }
  }
  if ("pooled" in estimation) {
    const { pooled, isSigned } = estimation
    const interval = isSigned === true ? (spread: Spread) => studentInterval(spread) : positive
    return {
      how: `; all runs together, with ${isSigned === true ? "Student's" : "Hall's"} interval on the linearized ratio`,
      begin: () =>
        new RatioEstimator(
          ({ record }) =>
            record.cycle ? null : pooled(measure => valueNamed(record, measure), record.leaderless !== undefined),
          interval,
        ),
    }
  }
  const { above, below } = estimation
  return {
    how: `; ${above} of all runs / ${below} of all runs, with Hall's interval on the linearized ratio`,
    begin: () => new RatioEstimator(totalsOf(above, below), positive),
  }
}

/** A ratio of totals; null for cycles of rare events. */
function totalsOf(above: string, below: string): (run: RunOfCell) => Pair | null {
  const [over, under] = [placeOf(above), placeOf(below)]
  return ({ record: { cycle, values } }) => (cycle ? null : { above: values[over] ?? 0, below: values[under] ?? 0 })
}

/** A mean, as the ratio of the sum of the values to their number. */
function valueAndOne(name: MeasureName): (run: RunOfCell) => Pair | null {
  const place = placeOf(name)
  return ({ record }) => {
    const above = record.values[place] ?? null
    return above === null ? null : { above, below: 1 }
  }
}

/** The interval of a quantity that cannot be negative. */
function positive(spread: Spread): Estimate {
  return skewedInterval(spread, { min: 0 })
}
