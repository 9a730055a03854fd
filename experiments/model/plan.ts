/** From an experiment to its runs: which seeds, which ids, in which order. */
import { GOLDEN, mix } from "../../runtime/lib/random.ts"
import type { Cell } from "../../scenarios/cell.ts"
import type { Experiment } from "./experiment.ts"

export interface Plan {
  readonly experiment: Experiment
  readonly cells: readonly Cell[]
  /** Runs of each cell. */
  readonly repeat: number
  /** Number of runs in all. */
  readonly runs: number
  /** The seed of each repeat, the same in every cell: common random numbers. */
  readonly seeds: readonly number[]
}

/** One run, by its place in the plan. */
export interface PlannedRun {
  readonly id: string
  readonly cell: Cell
  /** From 1. */
  readonly repeat: number
  readonly seed: number
}

/**
 * Plans the runs of an experiment.
 *
 * Run k has the same seed in every cell, so that algorithms and sweep points meet the same fault schedules and link
 * delays, and their differences are paired.
 */
export function planExperiment(experiment: Experiment): Plan {
  const { cells, repeat } = experiment
  return { experiment, cells, repeat, runs: cells.length * repeat, seeds: seedsOf(experiment.seed, repeat) }
}

/** Different seeds for the repeats; experiments with neighbouring seeds share none of them but by chance. */
export function seedsOf(seed: number, repeat: number): readonly number[] {
  const base = mix(seed ^ mix(Math.floor(seed / 2 ** 32) + 1))
  return Array.from({ length: repeat }, (_, k) => mix(base + Math.imul(k, GOLDEN)))
}

/** The id of a cell's k-th run, k from 1. */
export function runId(cell: Cell, repeat: number): string {
  return `${cell.id}/${repeat}`
}

/** A cell's run. @param repeat from 1 */
export function plannedRun({ seeds }: Plan, cell: Cell, repeat: number): PlannedRun {
  return { id: runId(cell, repeat), cell, repeat, seed: seeds[repeat - 1]! }
}

/** The run with an id, or `undefined` if the plan has none such. */
export function findPlannedRun(plan: Plan, id: string): PlannedRun | undefined {
  const slash = id.lastIndexOf("/")
  const cell = plan.cells.find(candidate => candidate.id === id.slice(0, slash))
  const repeat = Number(id.slice(slash + 1))
  return cell === undefined || plan.seeds[repeat - 1] === undefined ? undefined : plannedRun(plan, cell, repeat)
}
