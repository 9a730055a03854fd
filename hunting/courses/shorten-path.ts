/** Shortens the path to a violation, for searches that do not find a shortest one. */
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import type { Violation } from "../../runtime/checker/exploration.ts"
import { Walker } from "../../runtime/checker/search/walker.ts"
import { transitionsOf, wishOf } from "./course.ts"
import { shorten } from "./shorten.ts"

/** The most paths to try. */
const TRIES = 4_000

/** A violation of the same check on a path from which no step can be removed; a shorter one may exist. */
export function shortened(request: CheckRequest, { path, ...wrong }: Violation): Violation {
  const walker = new Walker(modelOf(request))
  const best = shorten(
    walker,
    path.map(step => wishOf(walker, step)),
    wrong,
    TRIES,
  )
  return { ...best.wrong, path: transitionsOf(walker, best.path) }
}
