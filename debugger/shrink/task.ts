/** Shrinking on another thread: its request and its result, as plain data. */
import { type CellScenario, type Registry, toScenario } from "../../scenarios/cell.ts"
import { type Candidate, shrinkBest, type ShrinkBudget, type Shrunk } from "./shrink.ts"

export interface ShrinkTask {
  /** Runs that show the symptom; if there is only one, it suffices. */
  readonly candidates: readonly Candidate<CellScenario>[]
  /** The symptom to preserve; absent: the first that the run shows. */
  readonly symptom?: string
  readonly budget: ShrinkBudget
}

export interface ShrunkRun extends Omit<Shrunk, "scenario"> {
  readonly scenario: CellScenario
  /** The index of the candidate. */
  readonly from: number
}

/** @returns undefined if none of the runs shows the symptom */
export function shrinkTask({ candidates, symptom, budget }: ShrinkTask, registry: Registry): ShrunkRun | undefined {
  const runs = candidates.map(({ scenario, seed }) => ({ scenario: toScenario(scenario, registry), seed }))
  const shrunk = shrinkBest(runs, symptom, budget)
  if (shrunk === undefined) return undefined
  const { algorithm, service } = candidates[shrunk.from]!.scenario
  return { ...shrunk, scenario: { ...shrunk.scenario, algorithm, service } }
}

/** A kind of violation in an experiment, and the smallest scenario found that shows it. */
export interface ShrunkViolation {
  /** The check, or the reason of the failure without its numbers. */
  readonly symptom: string
  /** The label of the algorithm in the experiment. */
  readonly label: string
  /** The run that was shrunk, and the number of runs of the experiment with the same symptom. */
  readonly run: string
  readonly runs: number
  /** The scenario file. */
  readonly file: string
  readonly shrunk: ShrunkRun
  /** Commands that show it. */
  readonly commands: readonly string[]
}
