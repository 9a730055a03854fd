/**
 * Dependability of a cell: reliability, maintainability, mean times, safety and durability, from the records of its runs.
 *
 * The definitions are in docs/method.md. An outage is one of the service, as clients see it; for leader election, a span
 * without a leader.
 */
import { Histogram } from "../runtime/lib/histogram.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { CellScenario } from "../scenarios/cell.ts"
import { cyclesPerSecond } from "../scenarios/cycles.ts"
import type { CompletedRecord } from "../scenarios/measure.ts"
import type { Latencies, RunOfCell } from "./estimators.ts"
import { meanTimeTo, type OpenEstimate } from "./rates.ts"
import type { RecoveryStep } from "./recovery.ts"
import { type Estimate, proportion, Ratio, skewedInterval, wilsonInterval } from "./statistics.ts"
import { LevelsEstimate, type LevelsOverTime } from "./levels.ts"
import { meanUpTo, type Observed, survivalOf } from "./survival.ts"

export interface Dependability {
  /** Completed runs, and those with an outage. */
  readonly runs: number
  readonly firstOutages: number
  /** R(t): the share of runs without an outage so far. Empty for cycles. */
  readonly reliability: readonly ReliabilityStep[]
  /** M(t): the share of outages that ended within a given time. */
  readonly maintainability: readonly RecoveryStep[]
  /** Mean time to the first outage, assuming a constant rate of outages. */
  readonly mttfMs: OpenEstimate | null
  /** Mean time to the first outage or the end of the run, whichever comes first; makes no assumption. */
  readonly meanToFirstMs: number | null
  /** Only for cycles of rare events, whose summaries lack these means: time between outages, and duration of an outage. */
  readonly cycles: { readonly mtbfMs: Estimate | null; readonly mttrMs: Estimate | null } | null
  /** Share of runs in which a check was violated. */
  readonly violated: Estimate | null
  /** Acknowledged writes, and those of them that were lost; null if the service has none. */
  readonly writes: WritesKept | null
  /** Success rate by kind of operation, if the service has several. */
  readonly served: Readonly<Record<string, Estimate>>
  /** The service levels of a store over time; null for other services, and for cycles. */
  readonly levels: LevelsOverTime | null
  /** Share of successful reads that were stale; null for other services. */
  readonly staleReads: Estimate | null
}

export interface WritesKept {
  readonly ok: number
  readonly lost: number
  /** The maximum lost in one run. */
  readonly mostLost: number
  /** Share of runs with a loss. */
  readonly runsWithLoss: Estimate | null
}

/** A step of R(t): from `x` milliseconds on. */
export interface ReliabilityStep {
  readonly x: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/** The dependability of one run: a row of `dependability-runs.csv`. */
export interface DependabilityOfRun {
  /** From the beginning of the measured time; null if there was no outage. */
  readonly firstOutageMs: number | null
  /** The time until the first outage, or the measured time. */
  readonly inServiceMs: number
  readonly isViolated: boolean
  readonly writesOk: number | null
  readonly writesLost: number | null
  /** Stale reads. */
  readonly staleReads: number | null
}

/**
 * @param scenario that of the cell
 * @param writes latencies of the successful writes, if already read
 */
export function dependabilityOfRun(
  record: CompletedRecord,
  scenario: CellScenario,
  writes?: Histogram,
): DependabilityOfRun {
  const measuredMs = (scenario.duration - scenario.warmup) / MILLISECOND
  const [first] = record.outages
  const firstOutageMs = first === undefined ? null : Math.max(0, first.start - scenario.warmup) / MILLISECOND
  const lost = record.figures["acknowledged_lost"] ?? null
  return {
    firstOutageMs,
    inServiceMs: firstOutageMs ?? measuredMs,
    isViolated: record.findings.some(({ verdict }) => verdict === "violated"),
    writesOk: lost === null ? null : ((writes ?? latenciesOf("write", record))?.count ?? null),
    writesLost: lost,
    staleReads: record.degraded?.staleReads ?? null,
  }
}

/** Accumulates the dependability of a cell's runs: all are added first and then all weighed, in the same order. */
export class DependabilityEstimates {
  readonly #scenario: CellScenario
  /** For each run, the time until its first outage or its end, and true if there was an outage. */
  readonly #times: number[] = []
  readonly #isOut: boolean[] = []
  readonly #served = new Map<string, Ratio>()
  /** For cycles: weighted outages per cycle, and weighted downtime per outage. */
  readonly #outagesPerCycle = new Ratio()
  readonly #secondsPerOutage = new Ratio()
  #violated = 0
  #writes: { ok: number; lost: number; mostLost: number; runs: number; runsWithLoss: number } | null = null
  /** Null if no chart draws them. */
  readonly #levels: LevelsEstimate | null
  readonly #staleReads = new Ratio()

  /** @param hasLevels true if the levels over time are needed */
  constructor(scenario: CellScenario, hasLevels = true) {
    this.#scenario = scenario
    this.#levels = hasLevels ? new LevelsEstimate(scenario) : null
  }

  add({ record, byKind }: RunOfCell): void {
    const writes = byKind.find(([kind]) => kind === "write")?.[1]
    const own = dependabilityOfRun(record, this.#scenario, writes)
    const { firstOutageMs, inServiceMs, isViolated, writesOk, writesLost } = own
    this.#times.push(inServiceMs)
    this.#isOut.push(firstOutageMs !== null)
    if (isViolated) this.#violated++
    if (writesOk !== null && writesLost !== null) {
      this.#writes ??= { ok: 0, lost: 0, mostLost: 0, runs: 0, runsWithLoss: 0 }
      this.#writes.ok += writesOk
      this.#writes.lost += writesLost
      this.#writes.mostLost = Math.max(this.#writes.mostLost, writesLost)
      this.#writes.runs++
      if (writesLost > 0) this.#writes.runsWithLoss++
    }
    for (const [kind, { count, total }] of severalKinds(byKind)) {
      const ratio = this.#served.get(kind) ?? new Ratio()
      this.#served.set(kind, ratio)
      ratio.add(count, total)
    }
    this.#levels?.add(record)
    const stale = staleAmong({ record, byKind })
    if (stale !== null) this.#staleReads.add(...stale)
    if (record.cycle === undefined) return
    const { weight, outages, outSeconds } = record.cycle
    this.#outagesPerCycle.add(weight * outages)
    this.#secondsPerOutage.add(weight * outSeconds, weight * outages)
  }

  weigh({ record, byKind }: RunOfCell): void {
    for (const [kind, { count, total }] of severalKinds(byKind)) this.#served.get(kind)!.weigh(count, total)
    const stale = staleAmong({ record, byKind })
    if (stale !== null) this.#staleReads.weigh(...stale)
    if (record.cycle === undefined) return
    const { weight, outages, outSeconds } = record.cycle
    this.#outagesPerCycle.weigh(weight * outages)
    this.#secondsPerOutage.weigh(weight * outSeconds, weight * outages)
  }

  /** @param maintainability of the service's outages in these runs */
  summary(maintainability: readonly RecoveryStep[]): Dependability {
    const { rare } = this.#scenario
    const observed = this.#times.map((time, run): Observed => ({ time, hasHappened: this.#isOut[run]! }))
    const firstOutages = observed.filter(({ hasHappened }) => hasHappened).length
    const watched = observed.reduce((sum, { time }) => sum + time, 0)
    const steps = rare === undefined ? survivalOf(observed) : []
    const longest = observed.reduce((most, { time }) => Math.max(most, time), 0)
    const stale = this.#staleReads.spread
    const isSeen = rare === undefined && observed.length > 0
    return {
      runs: observed.length,
      firstOutages,
      reliability: thinned(steps.map(({ time, share, low, high }) => ({ x: time, share, low, high }))),
      maintainability,
      mttfMs: isSeen ? meanTimeTo(watched, firstOutages) : null,
      meanToFirstMs: isSeen ? meanUpTo(steps, longest) : null,
      cycles: rare === undefined ? null : this.#ofCycles(cyclesPerSecond(this.#scenario, rare)),
      violated: proportion(this.#violated, observed.length),
      writes: this.#kept(),
      served: Object.fromEntries(
        [...this.#served].flatMap(([kind, { spread }]) => (spread === null ? [] : [[kind, wilsonInterval(spread)]])),
      ),
      levels: this.#levels?.found ?? null,
      staleReads: stale && wilsonInterval(stale),
    }
  }

  #kept(): WritesKept | null {
    if (this.#writes === null) return null
    const { ok, lost, mostLost, runs, runsWithLoss } = this.#writes
    return { ok, lost, mostLost, runsWithLoss: proportion(runsWithLoss, runs) }
  }

  #ofCycles(perSecond: number) {
    const rate = this.#outagesPerCycle.spread
    const length = this.#secondsPerOutage.spread
    return {
      mtbfMs: rate === null || rate.value === 0 ? null : inverse(skewedInterval(rate, { min: 0 }), perSecond / 1_000),
      mttrMs: length === null ? null : scaled(skewedInterval(length, { min: 0 }), 1_000),
    }
  }
}

/** Latencies by kind of operation, where there are several kinds. */
function severalKinds(byKind: Latencies): Latencies {
  return byKind.length < 2 ? [] : byKind
}

/** Stale reads, and all successful reads; null for services other than stores. */
function staleAmong({ record, byKind }: Pick<RunOfCell, "record" | "byKind">): readonly [number, number] | null {
  const reads = byKind.find(([kind]) => kind === "read")?.[1]
  return record.degraded === undefined || reads === undefined ? null : [record.degraded.staleReads, reads.count]
}

function latenciesOf(kind: string, { latencies }: CompletedRecord): Histogram | undefined {
  const text = latencies[kind]
  return text === undefined ? undefined : Histogram.decode(text)
}

/** The mean time between events, from a rate; without upper end if the rate may be 0. */
function inverse({ value, low, high, runs }: Estimate, unit: number): Estimate {
  const end = (rate: number | null): number | null => (rate === null || rate === 0 ? null : 1 / (rate * unit))
  return { value: 1 / (value * unit), low: end(high), high: end(low), runs }
}

function scaled({ value, low, high, runs }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low && low * factor, high: high && high * factor, runs }
}

/** The maximum number of steps shown. */
const MAX_STEPS = 200

/** Evenly spaced steps, including the first and the last. */
function thinned(steps: readonly ReliabilityStep[]): readonly ReliabilityStep[] {
  const each = Math.ceil(steps.length / MAX_STEPS)
  return steps.filter((_, place) => place === 0 || (steps.length - 1 - place) % each === 0)
}
