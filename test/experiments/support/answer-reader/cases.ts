// Reads `FloodSet (n = 3, rounds = f): 6 of 80 schedules violate agreement` back, and counts.
import { keyOf, type Tables } from "./tables.ts"
import { Unread } from "./places.ts"

const SENTENCE =
  /^(.+?)(?: \(((?:[\w.]+ = [^,()]+(?:, )?)+)\))?: (\S+) of (\S+) (schedules|strategies|cases) violates? (.+)$/

/** What is wrong with a sentence about all cases of a point; null if it is none. */
export function readCases(text: string, _: string | null, { rows }: Tables): readonly string[] | null {
  const match = SENTENCE.exec(text)
  if (match === null) return null
  const [, algorithm, at = "", violating = "", runs = "", , what = ""] = match
  const place = Object.fromEntries(at === "" ? [] : at.split(", ").map(each => each.split(" = ")))
  const row = rows.find(candidate => candidate.algorithm === algorithm && keyOf(candidate.place) === keyOf(place))
  if (row?.cases === undefined) throw new Unread(`no cases of ${algorithm} at ${at}`)
  const { violatedBy, runs: all } = row.cases
  const troubles: string[] = []
  if (number(runs) !== all) troubles.push(`there are ${all} cases`)
  const found = new Map<string, number>()
  if (what !== "any check") {
    let count = number(violating)
    // A number before a check is of that check and those after it.
    for (const [, given, check = ""] of what.matchAll(/(?:([\d,]+) )?([a-z-]+)(?:, | and |$)/g)) {
      if (given !== undefined) count = number(given)
      found.set(check, count)
    }
  } else if (number(violating) !== 0) troubles.push("some violate something")
  for (const check of new Set([...found.keys(), ...Object.keys(violatedBy)])) {
    if (found.get(check) !== violatedBy[check]) troubles.push(`${check} is violated in ${violatedBy[check] ?? 0}`)
  }
  // The share of cases with a violation, from the other table: at least that of the check that is violated most.
  const share = row.estimate("violations")
  if (share !== null && Math.round(share.value * all) < Math.max(0, ...found.values()))
    troubles.push("the share is lower")
  return troubles
}

function number(text: string): number {
  return Number(text.replaceAll(",", ""))
}
