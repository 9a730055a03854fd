// Reads `Ranking at n = 5 by lowest median latency: 1 Chain; 2 to 3 Raft and Multi-Paxos; no place: ...` back, and counts.
import { sameSet, splitClauses } from "./course.ts"
import { metricOf, takeLabels } from "./labels.ts"
import { fail, placesIn } from "./places.ts"
import { columnOf, keyOf, type Row, type Tables } from "./tables.ts"

const SENTENCE =
  /^Ranking(?:, ([a-z-]+))?(?: ((?:with|at) .+?))? by (highest|most|longest|fewest|lowest|least|shortest) ([^:]+): (.+)$/

export function readRanking(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const match = SENTENCE.exec(text)
  if (match === null) return null
  const [, service, where = "", extreme = "", noun = "", body = ""] = match
  const isMoreBetter = ["highest", "most", "longest"].includes(extreme)
  const key = metricOf(noun.replace(/^operations lost$/, "operations lost in a run"))
  const rows = tables.rows.filter(row => service === undefined || row.service === service)
  const at = Map.groupBy(rows, ({ place }) => keyOf(place))
  const places = [...at.values()].flatMap(group => (group.length > 1 ? [group[0]!.place] : []))
  return placesIn(where, places, tables).flatMap(place => {
    const told = new Map(splitClauses(body).flatMap(clause => standingsIn(clause, tables)))
    const truly = standingsOf(at.get(keyOf(place))!, key, isMoreBetter, tables)
    const wrong = [...truly].filter(([label, standing]) => told.get(label) !== standing)
    return [
      ...wrong.map(([label, standing]) => `at ${keyOf(place)} ${label} is ${standing}, not ${told.get(label)}`),
      sameSet([...told.keys()], [...truly.keys()]) ? "" : "another list of algorithms",
    ].filter(Boolean)
  })
}

/** `2 to 3 Raft and Multi-Paxos`, or `no place: Raft (violations in 3 of 20 runs) and ...`. */
function standingsIn(clause: string, tables: Tables): readonly (readonly [string, string])[] {
  const without = /^no place: (.+)$/.exec(clause)?.[1]
  if (without !== undefined) {
    return without.split(/(?<=runs?\)),? (?:and )?/).map(each => {
      const { labels, rest } = takeLabels(each, tables)
      const violated = / \(violations in (\d+ of \d+) runs?\)$/.exec(rest) ?? fail(`"${each}"`)
      return [labels[0] ?? fail(`"${each}"`), `none, ${violated[1]}`] as const
    })
  }
  const [, place = "", names = ""] = /^(\d+(?: to \d+)?) (.+)$/.exec(clause) ?? fail(`"${clause}"`)
  const { labels, rest } = takeLabels(names, tables)
  if (rest !== "") fail(`"${rest}"`)
  return labels.map(label => [label, place] as const)
}

/** The place of each: after all that are shown to be better, and before all that are shown to be worse. */
function standingsOf(rows: readonly Row[], key: string, isMoreBetter: boolean, tables: Tables) {
  const violated = (row: Row): number => {
    const { value = 0, runs = 0 } = row.estimate("violations") ?? {}
    return Math.round(value * runs)
  }
  const sound = rows.filter(row => violated(row) === 0)
  const pairs = tables.pairs.filter(
    pair => pair.metric === columnOf(key) && keyOf(pair.place) === keyOf(rows[0]!.place),
  )
  const isBetter = (row: Row, other: Row): boolean => {
    const [own, its] = [row.estimate(key), other.estimate(key)]
    if (row === other || own === null) return false
    if (its === null) return true
    const pair = pairs.find(
      ({ first, second }) => [first, second].toSorted().join() === [row.algorithm, other.algorithm].toSorted().join(),
    )
    const isAbove = pair !== undefined && pair.value > 0 === (pair.first === row.algorithm)
    const isFar = its.isOver === true && own.isOver !== true && own.high !== null && (its.low ?? its.value) > own.high
    return isFar || (pair?.isShown === true && isAbove === isMoreBetter)
  }
  return new Map(
    rows.map(row => {
      if (violated(row) > 0) return [row.algorithm, `none, ${violated(row)} of ${row.estimate("violations")!.runs}`]
      const better = sound.filter(other => isBetter(other, row)).length
      const worse = sound.filter(other => isBetter(row, other)).length
      const [from, to] = [better + 1, sound.length - worse]
      return [row.algorithm, from === to ? `${from}` : `${from} to ${to}`]
    }),
  )
}
