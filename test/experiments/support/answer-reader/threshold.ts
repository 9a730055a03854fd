// Sentences about how far conditions hold: `Raft: availability of at least 99 % up to 2 crashes (n = 5); ...`.
import { sameSet, splitClauses } from "./course.ts"
import { metricOf, takeLabels } from "./labels.ts"
import { distinct, fail, placesIn } from "./places.ts"
import { keyOf, type Place, type Row, type Tables } from "./tables.ts"

interface Condition {
  readonly metric: string
  readonly relation: string
  readonly bound: number
}

const REACH = /^(.+?):? (up to|from|only with|nowhere, not even with|not with) (.+)$/

export function readThreshold(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const { labels, rest } = takeLabels(text, tables)
  if (labels.length === 0 || !rest.startsWith(": ")) return null
  const clauses = splitClauses(rest.slice(2))
  const match = REACH.exec(clauses[0]!)
  if (
    match === null ||
    !/ (?:of|above|below) |^no violation in any run|^a violation in at least one run/.test(match[1]!)
  )
    return null
  const conditions = match[1]!.split(" and ").map(conditionIn)
  const told = [`${match[2]} ${match[3]}`, ...clauses.slice(1)]
  return labels.flatMap(label => {
    const rows = tables.rows.filter(({ algorithm }) => algorithm === label)
    return reachTroubles(told, conditions, rows, tables)
  })
}

const BOUNDED =
  "(?:no violation in any run|a violation in at least one run|[^:;]+? (?:of at least|of at most|above|below|of) [\\d.]+(?: %| ms)?)"
const MET_AT = new RegExp(`^(${BOUNDED}(?: and ${BOUNDED})*)(: not met|: at no point| (?:with|at) .+)?$`)

/** `Raft and Bully: availability of at least 99 % at who = bystander or holder; not decided by the runs at who = waiter`. */
export function readPointsWith(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const { labels, rest } = takeLabels(text, tables)
  const [told = "", open] = splitClauses(rest.slice(2))
  const match = MET_AT.exec(told)
  if (labels.length === 0 || match === null) return null
  const conditions = match[1]!.split(" and ").map(conditionIn)
  return labels.flatMap(label => {
    const rows = tables.rows.filter(({ algorithm }) => algorithm === label)
    const truly = rows.filter(row => conditions.every(condition => isMet(condition, row)))
    const places = rows.map(({ place }) => place)
    const isNone = match[2] === ": not met" || match[2] === ": at no point"
    const meant = isNone ? [] : placesIn(match[2] ?? "", places, tables)
    const isTrue = sameSet(
      meant.map(keyOf),
      truly.map(({ place }) => keyOf(place)),
    )
    return [
      ...(isTrue ? [] : [`${label} meets them at ${truly.map(({ place }) => keyOf(place)).join(" ")}`]),
      ...openTroubles(open, conditions, { ...tables, rows }),
    ]
  })
}

function conditionIn(text: string): Condition {
  if (text === "no violation in any run") return { metric: "violations", relation: "of", bound: 0 }
  if (text === "a violation in at least one run") return { metric: "violations", relation: "above", bound: 0 }
  const match = /^(.+?) (of at least|of at most|above|below|of) (\S+)(?: (%|ms))?$/.exec(text) ?? fail(`"${text}"`)
  return { metric: metricOf(match[1]!), relation: match[2]!, bound: Number(match[3]) / (match[4] === "%" ? 100 : 1) }
}

function isMet({ metric, relation, bound }: Condition, row: Row): boolean {
  const estimate = row.estimate(metric)
  if (estimate === null) return false
  const { value, isOver } = estimate
  if (relation === "of at least") return value >= bound - 1e-12
  if (relation === "above") return value > bound + 1e-12
  if (isOver === true) return false
  if (relation === "of at most") return value <= bound + 1e-12
  return relation === "below" ? value < bound - 1e-12 : Math.abs(value - bound) <= 1e-12
}

function reachTroubles(
  told: readonly string[],
  conditions: readonly Condition[],
  rows: readonly Row[],
  tables: Tables,
): readonly string[] {
  const open = told.find(clause => clause.startsWith("not decided by the runs"))
  const reaches = told.filter(clause => clause !== open)
  const covered: string[] = []
  const troubles = reaches.flatMap(clause => {
    const [, how = "", what = "", tried, again, where = ""] =
      /^(up to|from|only with|nowhere, not even with|not with) (.+?)(?: on)?(?:, the (most|least) that was tried)?(?:, (?:and again|but) with (.+?))?(?: \((.+)\))?$/.exec(
        clause,
      ) ?? fail(`"${clause}"`)
    const axis = axisOf(what, rows, tables)
    const fixed = distinct(rows.map(({ place }) => without(place, axis)))
    const meant = reaches.length === 1 && where === "" ? fixed : placesIn(where, fixed, tables)
    covered.push(...meant.map(keyOf))
    return meant.flatMap(place => {
      const line = rows
        .filter(row => keyOf(without(row.place, axis)) === keyOf(place))
        .toSorted((a, b) => Math.abs(a.size[axis] ?? 0) - Math.abs(b.size[axis] ?? 0))
      const wrong = lineTroubles(
        line,
        axis,
        { how, what: valueIn(what, axis, tables), isAll: tried !== undefined, again },
        conditions,
        tables,
      )
      return wrong.map(each => `${each} at ${keyOf(place)}`)
    })
  })
  const axis = axisOf(
    /^(?:up to|from|only with|nowhere, not even with|not with) (.+?)(?: on)?(?:, .*| \(.*)?$/.exec(reaches[0]!)![1]!,
    rows,
    tables,
  )
  const all = distinct(rows.map(({ place }) => without(place, axis))).map(keyOf)
  return [
    ...troubles,
    ...(sameSet(covered, all) ? [] : ["some points are left out, or told of twice"]),
    ...openTroubles(open, conditions, tables),
  ]
}

function without(place: Place, axis: string): Place {
  return Object.fromEntries(Object.entries(place).filter(([name]) => name !== axis))
}

/** Axes whose values are called otherwise than they are. */
const CALLED: Readonly<Record<string, string>> = { "lost disk": "amnesiacs", "lost disks": "amnesiacs" }

/** The axis that a value is of: `2 crashes`, `rate = 100/s`. */
function axisOf(text: string, rows: readonly Row[], { axes }: Tables): string {
  const named = /^(\w+) = /.exec(text)?.[1]
  if (named !== undefined && axes.has(named)) return named
  const word = text.replace(/^\S+ (?=\D)/, "").trim()
  const called = CALLED[word]
  if (called !== undefined && axes.has(called)) return called
  const found = [...axes.keys()].find(name => {
    const spaced = name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`).toLowerCase()
    return spaced.startsWith(word.replace(/s$/, "").slice(0, 5)) || word.startsWith(spaced.slice(0, 5))
  })
  return found ?? fail(`no axis in "${text}" of ${rows.length}`)
}

function valueIn(text: string, axis: string, { axes }: Tables): string {
  const value = text.replace(/^\w+ = /, "").split(" ")[0]!
  const known = value === "no" ? "0" : value
  return axes.get(axis)!.includes(known) ? known : fail(`${axis} is never ${known}`)
}

interface Reach {
  readonly how: string
  readonly what: string
  readonly isAll: boolean
  readonly again: string | undefined
}

/** @param line the points along the axis, by size */
function lineTroubles(
  line: readonly Row[],
  axis: string,
  { how, what, isAll, again }: Reach,
  conditions: readonly Condition[],
  tables: Tables,
): readonly string[] {
  const at = ({ place }: Row): string => place[axis]!
  const met = line.filter(row => conditions.every(condition => isMet(condition, row))).map(at)
  const undecided = line.filter(row => isOpen(conditions, row)).map(at)
  const values = line.map(at)
  const against = again === undefined ? [] : again.split(/, | and /).map(text => valueIn(text, axis, tables))
  const place = values.indexOf(what)
  const upwards = values.slice(0, place + 1)
  const downwards = values.slice(place)
  // Seen from the smaller end, or from the larger: one of the two must account for all that is met.
  const accounts = {
    "up to": [upwards],
    from: [downwards],
    "only with": [values.slice(0, 1), values.slice(-1)].filter(([value]) => value === what),
    "nowhere, not even with": [[]],
    "not with": [[]],
  }[how]!
  // Of what comes after the reach, the sentence says only what is decided.
  const isTrue = accounts.some(reached => {
    const decided = met.filter(value => reached.includes(value) || !undecided.includes(value))
    return sameSet([...reached, ...against], decided)
  })
  return [
    isTrue ? "" : `met are ${met.join(" ")}, and not ${how} ${what}`,
    isAll === (met.length === values.length) || how === "only with" || how === "nowhere, not even with"
      ? ""
      : "not all are met",
    accounts[0]!.length === 0 && what !== values[0] && what !== values.at(-1) ? `${what} is at no end` : "",
  ].filter(Boolean)
}

/** Where the interval holds a bound, the runs do not decide. */
function openTroubles(open: string | undefined, conditions: readonly Condition[], tables: Tables): readonly string[] {
  if (open === undefined) return []
  const meant = placesIn(
    open.replace("not decided by the runs ", ""),
    tables.rows.map(({ place }) => place),
    tables,
  )
  return meant.flatMap(place => {
    const isOpenThere = tables.rows.some(row => keyOf(row.place) === keyOf(place) && isOpen(conditions, row))
    return isOpenThere ? [] : [`the runs decide at ${keyOf(place)}`]
  })
}

function isOpen(conditions: readonly Condition[], row: Row): boolean {
  return conditions.some(({ metric, bound }) => {
    const { low, high } = row.estimate(metric) ?? { low: null, high: null }
    return low !== null && high !== null && low < bound && bound < high
  })
}
