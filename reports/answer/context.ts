/** The material of findings: the summaries of an experiment, and its paired differences, between algorithms and along the sweep. */
import type { Figured } from "../../analysis/aggregate.ts"
import { tooFew } from "../../analysis/counts.ts"
import type { AlongDifference } from "../../analysis/along.ts"
import type { Cell, Dimension } from "../../scenarios/cell.ts"
import type { Difference } from "../../analysis/comparisons.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import type { Restriction } from "../../experiments/model/answer-form.ts"
import { labelOn, pointKey, type Space, spaceOf } from "./points.ts"
import { comparedName, toldIn } from "./words.ts"

/** A cell with its estimate of one metric; null if it has none. */
export interface Valued {
  readonly cell: Cell
  readonly estimate: Estimate | null
  /** The reason why there is none, if there is too little data for one: `too few operations`. */
  readonly lack?: string
}

/** The cells of one algorithm. */
export interface OfAlgorithm {
  readonly key: string
  readonly label: string
  readonly service: string
  readonly summaries: readonly Figured[]
}

export class Figures {
  readonly #plan: Plan
  readonly #cells: readonly Figured[]
  readonly dimensions: readonly Dimension[]
  readonly algorithms: readonly OfAlgorithm[]
  /** All points of the sweep. */
  readonly space: Space
  readonly #differences: readonly Difference[]
  readonly #along: readonly AlongDifference[]

  constructor(
    plan: Plan,
    cells: readonly Figured[],
    differences: readonly Difference[],
    along: readonly AlongDifference[] = [],
  ) {
    const { dimensions, variants } = plan.experiment
    this.#plan = plan
    this.#cells = cells
    this.dimensions = dimensions
    this.algorithms = variants.map(({ key, label, service }) => ({
      key,
      label,
      service,
      summaries: cells.filter(({ cell }) => cell.variant.key === key),
    }))
    this.space = spaceOf(
      cells.map(({ cell }) => cell),
      dimensions,
    )
    const summaryOf = new Map(cells.map(summary => [summary.cell, summary]))
    const isTold = ({ metric, first, second }: Pick<Difference, "metric" | "first" | "second">): boolean =>
      [first, second].every(cell => {
        const summary = summaryOf.get(cell)
        return summary === undefined || tooFew(metric, summary) === undefined
      })
    this.#differences = differences.filter(isTold)
    this.#along = along.filter(isTold)
  }

  /** The figures restricted to some points. */
  where(restrictions: readonly Restriction[]): Figures {
    if (restrictions.length === 0) return this
    const isIn = (cell: Cell): boolean =>
      restrictions.every(({ axis, value }) => labelOn(cell, this.dimension(axis)) === value)
    return new Figures(
      this.#plan,
      this.#cells.filter(({ cell }) => isIn(cell)),
      this.#differences.filter(({ first }) => isIn(first)),
      this.#along.filter(({ first }) => isIn(first)),
    )
  }

  /** The values of an algorithm in a metric, by point. */
  valuesOf({ summaries }: OfAlgorithm, metric: string): readonly Valued[] {
    return summaries.map(summary => ({ cell: summary.cell, ...toldIn(metric, summary) }))
  }

  /** True if any algorithm has a value of a metric. */
  has(metric: string): boolean {
    return this.algorithms.some(algorithm => this.valuesOf(algorithm, metric).some(({ estimate }) => estimate !== null))
  }

  /** The paired differences in a metric, grouped by pair of algorithms. */
  pairsIn(metric: string): readonly (readonly Difference[])[] {
    const name = comparedName(metric)
    const own = this.#differences.filter(difference => difference.metric === name)
    const pairs = Map.groupBy(own, ({ first, second }) => `${first.variant.key}\n${second.variant.key}`)
    return [...pairs.values()]
  }

  /** The paired differences in a metric, grouped by point. */
  pointsIn(metric: string): ReadonlyMap<string, readonly Difference[]> {
    const name = comparedName(metric)
    const own = this.#differences.filter(difference => difference.metric === name)
    return Map.groupBy(own, ({ first }) => pointKey(first))
  }

  /** The differences along the sweep in a metric, grouped by algorithm and pair of values. */
  alongIn(metric: string, axis?: string): readonly (readonly AlongDifference[])[] {
    const name = comparedName(metric)
    const own = this.#along.filter(({ metric: of, along }) => of === name && (axis ?? along) === along)
    const groups = Map.groupBy(own, ({ along, values, first: { variant } }) =>
      [variant.key, along, values.first, values.second].join("\n"),
    )
    return [...groups.values()]
  }

  /** The dimension with a name. */
  dimension(name: string): Dimension {
    return this.dimensions.find(dimension => dimension.name === name)!
  }
}

/** A label for use within a sentence, where its comma would be misread: `Raft (commands)` for `Raft, commands`. */
export function nameIn(label: string): string {
  return label.includes("(") ? label : label.replace(/^([^,]+), (.+)$/, "$1 ($2)")
}

/** A list with `and` before its last item. */
export function joined(parts: readonly string[], word = "and"): string {
  return parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} ${word} ${parts.at(-1)}`
}
