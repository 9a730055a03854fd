// Reads which points of a sweep a phrase means: "with 3 or 4 crashes", "at (n = 3, traitors = 0 or 2), (n = 4)".
import { keyOf, type Place, type Tables } from "./tables.ts"

/** A phrase, or a part of a sentence, that the reader does not understand. */
export class Unread extends Error {
  override readonly name = "Unread"
}

/**
 * The places that a phrase means.
 *
 * @param among the places that it may mean
 */
export function placesIn(phrase: string, among: readonly Place[], tables: Tables): readonly Place[] {
  const all = distinct(among)
  const text = phrase.trim()
  if (text === "") return all.length === 1 ? all : fail(`${all.length} points, and no word of which`)
  if (all.length === 1) {
    const whole = distinct(tables.rows.map(({ place }) => place))
    const meant = whole.length === 1 ? whole : placesIn(phrase, whole, tables)
    return sameKeys(meant, all) ? all : fail(`"${text}" is not the only point`)
  }
  const every = /^at all (\d+) (?:compared )?points$/.exec(text)
  if (every !== null) return Number(every[1]) === all.length ? all : fail(`"${text}" of ${all.length}`)
  const bare = text.replace(/^(?:with|at) (?=.*\S)/, "")
  const varied = [...tables.axes].filter(([name]) => new Set(all.map(place => place[name])).size > 1)
  const [only, ...more] = varied
  if (only !== undefined && more.length === 0) {
    const values = valuesIn(bare, only[1])
    return all.filter(place => values.includes(place[only[0]]!))
  }
  const terms = bare.startsWith("(") ? bare.slice(1, -1).split("), (") : bare.split(" / ")
  const found = terms.flatMap(term => {
    const wanted = termIn(term, tables)
    return all.filter(place => [...wanted].every(([name, values]) => values.includes(place[name]!)))
  })
  return distinct(found)
}

function sameKeys(some: readonly Place[], others: readonly Place[]): boolean {
  return JSON.stringify(some.map(keyOf)) === JSON.stringify(others.map(keyOf))
}

/** A sentence counts the compared points as such where there are others, or one of them as all there are. */
export function countTroubles(text: string, compared: readonly Place[], tables: Tables): readonly string[] {
  const hasOthers = distinct(compared).length < distinct(tables.rows.map(({ place }) => place)).length
  const told = text.replace(/not compared [^;]+/, "")
  if (hasOthers && /(?:at all|at any of the) \d+ points/.test(told)) return ["there are other points"]
  if (!hasOthers && told.includes(" compared point")) return ["there are no other points"]
  const [only, ...more] = distinct(compared)
  const isUnplaced =
    /(?:is shown|not told apart|[a-z]+): [-+\d]|^[^:]*: [^;]* by [\d.]+/.test(told) && !/ (?:at|with) /.test(told)
  return hasOthers && only !== undefined && more.length === 0 && isUnplaced ? ["it is one point of several"] : []
}

/** The only place that a phrase means. */
export function placeIn(phrase: string, among: readonly Place[], tables: Tables): Place {
  const found = placesIn(phrase, among, tables)
  return found.length === 1 ? found[0]! : fail(`"${phrase}" means ${found.length} points`)
}

export function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map(place => [keyOf(place), place])).values()]
}

/** `n = 3 or 7 to 10, traitors = 2`: the values of each dimension named. */
function termIn(term: string, { axes }: Tables): ReadonlyMap<string, readonly string[]> {
  return new Map(
    term.split(/, (?=[\w.]+ = )/).map(equation => {
      const [name = "", values = ""] = equation.split(" = ")
      const known = axes.get(name) ?? fail(`there is no ${name}`)
      return [name, valuesIn(values, known)] as const
    }),
  )
}

/** Values in a list such as `0, 2 to 5 or 9`, whatever words stand around them. */
function valuesIn(text: string, known: readonly string[]): readonly string[] {
  const found: string[] = []
  let isSpan = false
  // Values of several words, such as `front-end 0`, are kept whole.
  const joined = known.reduce((all, value) => all.replaceAll(value, value.replaceAll(" ", "_")), text)
  for (const word of joined.replace(/^[\w.]+ = /, "").split(/,? /)) {
    const value = word === "no" ? "0" : (known.find(one => one.replaceAll(" ", "_") === word) ?? word)
    if (word === "to" && found.length > 0) isSpan = true
    if (!known.includes(value)) continue
    if (isSpan) found.push(...known.slice(known.indexOf(found.at(-1)!) + 1, known.indexOf(value) + 1))
    else found.push(value)
    isSpan = false
  }
  return found.length > 0 ? found : fail(`no value of ${known.join(", ")} in "${text}"`)
}

export function fail(message: string): never {
  throw new Unread(message)
}
