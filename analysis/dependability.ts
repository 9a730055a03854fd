/**
 * Dependability of a cell: reliability, maintainability, the mean times, safety and durability, from the records of its runs.
 *
 * The definitions are in docs/method.md. An outage is one of the service, as clients see it; of leader election, a span without
 * a leader.
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
  /** Completed runs, and those of them in which the service was out. */
  readonly runs: number
  readonly firstOutages: number
  /** R(t): the share of runs that had no outage until then. Empty of cycles. */
  readonly reliability: readonly ReliabilityStep[]
  /** M(t): the share of outages over within a time. */
  readonly maintainability: readonly RecoveryStep[]
  /** Mean time to the first outage, if outages come at a constant rate. */
  readonly mttfMs: OpenEstimate | null
  /** Mean time to the first outage or the end of the run, whichever is first: no assumption. */
  readonly meanToFirstMs: number | null
  /** Of cycles of rare events alone, where summaries have no such means: between outages, and until one is over. */
  readonly cycles: { readonly mtbfMs: Estimate | null; readonly mttrMs: Estimate | null } | null
  /** Share of runs in which a check was violated. */
  readonly violated: Estimate | null
  /** Writes that clients got an answer to, and those of them that were lost; null where the service has none. */
  readonly writes: WritesKept | null
  /** Share of the operations that succeeded, by kind, where the service has several. */
  readonly served: Readonly<Record<string, Estimate>>
  /** The levels at which a store was served over time; null of other services, and of cycles. */
  readonly levels: LevelsOverTime | null
  /** Share of the reads that succeeded that were answered from the past; null of other services. */
  readonly staleReads: Estimate | null
}

export interface WritesKept {
  readonly ok: number
  readonly lost: number
  /** The most that were lost in one run. */
  readonly mostLost: number
  /** Share of runs in which any was lost. */
  readonly runsWithLoss: Estimate | null
}

/** A step of R(t): from `x` milliseconds on. */
export interface ReliabilityStep {
  readonly x: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/** A run as far as dependability goes: a row of `dependability-runs.csv`. */
export interface DependabilityOfRun {
  /** From the beginning of the measured time; null if there was no outage. */
  readonly firstOutageMs: number | null
  /** The time until then, or the measured time. */
  readonly inServiceMs: number
  readonly isViolated: boolean
  readonly writesOk: number | null
  readonly writesLost: number | null
  /** Reads that were answered from the past. */
  readonly staleReads: number | null
}

/**
 * @param scenario that of the cell
 * @param writes latencies of the writes that succeeded, where they are read already
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

/** The dependability of a cell's runs, which are all added first and then all weighed, in the same order. */
export class DependabilityEstimates {
  readonly #scenario: CellScenario
  /** Of each run the time until its first outage, or until its end, and whether there was one. */
  readonly #times: number[] = []
  readonly #isOut: boolean[] = []
  readonly #served = new Map<string, Ratio>()
  /** Of cycles: weighed outages for each, and weighed time out for each of them. */
  readonly #outagesPerCycle = new Ratio()
  readonly #secondsPerOutage = new Ratio()
  #violated = 0
  #writes: { ok: number; lost: number; mostLost: number; runs: number; runsWithLoss: number } | null = null
  /** Null if nobody draws them. */
  readonly #levels: LevelsEstimate | null
  readonly #staleReads = new Ratio()

  /** @param hasLevels whether the levels over time are wanted */
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

/** Reads that were answered from the past, and all that were answered; null of services that are no store. */
function staleAmong({ record, byKind }: Pick<RunOfCell, "record" | "byKind">): readonly [number, number] | null {
  const reads = byKind.find(([kind]) => kind === "read")?.[1]
  return record.degraded === undefined || reads === undefined ? null : [record.degraded.staleReads, reads.count]
}

function latenciesOf(kind: string, { latencies }: CompletedRecord): Histogram | undefined {
  const text = latencies[kind]
  return text === undefined ? undefined : Histogram.decode(text)
}

/** The mean time between events of a rate: its upper end is open where the rate may be 0. */
function inverse({ value, low, high, runs }: Estimate, unit: number): Estimate {
  const end = (rate: number | null): number | null => (rate === null || rate === 0 ? null : 1 / (rate * unit))
  return { value: 1 / (value * unit), low: end(high), high: end(low), runs }
}

function scaled({ value, low, high, runs }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low && low * factor, high: high && high * factor, runs }
}

/** Steps shown at most. */
const MAX_STEPS = 200

/** Steps at equal distances, the first and the last included. */
function thinned(steps: readonly ReliabilityStep[]): readonly ReliabilityStep[] {
  const each = Math.ceil(steps.length / MAX_STEPS)
  return steps.filter((_, place) => place === 0 || (steps.length - 1 - place) % each === 0)
}
