/** Shortens the path to a violation that a search has found which does not look for the shortest one. */
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import type { Violation } from "../../runtime/checker/exploration.ts"
import { Walker } from "../../runtime/checker/search/walker.ts"
import { transitionsOf, wishOf } from "./course.ts"
import { shorten } from "./shorten.ts"

/** Paths that are tried. */
const TRIES = 4_000

/** A violation of the same check on a path from which nothing can be left out; a shorter one may exist. */
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
