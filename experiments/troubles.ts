/** What went wrong in the runs of an experiment: the first violations and failures in full, and all of them by kind. */
import type { RunRecord } from "./measure.ts"
import type { PlannedRun } from "./plan.ts"
import { failureName } from "./shrink/shrink.ts"

/** A check that a run violated. */
export interface Violation {
  readonly run: string
  readonly check: string
  /** Virtual time in microseconds. */
  readonly at: number
  /** What was seen, in words. */
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
  /** Events just before it, the latest last. */
  readonly before: readonly string[]
  /** Whether it had to be stopped from outside: run again, it would not end, or take all memory. */
  readonly stopped: boolean
  readonly replay: string
}

/** Violations, or failures that come again when the run is repeated, that look the same from outside. */
export interface TroubleKind {
  /** Algorithm and symptom, fit for the name of a file. */
  readonly key: string
  /** The check that was violated, or the reason of the failure without its numbers. */
  readonly symptom: string
  readonly isFailure: boolean
  /** In how many runs it was seen. */
  readonly runs: number
  /** The one with the fewest nodes, and of those the one in which it is seen first: at this virtual time, in microseconds. */
  readonly run: PlannedRun
  readonly at: number
}

/** Violations and failures that are told of one by one; the rest is counted, and is in `findings.csv`. */
const MOST_TROUBLES = 1_000

export interface Troubles {
  /** The first of them, {@link MOST_TROUBLES} at most. */
  readonly violations: readonly Violation[]
  readonly failures: readonly Failure[]
  /** All of them by kind, violations first. */
  readonly kinds: readonly TroubleKind[]
}

/** Takes note of what went wrong, run by run in the order of the plan. */
export class TroubleLog implements Troubles {
  readonly violations: Violation[] = []
  readonly failures: Failure[] = []
  readonly #kinds = new Map<string, TroubleKind>()
  readonly #outDir: string

  /** @param outDir the folder of the results, for the commands that show a run */
  constructor(outDir: string) {
    this.#outDir = outDir
  }

  get kinds(): readonly TroubleKind[] {
    return [...this.#kinds.values()].toSorted((a, b) => Number(a.isFailure) - Number(b.isFailure))
  }

  add(planned: PlannedRun, record: RunRecord): void {
    const { id: run, seed } = planned
    const replay = `quorate replay ${this.#outDir} --run '${run}'`
    if (record.status === "failed") {
      const { reason, at, event, state, before = [], stopped = false } = record
      if (this.failures.length < MOST_TROUBLES)
        this.failures.push({ run, seed, reason, at, event, state, before, stopped, replay })
      // One that had to be stopped from outside would not end when it is run again either.
      if (at !== null && !stopped) this.#count(planned, at, failureName(reason), true)
      return
    }
    for (const { check, verdict, at = 0, text: witness } of record.findings) {
      if (verdict !== "violated") continue
      if (this.violations.length < MOST_TROUBLES) this.violations.push({ run, check, at, witness, replay })
      this.#count(planned, at, check, false)
    }
  }

  #count(run: PlannedRun, at: number, symptom: string, isFailure: boolean): void {
    const key = `${run.cell.variant.key}-${symptom}`.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 80)
    const known = this.#kinds.get(key)
    const runs = (known?.runs ?? 0) + 1
    const isBetter = known === undefined || isSmaller({ run, at }, known)
    this.#kinds.set(key, isBetter ? { key, symptom, isFailure, runs, run, at } : { ...known, runs })
  }
}

type Example = Pick<TroubleKind, "run" | "at">

function isSmaller({ run, at }: Example, other: Example): boolean {
  const [nodes, others] = [run.cell.scenario.nodes, other.run.cell.scenario.nodes]
  return nodes < others || (nodes === others && at < other.at)
}
