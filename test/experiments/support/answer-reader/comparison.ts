// Sentences about two algorithms: which way they differ, where, by how much, and where that changes.
import { sameSet, splitClauses } from "./course.ts"
import { labelsIn, metricOf } from "./labels.ts"
import { NUMBER, wrongWith } from "./numbers.ts"
import { countTroubles, fail, placeIn, placesIn } from "./places.ts"
import { columnOf, keyOf, type Pair, type Place, type Tables } from "./tables.ts"

/** The differences that a sentence is about, and all points at which one of the two has a value. */
export interface Subject {
  readonly pairs: readonly Pair[]
  readonly places: readonly Place[]
  readonly all: readonly Place[]
  readonly tables: Tables
}

/** `A against B: faster with 1 client by 102.8 ms [84.1, 121.5]; slower with 10 clients ...; the sign changes ...`. */
export function readComparison(text: string, metric: string | null, tables: Tables): readonly string[] | null {
  const labels = labelsIn(tables)
  const first = labels.find(label => text.startsWith(`${label} against `))
  if (first === undefined) return null
  const after = text.slice(`${first} against `.length)
  const second = labels.find(label => after.startsWith(label)) ?? fail(`"${after}"`)
  const match = /^(?:, ([^:]+))?: (.+)$/.exec(after.slice(second.length)) ?? fail(`"${after}"`)
  const key = match[1] === undefined ? (metric ?? fail("no metric")) : metricOf(match[1])
  const pairs = tables.pairs.filter(
    pair => pair.metric === columnOf(key) && pair.first === first && pair.second === second,
  )
  if (pairs.length === 0) return [`${first} and ${second} are not compared`]
  const measured = tables.rows.filter(
    ({ algorithm, estimate }) => (algorithm === first || algorithm === second) && estimate(key) !== null,
  )
  const subject: Subject = {
    pairs,
    places: pairs.map(({ place }) => place),
    all: tables.rows.map(({ place }) => place),
    tables,
  }
  const missed = measured.filter(({ place }) => !subject.places.some(other => keyOf(other) === keyOf(place)))
  return [
    ...countTroubles(match[2]!, subject.places, tables),
    ...clausesTroubles(splitClauses(match[2]!), subject, missed.length > 0),
  ]
}

/** What is wrong with what is said of a subject. @param hasMissed whether some points are not compared */
export function clausesTroubles(clauses: readonly string[], subject: Subject, hasMissed: boolean): readonly string[] {
  const covered: string[] = []
  return [
    ...clauses.flatMap(clause => clauseTroubles(clause, subject, covered)),
    ...coverTroubles(clauses, subject, covered),
    ...(hasMissed && !clauses.some(clause => clause.startsWith("not compared")) ? ["some are not compared"] : []),
    ...signTroubles(clauses, subject),
  ]
}

function clauseTroubles(clause: string, subject: Subject, covered: string[]): readonly string[] {
  if (clause === "the same in every run") {
    covered.push(...subject.places.map(keyOf))
    const isOther = ({ value, low, high, runs }: Pair): boolean =>
      value !== 0 || (runs > 1 && (low !== 0 || high !== 0))
    return subject.pairs.some(isOther) ? ["not the same"] : []
  }
  return (
    nothingTroubles(clause, subject, covered) ??
    largestTroubles(clause, subject) ??
    changeTroubles(clause, subject) ??
    uncomparedTroubles(clause, subject) ??
    sideTroubles(clause, subject, covered)
  )
}

export function largest<P extends Pair>(pairs: readonly P[]): P {
  return pairs.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a))
}

/** No difference is shown, anywhere or at some points. */
function nothingTroubles(clause: string, subject: Subject, covered: string[]): readonly string[] | null {
  const { pairs, places, tables } = subject
  const anywhere = /^no difference is shown at any of the (\d+) (?:compared )?points$/.exec(clause)
  if (anywhere !== null) {
    covered.push(...places.map(keyOf))
    if (Number(anywhere[1]) !== pairs.length) return [`there are ${pairs.length} points`]
    return pairs.some(({ isShown }) => isShown) ? ["a difference is shown"] : []
  }
  const here = new RegExp(`^no difference is shown(?: ((?:with|at) [^:]+))?: (${NUMBER})$`).exec(clause)
  if (here !== null) {
    covered.push(...places.map(keyOf))
    const [only] = pairs
    placeIn(here[1] ?? "", places, tables)
    return [wrongWith(here[2]!, only!), only!.isShown ? "it is shown" : ""].filter(Boolean)
  }
  const some = /^no difference is shown (.+)$/.exec(clause)
  if (some === null) return null
  const unshown = pairs.filter(({ isShown }) => !isShown).map(({ place }) => keyOf(place))
  covered.push(...unshown)
  const rest = /^at the other (?:(\d+) points|point)$/.exec(some[1]!)
  if (rest !== null) return Number(rest[1] ?? 1) === unshown.length ? [] : [`${unshown.length} are not shown`]
  return sameSet(placesIn(some[1]!, places, tables).map(keyOf), unshown) ? [] : [`not shown at ${unshown.join(" ")}`]
}

/** The largest difference of all. */
function largestTroubles(clause: string, { pairs, places, tables }: Subject): readonly string[] | null {
  const match =
    new RegExp(`^the largest is (${NUMBER}) (.+)$`).exec(clause) ??
    new RegExp(`^the largest difference, (${NUMBER}) (.+), is not shown$`).exec(clause)
  if (match === null) return null
  const most = largest(pairs)
  const isThere = keyOf(placeIn(match[2]!, places, tables)) === keyOf(most.place)
  const sign = most.value > 0 === match[1]!.startsWith("+") ? "" : "its sign is another"
  return [
    wrongWith(match[1]!, most),
    isThere ? "" : "the largest is elsewhere",
    most.isShown ? "it is shown" : "",
    sign,
  ].filter(Boolean)
}

/** Shown differences of opposite signs with none shown in between, along one axis. */
function changeTroubles(clause: string, { pairs, places, tables }: Subject): readonly string[] | null {
  const match = /^the sign changes (.+)$/.exec(clause)
  if (match === null) return null
  return match[1]!.split(/ and (?=between )/).flatMap(span => {
    const ends = /^between (.+) and (.+)$/.exec(span) ?? fail(`"${span}"`)
    const [from, to] = [ends[1]!, ends[2]!].map(end => {
      const key = keyOf(placeIn(end, places, tables))
      return pairs.find(({ place }) => keyOf(place) === key)!
    })
    const isChange = from!.isShown && to!.isShown && from!.value > 0 !== to!.value > 0
    const moved = Object.keys(from!.place).filter(name => from!.place[name] !== to!.place[name])
    return isChange && moved.length === 1 ? [] : [`no change of sign ${span}`]
  })
}

function uncomparedTroubles(clause: string, { places, all, tables }: Subject): readonly string[] | null {
  const match = /^not compared (.+)$/.exec(clause)
  if (match === null) return null
  const meant = placesIn(match[1]!, all, tables).map(keyOf)
  return meant.some(key => places.some(place => keyOf(place) === key)) ? ["it is compared there"] : []
}

/** `fewer messages with n = 5 or 7, by up to 3.00 with n = 7`. */
function sideTroubles(clause: string, subject: Subject, covered: string[]): readonly string[] {
  const { pairs, places, tables } = subject
  const pattern = new RegExp(
    `^((?:more|less|fewer|slower|faster|longer|shorter)[a-z ]*?)(?: ((?:with|at) .+?))?,? by (up to )?(${NUMBER})(?: (.+))?$`,
  )
  const [, comparative = "", where = "", upTo, size = "", at] = pattern.exec(clause) ?? fail(`"${clause}"`)
  const isMore = /^(?:more|slower|longer)/.test(comparative)
  const meant = placesIn(where, places, tables).map(keyOf)
  covered.push(...meant)
  const own = pairs.filter(({ place }) => meant.includes(keyOf(place)))
  const truly = pairs.filter(({ isShown, value }) => isShown && value > 0 === isMore)
  const most = largest(own)
  return [
    sameSet(
      meant,
      truly.map(({ place }) => keyOf(place)),
    )
      ? ""
      : `${comparative} is shown at ${truly.map(({ place }) => keyOf(place)).join(" ")}`,
    wrongWith(size, sizeOf(most)),
    at !== undefined && keyOf(placeIn(at, places, tables)) !== keyOf(most.place) ? "the largest is elsewhere" : "",
    ...(upTo === undefined ? own.map(pair => wrongWith(size, sizeOf(pair))) : []),
  ].filter(Boolean)
}

export function sizeOf({ value, low, high }: Pair) {
  return value >= 0
    ? { value, low, high }
    : { value: -value, low: high === null ? null : -high, high: low === null ? null : -low }
}

/** Every compared point is spoken of, once, and the largest difference among those that are. */
function coverTroubles(clauses: readonly string[], { pairs, places }: Subject, covered: readonly string[]) {
  const missed = places.filter(place => !covered.includes(keyOf(place)))
  const most = largest(pairs)
  const tells = clauses.some(clause => clause.startsWith("the largest"))
  return [
    ...missed.map(place => `nothing is said of ${keyOf(place)}`),
    ...(!most.isShown && most.value !== 0 && pairs.length > 1 && !tells ? ["the largest difference is not told"] : []),
  ]
}

/** Both signs are told where both are shown. */
function signTroubles(clauses: readonly string[], { pairs }: Subject): readonly string[] {
  const signs = new Set(pairs.filter(({ isShown }) => isShown).map(({ value }) => value > 0))
  const told = clauses.filter(clause => /^(?:more|less|fewer|slower|faster|longer|shorter)/.test(clause))
  return signs.size === told.length ? [] : [`${signs.size} signs are shown, and ${told.length} are told`]
}
