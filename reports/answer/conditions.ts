/** Conditions on the figures of a point: evaluation, statistical certainty, and wording. */
import type { Figured } from "../../analysis/aggregate.ts"
import type { Condition, Relation } from "../../experiments/model/answer-form.ts"
import { joined } from "./context.ts"
import { estimateIn, wordsFor } from "./words.ts"

const HOLDS: Readonly<Record<Relation, (value: number, bound: number) => boolean>> = {
  ">=": (value, bound) => value >= bound - TOLERANCE,
  "<=": (value, bound) => value <= bound + TOLERANCE,
  ">": (value, bound) => value > bound + TOLERANCE,
  "<": (value, bound) => value < bound - TOLERANCE,
  "=": (value, bound) => Math.abs(value - bound) <= TOLERANCE,
}

/** For floating-point noise. */
const TOLERANCE = 1e-12

/** True if the estimates of a point meet all conditions. */
export function areMet(conditions: readonly Condition[], summary: Figured): boolean {
  return conditions.every(condition => isMet(condition, summary))
}

function isMet({ metric, relation, bound }: Condition, summary: Figured): boolean {
  const estimate = estimateIn(metric, summary)
  if (estimate === null) return false
  // A value above the deadline certainly exceeds any bound up to it, and is not known to be below any bound.
  if (estimate.isOver === true && !relation.startsWith(">")) return false
  return HOLDS[relation](estimate.value, bound)
}

/** True if the interval of a metric contains its bound: the runs do not show on which side the true value is. */
export function isClose(conditions: readonly Condition[], summary: Figured): boolean {
  return conditions.some(({ metric, bound }) => {
    const { low, high } = estimateIn(metric, summary) ?? { low: null, high: null }
    return low !== null && high !== null && low < bound && bound < high
  })
}

const RELATIONS: Readonly<Record<Relation, string>> = {
  ">=": "of at least",
  "<=": "of at most",
  ">": "above",
  "<": "below",
  "=": "of",
}

/** Relations of the share of runs with a violation to 0 that are clearer without the number. */
const WITHOUT_BOUND: Readonly<Partial<Record<Relation, string>>> = {
  "=": "no violation in any run",
  "<=": "no violation in any run",
  ">": "a violation in at least one run",
}

/** `availability of at least 99 % and no violation in any run`. */
export function conditionsInWords(conditions: readonly Condition[]): string {
  return joined(
    conditions.map(({ metric, relation, bound }) => {
      const { noun, unit } = wordsFor(metric)
      if (metric === "violations" && bound === 0 && Object.hasOwn(WITHOUT_BOUND, relation))
        return WITHOUT_BOUND[relation]!
      const value = unit === "%" ? Number((bound * 100).toPrecision(9)) : bound
      return `${noun} ${RELATIONS[relation]} ${value}${unit === "" ? "" : `\u00a0${unit}`}`
    }),
  )
}
