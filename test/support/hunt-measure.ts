/**
 * The measure of hunts: how many planted mistakes hunts find in so much processor time each, against plain random runs.
 *
 * A mistake is hard if none of the first {@link FIRST} plain runs shows it; which ones are says nothing of hunts. Plain runs that are
 * timed have other seeds. Both search in the same process, one after the other, by turns who begins.
 */
import { readFileSync } from "node:fs"
import { Hunt } from "../../hunting/hunt.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { showError } from "../../runtime/lib/show.ts"
import { plainRun } from "./plain-runs.ts"
import { quarryOf } from "./quarry.ts"

/** Plain runs that a hard mistake survives. */
export const FIRST = 15

/** Group sizes that hunts draw from, as `quorate hunt` does. */
const NODES = [3, 3, 3, 4, 5]

/** Runs between those of one seed and those of the next. */
const APART = 1_000_000

/** One more step of a search. @returns what was found wrong */
type Search = () => string | undefined

export const SEARCHES = {
  hunt(algorithm, seed) {
    const hunts = algorithm.serves.map(({ name }) => new Hunt(quarryOf(algorithm, name, NODES), seed))
    let turn = 0
    return () => {
      const found = hunts[turn++ % hunts.length]!.seek()
      return found === undefined || "wrong" in found ? found?.wrong.reason : found.symptom.text
    }
  },
  plain(algorithm, seed) {
    let run = APART * seed
    return () => plainRun(algorithm, run++)
  },
} as const satisfies Readonly<Record<string, (algorithm: Algorithm, seed: number) => Search>>

export type By = keyof typeof SEARCHES

/** A mistake that was looked for. */
export interface Measured {
  readonly algorithm: string
  readonly mistake: string
  readonly seed: number
  readonly isHard: boolean
  /** The processor time that each had, in seconds. */
  readonly budget: number
  /** Processor time until it was found, in seconds; null: not found. */
  readonly seconds: Readonly<Record<By, number | null>>
  /** What was found. */
  readonly found: Readonly<Partial<Record<By, string>>>
}

/** True if the first plain runs do not show the mistake. */
export function isHard(algorithm: Algorithm): boolean {
  const search = SEARCHES.plain(algorithm, 0)
  return Array.from({ length: FIRST }).every(() => attempt(search) === undefined)
}

/** Looks for a mistake by both, `isHuntFirst` or not. */
export function measure(algorithm: Algorithm, seed: number, budget: number, isHuntFirst: boolean) {
  const seconds: Record<By, number | null> = { hunt: null, plain: null }
  const found: Partial<Record<By, string>> = {}
  const order: readonly By[] = isHuntFirst ? ["hunt", "plain"] : ["plain", "hunt"]
  for (const by of order) {
    const result = timed(() => SEARCHES[by](algorithm, seed), budget)
    if (result === undefined) continue
    seconds[by] = Math.round(1_000 * result.seconds) / 1_000
    found[by] = result.reason.slice(0, 80)
  }
  return { seconds, found }
}

function timed(begin: () => Search, budget: number) {
  const start = process.cpuUsage()
  const spent = (): number => {
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  let search: Search | undefined
  while (spent() <= budget) {
    const reason = attempt(() => (search ??= begin())())
    if (reason !== undefined) return spent() <= budget ? { reason, seconds: spent() } : undefined
  }
  return undefined
}

/** What handlers throw as they boot is found, too. */
function attempt(search: Search): string | undefined {
  try {
    return search()
  } catch (error) {
    return showError(error)
  }
}

/** The lines of a file that were measured. */
export function readMeasured(file: string): readonly Measured[] {
  const lines = readFileSync(file, "utf8").trim().split("\n")
  return lines.map((line): Measured => JSON.parse(line))
}

/** Rows of a table: by budget, how many were found by each of all that were looked for that long, and of the hard ones. */
export function tableOf(measured: readonly Measured[], budgets: readonly number[]): readonly string[] {
  const head = "| seconds each | mistakes | `hunt` | plain runs | hard ones | `hunt` | plain runs | times as many |"
  const rows = budgets.map(budget => {
    const all = measured.filter(each => each.budget >= budget)
    const hard = all.filter(each => each.isHard)
    const count = (some: readonly Measured[], by: By): number =>
      some.filter(({ seconds }) => (seconds[by] ?? Infinity) <= budget).length
    const [hunted, plain] = [count(hard, "hunt"), count(hard, "plain")]
    const counts = [all.length, count(all, "hunt"), count(all, "plain"), hard.length, hunted, plain]
    return `| ${budget} | ${counts.join(" | ")} | ${(hunted / plain).toFixed(1)} |`
  })
  return [head, head.replaceAll(/[^|]+/g, " ---: "), ...rows]
}
