/** The violations and failures in the runs of an experiment: the first ones in full, and all of them by kind. */
import type { RunRecord } from "../scenarios/measure.ts"
import type { PlannedRun } from "../experiments/model/plan.ts"
import { failureName } from "../scenarios/measure.ts"

/** A check that a run violated. */
export interface Violation {
  readonly run: string
  readonly check: string
  /** Virtual time in microseconds. */
  readonly at: number
  /** The observation, in words. */
  readonly witness: string
  /** The command that shows the run's trace. */
  readonly replay: string
}

/** A run whose algorithm threw, flooded the network or did not end. */
export interface Failure {
  readonly run: string
  readonly seed: number
  readonly reason: string
  /** Virtual time in microseconds; null if it is not known. */
  readonly at: number | null
  /** The event that was being handled, and the state of the node that handled it. */
  readonly event: string
  readonly state: string
  /** The events just before it, the latest last. */
  readonly before: readonly string[]
  /** True if it had to be stopped from outside: a rerun would not end either, or would take all memory. */
  readonly stopped: boolean
  readonly replay: string
}

/** Violations, or reproducible failures, with the same symptom. */
export interface TroubleKind {
  /** Algorithm and symptom, usable as a file name. */
  readonly key: string
  /** The check that was violated, or the reason of the failure without its numbers. */
  readonly symptom: string
  readonly isFailure: boolean
  /** The number of runs with it. */
  readonly runs: number
  /** The run with the fewest nodes, and among those the earliest occurrence: at this virtual time, in microseconds. */
  readonly run: PlannedRun
  readonly at: number
  /** Examples: this run, then one from each other cell with the same number of nodes, those with most such runs first. */
  readonly examples: readonly PlannedRun[]
}

/** The maximum number of examples of a kind. */
const MAX_EXAMPLES = 3

/** Violations and failures that are listed individually; the rest are counted, and are in `findings.csv`. */
const MAX_TROUBLES = 1_000

export interface Troubles {
  /** The first violations, at most {@link MAX_TROUBLES}. */
  readonly violations: readonly Violation[]
  readonly failures: readonly Failure[]
  /** All of them by kind, violations first. */
  readonly kinds: readonly TroubleKind[]
}

/** True if a run failed or violated a check. */
export function isBad(record: RunRecord): boolean {
  return record.status === "failed" || record.findings.some(({ verdict }) => verdict === "violated")
}

/** Records violations and failures, run by run in the order of the plan. */
export class TroubleLog implements Troubles {
  readonly violations: Violation[] = []
  readonly failures: Failure[] = []
  readonly #kinds = new Map<string, Kind>()
  readonly #outDir: string

  /** @param outDir the folder of the results, for the commands that show a run */
  constructor(outDir: string) {
    this.#outDir = outDir
  }

  get kinds(): readonly TroubleKind[] {
    const kinds = [...this.#kinds.values()].map(({ cells, ...kind }) => ({
      ...kind,
      examples: examplesOf(kind.run, cells),
    }))
    return kinds.toSorted((a, b) => Number(a.isFailure) - Number(b.isFailure))
  }

  add(planned: PlannedRun, record: RunRecord): void {
    const { id: run, seed } = planned
    const replay = `quorate replay ${this.#outDir} --run '${run}'`
    if (record.status === "failed") {
      const { reason, at, event, state, before = [], stopped = false } = record
      if (this.failures.length < MAX_TROUBLES)
        this.failures.push({ run, seed, reason, at, event, state, before, stopped, replay })
      // A run that had to be stopped from outside would not end when rerun either.
      if (at !== null && !stopped) this.#count(planned, at, failureName(reason), true)
      return
    }
    for (const { check, verdict, at = 0, text: witness } of record.findings) {
      if (verdict !== "violated") continue
      if (this.violations.length < MAX_TROUBLES) this.violations.push({ run, check, at, witness, replay })
      this.#count(planned, at, check, false)
    }
  }

  #count(run: PlannedRun, at: number, symptom: string, isFailure: boolean): void {
    const key = `${run.cell.variant.key}-${symptom}`.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)
    const known = this.#kinds.get(key)
    const cells = known?.cells ?? new Map<string, Example & { runs: number }>()
    const own = cells.get(run.cell.id)
    if (own === undefined) cells.set(run.cell.id, { run, at, runs: 1 })
    else cells.set(run.cell.id, { ...(isSmaller({ run, at }, own) ? { run, at } : own), runs: own.runs + 1 })
    const runs = (known?.runs ?? 0) + 1
    const isBetter = known === undefined || isSmaller({ run, at }, known)
    this.#kinds.set(key, isBetter ? { key, symptom, isFailure, runs, run, at, cells } : { ...known, runs })
  }
}

type Example = Pick<TroubleKind, "run" | "at">

/** A kind while counting: with the smallest example of each cell, and the number of its runs that show it. */
interface Kind extends Omit<TroubleKind, "examples"> {
  readonly cells: Map<string, Example & { readonly runs: number }>
}

function examplesOf(first: PlannedRun, cells: Kind["cells"]): readonly PlannedRun[] {
  const others = [...cells.values()]
    .filter(({ run }) => run.id !== first.id && run.cell.scenario.nodes === first.cell.scenario.nodes)
    .toSorted((a, b) => b.runs - a.runs || a.at - b.at)
  return [first, ...others.map(({ run }) => run)].slice(0, MAX_EXAMPLES)
}

function isSmaller({ run, at }: Example, other: Example): boolean {
  const [nodes, others] = [run.cell.scenario.nodes, other.run.cell.scenario.nodes]
  return nodes < others || (nodes === others && at < other.at)
}
