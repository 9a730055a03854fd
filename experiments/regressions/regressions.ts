/**
 * Holds the results of an experiment against earlier ones: did any of the guarded metrics get worse?
 *
 * Run k of a cell has the same seed both times, hence the same faults and link delays, so the runs are compared in
 * pairs; code that did not change its behaviour shows no difference at all. Where only `summary.csv` is left of the
 * earlier results, or seeds differ, the intervals of the two estimates have to do. A cell that runs something else than
 * before, because its spec has changed, is not compared: its numbers answer another question.
 */
import type { CellFigures, EarlierResults, RunFigures } from "./earlier-results.ts"
import { GUARDED, type GuardedMetric, type Tolerances } from "./guarded-metrics.ts"
import { inPercent } from "../../lib/percent.ts"
import { type Estimate, holm, pairedDifference, ratioSample, type Sample } from "../../analysis/statistics.ts"

/** The change of one metric of one cell. */
export interface MetricChange {
  readonly cell: string
  readonly metric: GuardedMetric
  readonly old: number
  readonly new: number
  /** New minus old: a difference of shares (0.01 is a point), or relative to the old value. */
  readonly change: Estimate
  /** Adjusted for the number of cells; null if not compared in pairs. */
  readonly p: number | null
  /** `unsure`: a change beyond the tolerance, but too few runs to show it. */
  readonly verdict: "worse" | "better" | "same" | "unsure"
}

export interface Comparison {
  readonly changes: readonly MetricChange[]
  /** True if all cells were compared run by run. */
  readonly isPaired: boolean
  /** Metrics of cells with a value on one side only, in words. */
  readonly uncompared: readonly string[]
  /** Cells whose scenario differs from that of the baseline's cell of the same name. */
  readonly altered: readonly string[]
  /** Cells with fewer runs than in the baseline. */
  readonly thinner: readonly string[]
  /** Cells that exist on one side only. */
  readonly gone: readonly string[]
  readonly added: readonly string[]
}

/** True if nothing got worse, and everything that the baseline guards could be compared. */
export function isPassed({ changes, altered, gone }: Comparison): boolean {
  return changes.every(({ verdict }) => verdict !== "worse") && altered.length === 0 && gone.length === 0
}

/** A cell of both sides, with its pairs of runs; empty if it cannot be compared run by run. */
interface Common {
  readonly cell: string
  readonly own: CellFigures
  readonly before: CellFigures
  readonly pairs: readonly (readonly [own: RunFigures, before: RunFigures])[]
}

/**
 * Compares new results with earlier ones.
 *
 * A metric is worse if its whole 95 % interval lies beyond the tolerance on the bad side and, compared in pairs, its
 * p-value stays below 5 % after adjustment for the number of cells (Holm), so that many cells raise no false alarm.
 */
export function compareResults(old: EarlierResults, now: EarlierResults, tolerances: Tolerances): Comparison {
  const both = [...now.cells].flatMap(([cell, own]) => {
    const before = old.cells.get(cell)
    return before === undefined ? [] : [{ cell, own, before }]
  })
  const isAltered = ({ own, before }: (typeof both)[number]): boolean => own.scenario !== before.scenario
  const common = both.filter(cell => !isAltered(cell)).map(cell => ({ ...cell, pairs: pairsOf(cell.own, cell.before) }))
  return {
    changes: GUARDED.flatMap(metric => changesOf(metric, common, tolerances[metric.name] ?? 0)),
    uncompared: common.flatMap(cell => uncomparedIn(cell)),
    isPaired: common.every(({ pairs }) => pairs.length > 0),
    altered: both.filter(isAltered).map(({ cell }) => cell),
    thinner: common.filter(({ own, before }) => own.runs.length < before.runs.length).map(({ cell }) => cell),
    gone: [...old.cells.keys()].filter(cell => !now.cells.has(cell)),
    added: [...now.cells.keys()].filter(cell => !old.cells.has(cell)),
  }
}

/** The runs that both sides made with the same seed; empty if they are too few to represent the cell. */
function pairsOf(own: CellFigures, before: CellFigures): Common["pairs"] {
  const earlier = new Map(before.runs.map(run => [run.seed, run]))
  const pairs = own.runs.flatMap(run => {
    const other = earlier.get(run.seed)
    return other === undefined ? [] : [[run, other] as const]
  })
  return pairs.length === Math.min(own.runs.length, before.runs.length) ? pairs : []
}

function changesOf(metric: GuardedMetric, common: readonly Common[], tolerance: number): readonly MetricChange[] {
  const found = common.flatMap(({ cell, own, before, pairs }) => {
    const change = pairs.length > 0 ? pairedChange(metric, pairs) : unpairedChange(metric, own, before)
    return change === null ? [] : [{ cell, metric, ...change }]
  })
  const adjusted = holm(found.map(({ p }) => p))
  return found.map((change, index): MetricChange => {
    const p = adjusted[index] ?? null
    return { ...change, p, verdict: judge({ ...change, p }, tolerance) }
  })
}

type Found = Pick<MetricChange, "old" | "new" | "change" | "p">

function pairedChange(metric: GuardedMetric, pairs: Common["pairs"]): Found | null {
  const sampleOf = (side: 0 | 1): Sample | null => ratioSample(pairs.map(pair => pair[side].pairs[metric.name] ?? null))
  const [after, earlier] = [sampleOf(0), sampleOf(1)]
  if (after === null || earlier === null) return null
  const difference = pairedDifference(after, earlier)
  if (difference === null) return null
  const { p, ...change } = difference
  return { old: earlier.value, new: after.value, change: relative(metric, change, earlier.value), p }
}

/** The interval of a difference of independent estimates, computed from their intervals. */
function unpairedChange(metric: GuardedMetric, own: CellFigures, before: CellFigures): Found | null {
  const [after = null, earlier = null] = [own.estimates[metric.name], before.estimates[metric.name]]
  if (after === null || earlier === null) return null
  const value = after.value - earlier.value
  const half = (side: "low" | "high", estimate: Estimate): number | null => {
    const end = estimate[side]
    return end === null ? null : Math.abs(end - estimate.value)
  }
  const reach = (mine: number | null, theirs: number | null): number | null =>
    mine === null || theirs === null ? null : Math.sqrt(mine ** 2 + theirs ** 2)
  const [down, up] = [
    reach(half("low", after), half("high", earlier)),
    reach(half("high", after), half("low", earlier)),
  ]
  const change = {
    value,
    low: down === null ? null : value - down,
    high: up === null ? null : value + up,
    runs: Math.min(after.runs, earlier.runs),
  }
  return { old: earlier.value, new: after.value, change: relative(metric, change, earlier.value), p: null }
}

/** A change relative to the old value; for shares, and for an old value of 0, the difference. */
function relative(metric: GuardedMetric, { value, low, high, runs }: Estimate, old: number): Estimate {
  const scale = isDifference(metric, old) ? 1 : old
  return {
    value: value / scale,
    low: low === null ? null : low / scale,
    high: high === null ? null : high / scale,
    runs,
  }
}

function isDifference({ change }: GuardedMetric, old: number): boolean {
  return change === "points" || old === 0
}

/** Metrics that a cell has on one side only. */
function uncomparedIn({ cell, own, before, pairs }: Common): readonly string[] {
  const hasValue = (figures: CellFigures, metric: GuardedMetric): boolean =>
    pairs.length > 0
      ? figures.runs.some(({ pairs: of }) => (of[metric.name]?.below ?? 0) > 0)
      : (figures.estimates[metric.name] ?? null) !== null
  return GUARDED.filter(metric => hasValue(own, metric) !== hasValue(before, metric)).map(metric => {
    const where = hasValue(own, metric) ? "the baseline" : "the new results"
    return `${metric.title} of ${cell} (no value in ${where})`
  })
}

/** With fewer pairs, an interval says little about the true change. */
const FEW_RUNS = 5

function judge({ metric, change, p }: Omit<MetricChange, "verdict">, tolerance: number): MetricChange["verdict"] {
  const { value, low, high, runs } = change
  const isMore = value > 0
  const isBad = isMore === (metric.worse === "more")
  if (Math.abs(value) <= tolerance) return "same"
  if (low === null || high === null) return "unsure"
  const isSure = p === null || p < 0.05
  if (isSure && (isMore ? low > tolerance : high < -tolerance)) return isBad ? "worse" : "better"
  const looksTrue = runs < FEW_RUNS || (isMore ? low > 0 : high < 0)
  return isBad && looksTrue ? "unsure" : "same"
}

/** `availability of raft/nodes=5: 97.10 %, was 99.00 %: -1.90 points [-2.50, -1.30], p < 0.001`. */
export function describeMetricChange({ cell, metric, old, new: now, change, p }: MetricChange): string {
  const value = (of: number): string =>
    metric.change === "points" ? `${inPercent(of)} %` : `${of.toFixed(2)}${metric.unit}`
  const scale = metric.change === "relative" && isDifference(metric, old) ? 1 : 100
  const signed = (of: number): string => `${of > 0 ? "+" : ""}${(scale * of).toFixed(2)}`
  const { low, high } = change
  const interval = low === null || high === null ? "" : ` [${signed(low)}, ${signed(high)}]`
  const chance = p === null ? "" : p < 0.001 ? ", p < 0.001" : `, p = ${p.toFixed(3)}`
  const unit = metric.change === "points" ? " points" : scale === 1 ? metric.unit : " %"
  return `${metric.title} of ${cell}: ${value(now)}, was ${value(old)}: ${signed(change.value)}${unit}${interval}${chance}`
}
