/** Looks for planted mistakes by checks, within one set of bounds after the other. */
import { algorithms } from "../../algorithms/registry.ts"
import { modelOf } from "../../checking/request.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import { RandomWalks } from "../../runtime/checker/search/random-walks.ts"
import type { Search } from "../../runtime/checker/search/search.ts"
import { showError } from "../../runtime/lib/show.ts"
import { shortened } from "../../hunting/courses/shorten-path.ts"
import { MUTANT_BOUNDS, type MutantBounds } from "../checking/mutant-bounds.ts"
import { commandLine } from "./check-line.ts"
import { requestOf } from "./untimed-models.ts"

/** States at which an exploration is given up. */
const MAX_STATES = 60_000
const SEED = 1

/** What was found within which bounds. */
export interface FoundMistake {
  /** The bounds, as `quorate check` takes them. */
  readonly line: string
  /** The beginning of what is violated. */
  readonly reason: string
  readonly steps: number
  /** States that were visited until then, in all bounds. */
  readonly states: number
}

/** @returns the first violation, or how many states were visited in vain */
export function lookFor(name: string, algorithm: Algorithm): FoundMistake | { readonly states: number } {
  let states = 0
  for (const bounds of MUTANT_BOUNDS[name] ?? []) {
    const found = checkWithin(name, algorithm, bounds)
    states += found.states
    if (found.violation !== null) {
      const { reason, steps } = found.violation
      return { line: commandLine(name, bounds), reason, steps, states }
    }
  }
  return { states }
}

/** The violation of an algorithm as it is, within bounds: a mistake that is found there is none. */
export function whyUnsound(name: string, bounds: MutantBounds): string | undefined {
  const { violation, states } = checkWithin(name, algorithms[name]!, bounds)
  return violation === null ? undefined : `${commandLine(name, bounds)}: ${violation.reason} (${states} states)`
}

export interface CheckedWithin {
  readonly states: number
  readonly isComplete: boolean
  readonly violation: { readonly reason: string; readonly steps: number } | null
}

export function checkWithin(name: string, algorithm: Algorithm, bounds: MutantBounds): CheckedWithin {
  const { service, walks, depth, states: limit = MAX_STATES, liveness = false, ...options } = bounds
  const request = requestOf(name, service, { ...options, algorithm })
  if (algorithm.conflict?.(request.parameters, request.nodes) !== undefined) throw new Error(`${name}: a conflict`)
  try {
    const model = modelOf(request)
    const search: Search =
      walks === undefined
        ? new Explorer(model, { findsLoops: liveness })
        : new RandomWalks(model, { seed: SEED, walks })
    search.begin({ states: walks === undefined ? limit : Infinity, ...(depth === undefined ? {} : { depth }) })
    while (search.advance());
    const { states, isComplete, violation } = search.result
    if (violation === null) return { states, isComplete, violation }
    const { reason, path } = walks === undefined ? violation : shortened(request, violation)
    return { states, isComplete, violation: { reason, steps: path.length } }
  } catch (error) {
    // At boot there is no path yet.
    return { states: 1, isComplete: false, violation: { reason: showError(error), steps: 0 } }
  }
}
