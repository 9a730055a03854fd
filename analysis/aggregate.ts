/** Aggregates the records of runs to one summary per cell. */
import type { Histogram } from "../runtime/lib/histogram.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { Cell } from "../scenarios/cell.ts"
import type { Distribution, DistributionShare, Quantile } from "../experiments/model/published.ts"
import type { CompletedRecord, MeasureName, RunRecord } from "../scenarios/measure.ts"
import type { AlongSeen } from "./along-seen.ts"
import { type Dependability, DependabilityEstimates } from "./dependability.ts"
import type { Latencies, RunOfCell } from "./estimators.ts"
import {
  estimateOfRatio,
  latencyCurve,
  LatencyOfKind,
  type LatencyStep,
  latencySummary,
  type LatencySummary,
} from "./latencies.ts"
import { Estimates, limitOf, METRICS, type MetricName, runOfCell, valueOf } from "./metrics.ts"
import type { OverTime } from "./over-time.ts"
import { OutageLengths, type RecoveryOf, type RecoveryStep, type Window, windowsOf } from "./recovery.ts"
import { type Estimate, Ratio, type Sample } from "./statistics.ts"
import { type Steadiness, steadinessOf } from "./steadiness.ts"

/** The estimates of all metrics of one cell. */
export interface CellSummary {
  readonly cell: Cell
  /** All runs, and those in which the algorithm failed. */
  readonly runs: number
  readonly failed: number
  /** Completed runs in which a check was violated, or undecided. */
  readonly violated: number
  readonly undecided: number
  readonly metrics: Readonly<Partial<Record<MetricName, Estimate | null>>>
  /** Present if its runs go through all cases: then its figures are exact, without intervals. */
  readonly cases?: CaseCounts
  /** The number of runs, operations and outages behind the estimates. */
  readonly counts: Counts
  /** The thing whose outages `recovery_ms` and `recoveryCurve` time. */
  readonly recoveryOf: RecoveryOf
  /** The time in milliseconds after which an operation without success counts as failed; null if no run completed. */
  readonly deadlineMs: number | null
  /** The minimum and the maximum of the runs' median latencies, in milliseconds; null if no operation succeeded. */
  readonly medians: { readonly low: number; readonly high: number } | null
  /** The verdict whether the runs reached a steady state; null where it does not apply (see {@link steadinessOf}). */
  readonly steadiness: Steadiness | null
  /** The distribution of all latencies, at some of its steps. */
  readonly latencyCurve: readonly LatencyStep[]
  /** The distribution of recovery times. */
  readonly recoveryCurve: readonly RecoveryStep[]
  /** The requested quantiles: times in milliseconds by which a share had ended; null if fewer did. */
  readonly quantiles: readonly Quantile[]
  readonly dependability: Dependability
  /** Differences along the sweep between other cells and this one, if the spec asks for them. */
  readonly along?: readonly AlongSeen[]
  /** Present where a chart over time shows the cell. */
  readonly overTime?: OverTime
  /** The service's outages in the first runs, at most {@link PICTURED_RUNS}. */
  readonly windows: readonly Window[]
  /** The service's figures. */
  readonly figures: Readonly<Record<string, Estimate | null>>
  /** Protocol messages of each type per successful operation; they sum to the message cost. */
  readonly byType: Readonly<Record<string, Estimate | null>>
}

/** The estimates and the counted cases of a cell, from which sentences are written. */
export type Figured = Pick<CellSummary, "cell" | "metrics" | "figures" | "counts" | "cases">

/** The outcome of a cell whose runs go through all its cases. */
export interface CaseCounts {
  readonly runs: number
  /** By check, the number of cases that violated it; checks that always hold are omitted. */
  readonly violatedBy: Readonly<Record<string, number>>
  /** The number of cases with an undecided check, and of those in which the algorithm failed. */
  readonly undecided: number
  readonly failed: number
}

/** Parts of a summary that only some charts draw; without these charts they are not kept. */
export type SummaryPart =
  | "latencyCurve"
  | "recoveryCurve"
  | "reliability"
  | "maintainability"
  | "levels"
  | "windows"
  | "overTime"

/** A summary with the material of the tables of latencies and comparisons: 8 bytes per run and `COMPARED` metric. */
export interface ComparableSummary extends CellSummary {
  /** Latencies of all operations, by kind if there are several, and by client and region if there are few. */
  readonly latencies: readonly LatencySummary[]
  /** The samples of each of the `COMPARED` metrics, for paired differences. */
  readonly samples: Readonly<Partial<Record<MetricName, Sample | null>>>
}

/** The counts behind a cell's estimates, over all completed runs. */
export interface Counts {
  /** Operations started, those that succeeded, and those that failed or have an unknown outcome. */
  readonly operations: number
  readonly ok: number
  readonly lost: number
  /** Outages of what `recoveryOf` names, and those that ended within their run. */
  readonly outages: number
  readonly recoveries: number
}

/** The names of a cell's message types and figures. */
export interface Vocabulary {
  readonly messageTypes: readonly string[]
  readonly figures: readonly string[]
  /** `service`: recovery is that of the service even if nodes report leaders, because other algorithms have none. */
  readonly recoveryOf?: RecoveryOf
  /** Shares of distributions whose quantiles must be exact. */
  readonly shares?: readonly DistributionShare[]
  /** The parts that charts will draw; default: all. */
  readonly parts?: ReadonlySet<SummaryPart>
  /** False if the cell is not compared with another one: then it has no samples. */
  readonly isCompared?: boolean
}

/** Runs that charts show individually: the first of each cell. */
export const PICTURED_RUNS = 30

/**
 * Summarizes the runs of a cell.
 *
 * @param records in the order of the runs; a list is decoded once, any other iterable is read twice without buffering
 */
export function summarize(cell: Cell, records: Iterable<RunRecord>, vocabulary: Vocabulary): ComparableSummary {
  const findings = new Findings(cell, vocabulary)
  const seen = vocabulary.recoveryOf === "service" ? withoutLeaders : (record: RunRecord) => record
  const runs = Array.isArray(records) ? records.map((record: RunRecord) => runOfCell(seen(record))) : undefined
  const decoded = () => runs ?? Iterator.from(records).map(record => runOfCell(seen(record)))
  for (const run of decoded()) findings.add(run)
  if (findings.areWeighed) for (const run of decoded()) findings.weigh(run)
  return cell.scenario.every === undefined ? findings.summary() : withoutIntervals(findings.summary())
}

/** A record as if its algorithm's nodes reported no leaders. */
function withoutLeaders(record: RunRecord): RunRecord {
  if (record.status === "failed") return record
  const { leaderless: _, ...others } = record
  return others
}

/** Accumulates the runs of a cell: all are added first and then all weighed, in the same order. */
class Findings {
  readonly #cell: Cell
  readonly #shares: readonly DistributionShare[]
  readonly #parts: ReadonlySet<SummaryPart> | undefined
  readonly #estimates: Estimates
  readonly #isCompared: boolean
  readonly #byKind = new Map<string, LatencyOfKind>()
  readonly #byGroup = new Map<string, LatencyOfKind>()
  readonly #byType: ReadonlyMap<string, Ratio>
  readonly #figures: ReadonlyMap<string, Ratio>
  /** The figures that were negative in some run; all others are counts, times and shares, which cannot be. */
  readonly #signed = new Set<string>()
  /** Outages of the service, and spans without a leader if nodes report leaders. */
  readonly #outages: OutageLengths
  #leaderless: OutageLengths | null = null
  readonly #dependability: DependabilityEstimates
  readonly #counts = { operations: 0, ok: 0, lost: 0, outages: 0, recoveries: 0 }
  #isLed = false
  #deadlineMs: number | null = null
  #medians: { readonly low: number; readonly high: number } | null = null
  readonly #windows: Window[] = []
  #runs = 0
  #completed = 0
  #violated = 0
  readonly #violatedBy = new Map<string, number>()
  #undecided = 0

  constructor(cell: Cell, { messageTypes, figures, shares = [], parts, isCompared = true }: Vocabulary) {
    this.#cell = cell
    this.#estimates = new Estimates(METRICS, isCompared)
    this.#isCompared = isCompared
    this.#shares = shares
    this.#parts = parts
    this.#byType = new Map(messageTypes.map(type => [type, new Ratio()]))
    this.#figures = new Map(figures.map(name => [name, new Ratio()]))
    this.#outages = new OutageLengths(cell.scenario)
    this.#dependability = new DependabilityEstimates(cell.scenario, this.#isDrawn("levels"))
  }

  /** @param run null if it failed */
  add(run: RunOfCell | null): void {
    this.#runs++
    this.#estimates.add(run)
    if (run === null) return
    this.#dependability.add(run)
    const { findings, outages, leaderless, byType, figures } = run.record
    if (findings.some(({ verdict }) => verdict === "violated")) this.#violated++
    for (const { check, verdict } of findings)
      if (verdict === "violated") this.#violatedBy.set(check, (this.#violatedBy.get(check) ?? 0) + 1)
    if (findings.some(({ verdict }) => verdict === "undecided")) this.#undecided++
    const ok = valueOf(run.record, "ok") ?? 0
    for (const [type, ratio] of this.#byType) if (Object.hasOwn(byType, type)) ratio.add(byType[type]!, ok)
    for (const [name, mean] of this.#figures) {
      const value = figures[name]
      if (typeof value !== "number") continue
      mean.add(value)
      if (value < 0) this.#signed.add(name)
    }
    this.#count(run.record)
    this.#outages.add(outages)
    if (leaderless !== undefined) (this.#leaderless ??= new OutageLengths(this.#cell.scenario)).add(leaderless)
    if (this.#runs <= PICTURED_RUNS) this.#windows.push(...windowsOf(run.record, this.#runs, this.#cell.scenario))
    this.#addLatencies(run.byKind, this.#byKind, limitOf(run))
    this.#addLatencies(run.byGroup, this.#byGroup, limitOf(run))
    this.#completed++
  }

  #addLatencies(latencies: Latencies, all: Map<string, LatencyOfKind>, limit: number): void {
    for (const [of] of latencies) if (!all.has(of)) all.set(of, new LatencyOfKind(of, this.#completed))
    for (const one of all.values()) one.add(latencies, limit)
  }

  #count(run: CompletedRecord): void {
    const counts = this.#counts
    const valueIn = (name: MeasureName): number => valueOf(run, name) ?? 0
    this.#isLed ||= run.leaderless !== undefined
    this.#deadlineMs ??= valueOf(run, "deadline_ms")
    const median = valueOf(run, "latency_p50_ms")
    if (median !== null) {
      const { low, high } = this.#medians ?? { low: median, high: median }
      this.#medians = { low: Math.min(low, median), high: Math.max(high, median) }
    }
    counts.operations += valueIn("attempted")
    counts.ok += valueIn("ok")
    counts.lost += valueIn("operations_lost")
    const isLed = run.leaderless !== undefined
    counts.outages += valueIn(isLed ? "leaderless_spans" : "outages")
    counts.recoveries += valueIn(isLed ? "leaderless_ended" : "repairs")
  }

  /** False if weighing has no effect: nothing is compared, and a single run has no spread. */
  get areWeighed(): boolean {
    return this.#isCompared || this.#runs > 1
  }

  /** @param run null if it failed */
  weigh(run: RunOfCell | null): void {
    this.#estimates.weigh(run)
    if (run === null || this.#runs === 1) return
    this.#dependability.weigh(run)
    const { byType, figures } = run.record
    const ok = valueOf(run.record, "ok") ?? 0
    for (const [type, ratio] of this.#byType) if (Object.hasOwn(byType, type)) ratio.weigh(byType[type]!, ok)
    for (const [name, mean] of this.#figures) if (typeof figures[name] === "number") mean.weigh(figures[name])
    for (const ofKind of this.#byKind.values()) ofKind.weigh(run.byKind)
    for (const ofGroup of this.#byGroup.values()) ofGroup.weigh(run.byGroup)
  }

  #figure(name: string, mean: Ratio): Estimate | null {
    return estimateOfRatio(mean, this.#signed.has(name) ? {} : { min: 0 })
  }

  #quantile(of: Distribution, share: number, latencies: Histogram): number | null {
    if (of === "recovery") return (this.#leaderless ?? this.#outages).quantile(share)
    return share * latencies.total > latencies.count ? null : latencies.percentile(share) / MILLISECOND
  }

  #isDrawn(part: SummaryPart): boolean {
    return this.#parts?.has(part) ?? true
  }

  #cases(): Pick<CellSummary, "cases"> {
    if (this.#cell.scenario.every === undefined) return {}
    const violatedBy = Object.fromEntries([...this.#violatedBy].toSorted(([one], [other]) => (one < other ? -1 : 1)))
    return {
      cases: { runs: this.#runs, violatedBy, undecided: this.#undecided, failed: this.#runs - this.#completed },
    }
  }

  summary(): ComparableSummary {
    const { found, samples, latency } = this.#estimates
    const all = latencySummary("all", latency, found.latency_mean_ms ?? null)
    const kinds = [...this.#byKind.values()].map(ofKind => ofKind.summary())
    const groups = [...this.#byGroup.values()].map(ofGroup => ofGroup.summary())
    const maintainability = this.#outages.curve()
    return {
      cell: this.#cell,
      runs: this.#runs,
      failed: this.#runs - this.#completed,
      violated: this.#violated,
      undecided: this.#undecided,
      ...this.#cases(),
      metrics: found,
      counts: this.#counts,
      recoveryOf: this.#isLed ? "leader" : "service",
      deadlineMs: this.#deadlineMs,
      medians: this.#medians,
      steadiness: steadinessOf(this.#cell, this.#counts, found.in_flight_growth ?? null),
      samples: Object.fromEntries(samples),
      latencies: [all, ...(kinds.length < 2 ? [] : kinds), ...groups],
      latencyCurve: this.#isDrawn("latencyCurve") ? latencyCurve(latency.all) : [],
      recoveryCurve: this.#isDrawn("recoveryCurve") ? (this.#leaderless?.curve() ?? maintainability) : [],
      quantiles: this.#shares.map(({ of, share }) => ({ of, share, ms: this.#quantile(of, share, latency.all) })),
      dependability: this.#dependability.summary(maintainability),
      windows: this.#windows,
      figures: Object.fromEntries([...this.#figures].map(([name, mean]) => [name, this.#figure(name, mean)])),
      byType: Object.fromEntries([...this.#byType].map(([type, ratio]) => [type, estimateOfRatio(ratio, { min: 0 })])),
    }
  }
}

/**
 * The exact figures of all cases: nothing is estimated from a sample, so intervals are dropped, and samples for differences
 * too.
 */
function withoutIntervals(summary: ComparableSummary): ComparableSummary {
  return {
    ...summary,
    metrics: exactIn(summary.metrics),
    figures: exactIn(summary.figures),
    byType: exactIn(summary.byType),
    latencies: summary.latencies.map(({ mean, percentiles, ...latency }) => ({
      ...latency,
      mean: exact(mean),
      percentiles: percentiles.map(exact),
    })),
    recoveryCurve: summary.recoveryCurve.map(step => ({ ...step, low: null, high: null })),
    samples: {},
  }
}

function exactIn(estimates: Readonly<Record<string, Estimate | null>>): Readonly<Record<string, Estimate | null>> {
  return Object.fromEntries(Object.entries(estimates).map(([name, estimate]) => [name, exact(estimate)]))
}

function exact(estimate: Estimate | null): Estimate | null {
  return estimate && { ...estimate, low: null, high: null }
}
