/** The catch of a hunt: the course shortened, drawn parameters reset to their usual values, and all of it as a scenario. */
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import { type Counterexample, counterexampleOf } from "../../checking/counterexample.ts"
import { Walker } from "../../runtime/checker/search/walker.ts"
import { transitionsOf, translated, type Wish } from "./course.ts"
import { type Shortened, shorten, symptomOf } from "./shorten.ts"
import type { Found } from "./territory.ts"

export interface Caught extends Counterexample {
  readonly request: CheckRequest
  /** The parameters that it needs, beyond the given ones. */
  readonly drawn: Readonly<Record<string, unknown>>
}

/** The most courses to try while shortening one. */
const TRIES = 4_000
/** The same, after a parameter was reset. */
const AGAIN = 300

/** @param usual the parameters to use where a violation does not depend on them */
export function caught(found: Found, usual: CheckRequest["parameters"]): Caught {
  let { request, walker } = found
  let best: Shortened = shorten(walker, found.path, found.wrong, TRIES)
  for (const [name, value] of Object.entries(usual)) {
    if (request.parameters[name] === value) continue
    const changed = { ...request, parameters: { ...request.parameters, [name]: value } }
    const other = attempt(changed, walker, best)
    if (other === undefined) continue
    request = changed
    walker = other.walker
    best = other.best
  }
  best = shorten(walker, best.path, best.wrong, TRIES)
  const violation = { ...best.wrong, path: transitionsOf(walker, best.path) }
  const drawn = Object.entries(request.parameters).filter(([name, value]) => usual[name] !== value)
  return { ...counterexampleOf(request, violation), request, drawn: Object.fromEntries(drawn) }
}

/** @returns the same violation with other parameters; undefined if it does not occur with them */
function attempt(request: CheckRequest, before: Walker, { path, wrong }: Shortened) {
  if (request.algorithm.conflict?.(request.parameters, request.nodes) !== undefined) return undefined
  const walker = new Walker(modelOf(request))
  const wishes: readonly Wish[] = translated(path, before, walker)
  const best = shorten(walker, wishes, wrong, AGAIN, false)
  return best.wrong === wrong || symptomOf(best.wrong) !== symptomOf(wrong) ? undefined : { walker, best }
}
