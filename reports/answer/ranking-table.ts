/** Rankings as rows of a table, for the report's page and for terminals. */
import { percent, plain, shownMetric, withInterval } from "../../analysis/format.ts"
import type { Answer, Point, RankedPoint, Ranking } from "./finding.ts"
import { placeInWords } from "./ranking.ts"
import { comparedName, wordsFor } from "./words.ts"

/** All rankings of a service side by side: a row for each algorithm at each point. */
export interface RankingTable {
  readonly caption: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Number of text columns, which precede the numbers. */
  readonly words: number
}

/** The rank of an algorithm, and its value. */
type Standing = readonly [place: string, value: string]

/** The tables of the rankings in the answer. */
export function rankingTables({ lead }: Answer): readonly RankingTable[] {
  const rankings = lead.flatMap(({ finding }) => (finding.kind === "ranking" ? [finding] : []))
  return [...Map.groupBy(rankings, ({ service }) => service).values()].map(tableOf)
}

function tableOf(rankings: readonly Ranking[]): RankingTable {
  const metrics = [...new Set(rankings.map(({ metric }) => metric))]
  const points = [...new Set(rankings.flatMap(ranking => ranking.points.map(({ point }) => point)))]
  const isOne = points.length === 1
  const header = ["Algorithm", ...metrics.flatMap(metric => ["Place", titleOf(metric)])]
  const criteria = metrics.map(metric => wordsFor(metric).best).join("; by ")
  return {
    caption:
      `Places by ${criteria}. An algorithm comes after those that are shown to be better and before those that are shown to be ` +
      "worse; where that leaves several places, the runs do not decide. Algorithms that violated a check have no place",
    header: isOne ? header : ["Point", ...header],
    rows: points.flatMap(point => rowsAt(point, metrics, rankings).map(row => (isOne ? row : [point, ...row]))),
    words: isOne ? 1 : 2,
  }
}

function titleOf(metric: string): string {
  const { title, unit } = wordsFor(metric)
  return unit === "ms" ? `${title} (ms)` : title
}

function rowsAt(at: Point, metrics: readonly string[], rankings: readonly Ranking[]): readonly (readonly string[])[] {
  const ranked = metrics.map(metric => {
    const points = rankings.flatMap(ranking => (ranking.metric === metric ? ranking.points : []))
    const found = points.find(({ point }) => point === at)
    return found === undefined ? new Map<string, Standing>() : standingsIn(found, metric)
  })
  const names = [...new Set(ranked.flatMap(standings => [...standings.keys()]))]
  return names.map(name => [name, ...ranked.flatMap(standings => standings.get(name) ?? ["-", "-"])])
}

/** By algorithm, in order of rank. */
function standingsIn({ places, unranked }: RankedPoint, metric: string): ReadonlyMap<string, Standing> {
  const write = writeFor(metric)
  const ranked = places.map((place): [string, Standing] => {
    return [place.algorithm, [placeInWords(place), withInterval(place.estimate, write)]]
  })
  return new Map([...ranked, ...unranked.map(({ algorithm }): [string, Standing] => [algorithm, ["none", "-"]])])
}

function writeFor(metric: string) {
  const name = comparedName(metric)
  const shown = name === undefined ? undefined : shownMetric(name)
  return shown?.writeInTable ?? (wordsFor(metric).unit === "%" ? percent : plain)
}
