/**
 * Checks the rest of a spec after unreadable values have been removed.
 *
 * Problems that may exist only because these values are missing are not reported.
 */
import type { Problem } from "../../lib/problems.ts"
import type { Path, Source } from "../../lib/source.ts"

/** Keys that a spec can be checked without, each with the keys that may depend on it. */
const DECIDES: Readonly<Record<string, readonly string[]>> = {
  question: [],
  workload: ["sweep", "published"],
  parameters: ["sweep", "leader", "initial", "rare", "published"],
  faults: ["sweep", "repeat", "rare", "disk", "charts", "answer", "compare", "published"],
  warmup: ["duration", "faults", "rare"],
  duration: ["warmup", "faults", "rare"],
  repeat: ["workload", "faults", "rare", "network"],
  rare: ["repeat", "duration", "faults"],
  seed: [],
  eventBudget: [],
  expect: [],
  charts: [],
  answer: [],
  compare: ["charts", "answer"],
  published: [],
}

/** A source that remembers where its problems are. */
export interface Tracked extends Source {
  pathOf(problem: Problem): Path
}

export function tracked(source: Source): Tracked {
  const paths = new Map<Problem, Path>()
  const remembering =
    (make: Source["problemAt"]): Source["problemAt"] =>
    (path, message) => {
      const problem = make(path, message)
      paths.set(problem, path)
      return problem
    }
  return {
    ...source,
    problemAt: remembering(source.problemAt),
    problemAtKey: remembering(source.problemAtKey),
    pathOf: problem => paths.get(problem) ?? [],
  }
}

/** The spec without its wrong values; `undefined` if nothing can be said about the rest. */
export function withoutWrong(value: object, wrong: readonly Path[]): object | undefined {
  const rest: Record<string, unknown> = { ...value }
  for (const [key, setting] of wrong) {
    if (typeof key !== "string" || !Object.hasOwn(DECIDES, key)) return undefined
    const written = rest[key]
    // Of settings, only the wrong one is removed; of lists and other values, the whole.
    const isOfSettings = (key === "workload" || key === "parameters") && typeof setting === "string"
    if (!isOfSettings || typeof written !== "object" || written === null) rest[key] = undefined
    else rest[key] = Object.fromEntries(Object.entries(written).filter(([name]) => name !== setting))
  }
  const kept = Object.entries(rest).filter(([, part]) => part !== undefined)
  return { question: "?", ...Object.fromEntries(kept) }
}

/** True if the problem at a path does not result from the removed values. */
export function isApart([key]: Path, wrong: readonly Path[]): boolean {
  return wrong.every(([left]) => key !== left && !(DECIDES[String(left)] ?? []).includes(String(key)))
}
