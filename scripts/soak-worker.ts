/** A worker thread of the soak: runs some seeds of one kind of random run. */
import { Tally } from "../test/support/marks.ts"
import { SOAK_RUNS } from "../test/support/safety.ts"

export interface Block {
  readonly name: string
  /** The seeds from `first` up to, but excluding, `end`. */
  readonly first: number
  readonly end: number
}

export interface BlockResult {
  /** The runs with violations, and these. */
  readonly violated: readonly { readonly seed: number; readonly found: readonly string[] }[]
  /** The number of runs in which each rare situation occurred. */
  readonly met: ReadonlyMap<string, number>
}

export default function runBlock({ name, first, end }: Block): BlockResult {
  const tally = new Tally()
  const violated: { seed: number; found: readonly string[] }[] = []
  for (let seed = first; seed < end; seed++) {
    const found = SOAK_RUNS[name]!(seed, tally)
    if (found.length > 0) violated.push({ seed, found })
  }
  return { violated, met: tally.counts }
}
