/** Shrinking on another thread: what goes there and what comes back, as plain data. */
import { type CellScenario, type Registry, toScenario } from "../cell.ts"
import { shrink, type ShrinkBudget, type Shrunk } from "./shrink.ts"

export interface ShrinkTask {
  readonly scenario: CellScenario
  readonly seed: number
  /** The symptom to keep; absent: the first that the run shows. */
  readonly symptom?: string
  readonly budget: ShrinkBudget
}

export interface ShrunkRun extends Omit<Shrunk, "scenario"> {
  readonly scenario: CellScenario
}

/** @returns undefined if the run does not show the symptom */
export function shrinkTask({ scenario, seed, symptom, budget }: ShrinkTask, registry: Registry): ShrunkRun | undefined {
  const shrunk = shrink(toScenario(scenario, registry), seed, symptom, budget)
  if (shrunk === undefined) return undefined
  const { algorithm, service } = scenario
  return { ...shrunk, scenario: { ...shrunk.scenario, algorithm, service } }
}

/** A kind of violation in an experiment, and the smallest scenario found that shows it. */
export interface ShrunkViolation {
  /** The check, or the reason of the failure without its numbers. */
  readonly symptom: string
  /** The algorithm as the experiment calls it. */
  readonly label: string
  /** The run that it was shrunk from, and how many runs of the experiment show the same. */
  readonly run: string
  readonly runs: number
  /** The scenario file. */
  readonly file: string
  readonly shrunk: ShrunkRun
  /** Commands that show it. */
  readonly commands: readonly string[]
}
