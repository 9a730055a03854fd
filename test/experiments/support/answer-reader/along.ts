// Sentences about one algorithm at two values of what is swept: `Raft with n = 5 against 3: more available by ...`.
import { clausesTroubles, largest, type Subject } from "./comparison.ts"
import { sameSet, splitClauses } from "./course.ts"
import { labelsIn, metricOf } from "./labels.ts"
import { fail, placesIn } from "./places.ts"
import { type Along, columnOf, keyOf, type Row, type Tables } from "./tables.ts"

/** `A with n = 5 against 3: more messages at all 2 points, by up to 2.00 (40 %) at loss = 1%; no worse by more than 10 %`. */
export function readAlong(text: string, metric: string | null, tables: Tables): readonly string[] | null {
  const label = labelsIn(tables).find(candidate => text.startsWith(candidate))
  if (label === undefined || !/^ (?:with|at) /.test(text.slice(label.length))) return null
  const match =
    /^ (?:with|at) (.+?) against ([^,:]+?)(?:, ([^:]+))?: (.+)$/.exec(text.slice(label.length)) ?? fail(`"${text}"`)
  const [, value = "", other = "", noun, said = ""] = match
  const key = noun === undefined ? (metric ?? fail("no metric")) : metricOf(noun)
  const pairs = tables.along.filter(
    pair => pair.metric === columnOf(key) && pair.first === label && pair.value2 === other && isValue(value, pair),
  )
  if (pairs.length === 0) return [`${label} is not compared at ${value} and ${other}`]
  const clauses = splitClauses(said)
  const isOfMargin = (clause: string): boolean => / by more than /.test(clause)
  const [{ axis }] = [pairs[0]!]
  const all = tables.rows.filter(({ algorithm, place }) => algorithm === label && place[axis] === pairs[0]!.value1)
  const subject: Subject = {
    pairs,
    places: pairs.map(({ place }) => place),
    all: all.map(({ place }) => place),
    tables: { ...tables, rows: all },
  }
  const others = clauses.filter(clause => !isOfMargin(clause))
  return [
    ...others.flatMap(clause => effectTroubles(clause, pairs)),
    ...clausesTroubles(
      others.map(clause => clause.replace(EFFECT, "")),
      subject,
      all.some(row => isMissed(row, key, pairs, tables)),
    ),
    ...marginTroubles(clauses.filter(isOfMargin), pairs, subject),
  ]
}

/** True if one of the two values has an estimate here, but they are not compared. */
function isMissed(row: Row, key: string, pairs: readonly Along[], { rows }: Tables): boolean {
  const [{ axis, value2 }] = [pairs[0]!]
  if (pairs.some(({ place }) => keyOf(place) === keyOf(row.place))) return false
  const there = keyOf({ ...row.place, [axis]: value2 })
  const other = rows.find(({ algorithm, place }) => algorithm === row.algorithm && keyOf(place) === there)
  return other !== undefined && (row.estimate(key) !== null || other.estimate(key) !== null)
}

/** `n = 5`, or `3 crashes`. */
function isValue(phrase: string, { axis, value1 }: Along): boolean {
  const words = phrase.replace(/^[\w.]+ = /, "").split(" ")
  return words.includes(value1) || (value1 === "0" && words.includes("no")) || phrase === `${axis} = ${value1}`
}

const EFFECT = / \(([\d.]+) (%|s a month|min a month|h a month|days a month)\)/

const MINUTES: Readonly<Record<string, number>> = {
  "s a month": 1 / 60,
  "min a month": 1,
  "h a month": 60,
  "days a month": 24 * 60,
}

/** The size in words is that of the largest of the differences that the clause is about. */
function effectTroubles(clause: string, pairs: readonly Along[]): readonly string[] {
  const match = EFFECT.exec(clause)
  if (match === null) return []
  const [, written = "", unit = ""] = match
  const about = /^(?:no difference|the largest)/.test(clause)
    ? pairs
    : pairs.filter(({ isShown, value }) => isShown && value > 0 === /^(?:more|slower|longer)/.test(clause))
  if (about.length === 0) return ["of no difference"]
  const { value, relative } = largest(about)
  // A year has 525,960 minutes.
  const truly = unit === "%" ? Math.abs(relative ?? 0) * 100 : (Math.abs(value) * 525_960) / 12 / MINUTES[unit]!
  const digits = Number(written)
  return Math.abs(digits - truly) <= Math.max(0.05 * truly, 0.5) ? [] : [`${written} ${unit} stands for ${truly}`]
}

/** Which points keep the margin, which do not, and of which the runs do not tell. */
function marginTroubles(clauses: readonly string[], pairs: readonly Along[], { places, tables }: Subject) {
  const judged = pairs.filter(({ margin }) => margin !== null)
  const covered: string[] = []
  const troubles = clauses.flatMap(clause => {
    const match =
      /^(no worse|worse|whether worse) by more than (\d[\d.]* (?:points?|%|ms)|[\d.]+)( is not decided)?(?: (.+))?$/.exec(
        clause,
      ) ?? fail(`"${clause}"`)
    const [, which = "", margin, , where = ""] = match
    const meant = placesIn(where, places, tables).map(keyOf)
    covered.push(...meant)
    const truly = judged.filter(pair => verdictOf(pair) === which).map(({ place }) => keyOf(place))
    return [
      sameSet(meant, truly) ? "" : `${which}: that is ${truly.join(" ")}`,
      judged.every(pair => pair.margin?.text === margin) ? "" : `the margin is ${judged[0]?.margin?.text}`,
    ].filter(Boolean)
  })
  const missed = judged.filter(({ place }) => !covered.includes(keyOf(place)))
  return [...troubles, ...missed.map(({ place }) => `nothing is said of the margin at ${keyOf(place)}`)]
}

function verdictOf({ margin, resolution }: Along): string {
  const { low, high } = margin!
  if (high !== null && high < -resolution) return "no worse"
  return low !== null && low > resolution ? "worse" : "whether worse"
}
