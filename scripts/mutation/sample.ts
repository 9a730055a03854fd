/** A plugin of Stryker that lets a mutation run try only a sample of the mutants. */
import { join, relative } from "node:path"
import { type Drawable, draw } from "../../test/mutation/score.ts"

const ROOT = join(import.meta.dirname, "../..")

/** The environment variable that carries the sample to Stryker's processes: its size and seed, as JSON. */
export const SAMPLE = "MUTATION_SAMPLE"

interface Candidate extends Drawable {
  readonly id: string
  readonly fileName: string
}

/** The mutant as results show it, with lines and columns counted from 1. */
function counted({ location: { start, end }, ...mutant }: Candidate): Candidate {
  const next = ({ line, column }: Candidate["location"]["start"]) => ({ line: line + 1, column: column + 1 })
  return { ...mutant, location: { start: next(start), end: next(end) } }
}

/** Stryker asks checkers whether a mutant compiles; this one claims that mutants not drawn do not. */
const sample = {
  init: () => Promise.resolve(),
  /** Puts all mutants into one group, since the draw depends on all of them. */
  group: (mutants: readonly Candidate[]) => Promise.resolve([mutants.map(({ id }) => id)]),
  check: (mutants: readonly Candidate[]) => {
    const size = JSON.parse(process.env[SAMPLE]!)
    const drawn = draw(mutants.map(counted), size, ({ fileName }) => relative(ROOT, fileName))
    const ids = new Set(drawn.map(({ id }) => id))
    return Promise.resolve(
      Object.fromEntries(
        mutants.map(({ id }) => [
          id,
          ids.has(id) ? { status: "passed" } : { status: "compileError", reason: "not drawn" },
        ]),
      ),
    )
  },
}

export const strykerPlugins = [{ kind: "Checker", name: "sample", factory: () => sample }]
