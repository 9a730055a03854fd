// Sentences about who is best: `Fewest messages per operation: Raft at all 3 points, ahead of the next by 1.00 to 2.00 ...`.
import { sameSet, splitClauses } from "./course.ts"
import { metricOf, takeLabels } from "./labels.ts"
import { NUMBER, wrongWith } from "./numbers.ts"
import { countTroubles, fail, placeIn, placesIn } from "./places.ts"
import { sizeOf } from "./comparison.ts"
import { columnOf, keyOf, type Pair, type Place, type Row, type Tables } from "./tables.ts"

const BEST = /^(Highest|Most|Longest|Fewest|Lowest|Least|Shortest) ([^:]+?)(?:, ([a-z-]+))?: (.+)$/

/** Of one that is among the best everywhere: where it is alone, and who shares the rest. */
const AROUND =
  /^(.+) at all (\d+) (?:compared )?points; alone (.+); not told apart from (some of )?(.+) at the other (\d+)$/

export function readWinner(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const match = BEST.exec(text)
  if (match === null) return null
  const [, extreme = "", noun = "", service, body = ""] = match
  const isMoreBetter = ["Highest", "Most", "Longest"].includes(extreme)
  const key = metricOf(noun === "violations" ? noun : noun.replace(/^operations lost$/, "operations lost in a run"))
  const rows = tables.rows.filter(
    row => row.estimate(key) !== null && (service === undefined || row.service === service),
  )
  const at = Map.groupBy(rows, ({ place }) => keyOf(place))
  const places = [...at.values()].flatMap(group => (group.length > 1 ? [group[0]!.place] : []))
  const told: string[] = []
  const around = AROUND.exec(body)
  const clauses = around === null ? splitClauses(body) : [`${around[1]!} ${around[3]!}`]
  const troubles = clauses.flatMap(clause => {
    const { labels, rest } = takeLabels(clause, tables)
    const parts = new RegExp(
      `^(?:, not told apart)?,?(?: ((?:with|at) .+?))??(?:, ahead of the next by (${NUMBER})(?: to (${NUMBER}) (.+))?)?$`,
    ).exec(rest)
    if (labels.length === 0 || parts === null) fail(`"${clause}"`)
    const meant = placesIn(parts[1] ?? "", places, tables)
    told.push(...meant.map(keyOf))
    const leads = meant.map(place => ({
      place,
      ...bestAt(place, key, at.get(keyOf(place))!, isMoreBetter, tables),
    }))
    return [
      ...leads.flatMap(({ place, best: truly }) =>
        sameSet(truly, labels) ? [] : [`at ${keyOf(place)} the best are ${truly.join(" | ")}`],
      ),
      ...leadTroubles(leads, parts.slice(2, 5), places, tables),
    ]
  })
  if (around !== null) {
    const [, label = "", all, , some, rivals = "", rest] = around
    const left = places.filter(place => !told.includes(keyOf(place)))
    const shared = left.map(place => {
      return bestAt(place, key, at.get(keyOf(place))!, isMoreBetter, tables).best
    })
    const others = [...new Set(shared.flat())].filter(each => each !== label)
    const { labels: named } = takeLabels(rivals, tables)
    if (shared.some(those => !those.includes(label) || those.length < 2))
      troubles.push(`${label} is not best everywhere`)
    if (!sameSet(named, others)) troubles.push(`the others are ${others.join(" | ")}`)
    if ((some === undefined) !== (named.length === 1)) troubles.push("some of one")
    if (Number(all) !== places.length || Number(rest) !== left.length) troubles.push("another number of points")
    told.push(...left.map(keyOf))
  }
  troubles.push(...countTroubles(body, places, tables))
  return [...troubles, ...(sameSet(told, places.map(keyOf)) ? [] : ["some points are left out, or told of twice"])]
}

interface BestAt {
  readonly place: Place
  /** The smallest lead of the best over the others; null if some lead is not shown. */
  readonly lead: ReturnType<typeof sizeOf> | null
}

function leadTroubles(
  leads: readonly BestAt[],
  [least, most, where]: readonly (string | undefined)[],
  places: readonly Place[],
  tables: Tables,
): readonly string[] {
  if (least === undefined) return leads.every(({ lead }) => lead !== null) ? ["their leads are not told"] : []
  const known = leads.flatMap(({ lead, place }) => (lead === null ? [] : [{ lead, place }]))
  if (known.length < leads.length) return ["a lead is told that is not shown everywhere"]
  const sorted = known.toSorted((a, b) => a.lead.value - b.lead.value)
  const [smallest, largest] = [sorted[0]!, sorted.at(-1)!]
  if (most === undefined || where === undefined)
    return [wrongWith(least, smallest.lead), wrongWith(least, largest.lead)].filter(Boolean)
  const told = keyOf(placeIn(where, places, tables))
  return [
    wrongWith(least, smallest.lead),
    wrongWith(most, largest.lead),
    // Several points may have it.
    known.some(({ place, lead }) => keyOf(place) === told && wrongWith(most, lead) === "")
      ? ""
      : "the largest lead is elsewhere",
  ].filter(Boolean)
}

/**
 * The best are those that nobody is shown to beat: any two of them are not told apart. A value of which nothing is known
 * but that it is over the deadline is beaten by one whose interval ends before that.
 */
function bestAt(place: Place, key: string, rows: readonly Row[], isMoreBetter: boolean, tables: Tables) {
  const pairs = tables.pairs.filter(pair => pair.metric === columnOf(key) && keyOf(pair.place) === keyOf(place))
  const shown = (one: string, other: string): Pair | undefined =>
    pairs.find(
      ({ first, second, value, isShown }) =>
        isShown &&
        ((first === one && second === other && value > 0 === isMoreBetter) ||
          (first === other && second === one && value < 0 === isMoreBetter)),
    )
  const isFarBehind = (row: Row, other: Row): boolean => {
    const [own, its] = [row.estimate(key)!, other.estimate(key)!]
    return own.isOver === true && its.isOver !== true && its.high !== null && (own.low ?? own.value) > its.high
  }
  const best = rows.filter(
    row => !rows.some(other => shown(other.algorithm, row.algorithm) !== undefined || isFarBehind(row, other)),
  )
  const far = rows.filter(row => best.every(other => isFarBehind(row, other)))
  const next = rows.filter(row => !best.includes(row) && !far.includes(row))
  const leads = best.flatMap(one => next.map(other => shown(one.algorithm, other.algorithm)))
  const sizes = leads.flatMap(pair => (pair === undefined ? [] : [sizeOf(pair)]))
  const isKnown = leads.length > 0 && sizes.length === leads.length
  return {
    best: best.map(({ algorithm }) => algorithm),
    lead: isKnown ? sizes.reduce((a, b) => (b.value < a.value ? b : a)) : null,
  }
}
