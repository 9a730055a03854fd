/**
 * Seeds that showed planted mistakes last: they are tried first, so that one run catches what dozens had to be made for.
 * They are hints. Where one misses, since an algorithm and thereby its runs have changed, all seeds are tried as ever.
 *
 *     NOTE_SEEDS=1 npx vitest run --maxWorkers=1 test/algorithms/raft/mutants.test.ts     notes those of a file anew
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const FILE = join(import.meta.dirname, "shown-by.json")

/** By mistake, the lowest seed that shows it; absent where that is one of the first. */
const noted: Readonly<Record<string, number>> = JSON.parse(readFileSync(FILE, "utf8"))

/** Lower seeds need no note: trying them costs hardly more. */
const FIRST = 2

/**
 * Looks for a run that shows a mistake.
 *
 * @param mistake the algorithm and the mistake; no other test has the same
 * @param count seeds are 1 to this
 * @returns the seed of the first run that shows it; undefined if none does
 */
export function seedThatShows(mistake: string, count: number, shows: (seed: number) => boolean): number | undefined {
  if (process.env["NOTE_SEEDS"] !== undefined) return note(mistake, count, shows)
  const hint = noted[mistake]
  if (hint !== undefined && shows(hint)) return hint
  for (let seed = 1; seed <= count; seed++) if (seed !== hint && shows(seed)) return seed
  return undefined
}

function note(mistake: string, count: number, shows: (seed: number) => boolean): number | undefined {
  let seed = 1
  while (!shows(seed)) if (++seed > count) return undefined
  const all: Record<string, number> = JSON.parse(readFileSync(FILE, "utf8"))
  if (seed <= FIRST) delete all[mistake]
  else all[mistake] = seed
  const sorted = Object.entries(all).toSorted(([one], [other]) => (one < other ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`)
  return seed
}
