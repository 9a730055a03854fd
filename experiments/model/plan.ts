/** Expands an experiment into its runs: their seeds, ids and order. */
import { GOLDEN, mix } from "../../runtime/lib/random.ts"
import { casesOf } from "../../scenarios/cases.ts"
import type { Cell } from "../../scenarios/cell.ts"
import { scenarioOfRun } from "../../scenarios/cycles.ts"
import type { Experiment } from "./experiment.ts"

export interface Plan {
  readonly experiment: Experiment
  readonly cells: readonly Cell[]
  /** Runs of each cell; the maximum over the cells if they go through all their cases. */
  readonly repeat: number
  /** Runs of each cell, in the order of `cells`. */
  readonly repeats: readonly number[]
  /** Number of runs in all. */
  readonly runs: number
  /** The seed of each repeat, the same in every cell: common random numbers. If runs go through all cases, the case numbers. */
  readonly seeds: readonly number[]
}

/** One run, by its place in the plan. */
export interface PlannedRun {
  readonly id: string
  /** The cell with the scenario of this run: of its case if the cell goes through cases, of its cycle for rare events. */
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
  const repeats = cells.map(({ scenario }) => casesOf(scenario) ?? repeat)
  const runs = repeats.reduce((sum, number) => sum + number, 0)
  return {
    experiment,
    cells,
    repeat,
    repeats,
    runs,
    seeds: isEvery(cells) ? numbers(repeat) : seedsOf(experiment.seed, repeat),
  }
}

/** True if the runs of each cell go through all its cases, so that there is nothing to estimate. */
export function isEvery(cells: readonly Cell[]): boolean {
  return cells.some(({ scenario }) => scenario.every !== undefined)
}

/** True if the plan's figures are estimates with intervals. */
export function hasIntervals({ cells, repeat }: Plan): boolean {
  return repeat > 1 && !isEvery(cells)
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}

/** Different seeds for the repeats; experiments with neighbouring seeds share a seed only by chance. */
export function seedsOf(seed: number, repeat: number): readonly number[] {
  const base = mix(seed ^ mix(Math.floor(seed / 2 ** 32) + 1))
  return Array.from({ length: repeat }, (_, k) => mix(base + Math.imul(k, GOLDEN)))
}

/** The id of a cell's k-th run (k from 1). */
export function runId(cell: Cell, repeat: number): string {
  return `${cell.id}/${repeat}`
}

/** A cell's run. @param repeat from 1 */
export function plannedRun({ seeds }: Plan, cell: Cell, repeat: number): PlannedRun {
  const seed = seeds[repeat - 1]!
  return { id: runId(cell, repeat), cell: { ...cell, scenario: scenarioOfRun(cell.scenario, seed) }, repeat, seed }
}

/** The run with an id, or `undefined` if the plan has no such run. */
export function findPlannedRun(plan: Plan, id: string): PlannedRun | undefined {
  const slash = id.lastIndexOf("/")
  const place = plan.cells.findIndex(candidate => candidate.id === id.slice(0, slash))
  const repeat = Number(id.slice(slash + 1))
  const isThere = place >= 0 && repeat <= plan.repeats[place]! && plan.seeds[repeat - 1] !== undefined
  return isThere ? plannedRun(plan, plan.cells[place]!, repeat) : undefined
}
