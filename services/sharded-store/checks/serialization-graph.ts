/**
 * The serialization graph of a history in which every write has a unique value and every answer contains the key's
 * previous value: then the order of each key's versions is known, and with it every dependency (Adya 1999; Kingsbury
 * and Alvaro 2020, Elle, for version orders that clients can trace). With edges from each operation to all that began
 * after its end, the history is strictly serializable if and only if the graph has no cycle.
 *
 * Operations without an answer are in it if somebody saw their writes. The order in which several of these replaced
 * each other is not guessed: edges may be missing, so that every cycle found is real, but one might be missed.
 */
import type { Micros } from "../../../runtime/contract/units.ts"

/** An access to one key: the version found, and the version written, if any. */
export interface Access {
  readonly key: string
  /** Undefined: unknown. */
  readonly before: string | null | undefined
  /** Undefined: it wrote nothing. */
  readonly after: string | undefined
}

/**
 * An operation or transaction that takes effect at one moment between two times; `ended` is infinite without an answer.
 */
export interface Unit {
  readonly name: string
  readonly begun: Micros
  readonly ended: Micros
  readonly accesses: readonly Access[]
}

/** A sentence that describes the violation; undefined: there is none. */
export function whyNotSerializable(units: readonly Unit[]): string | undefined {
  const keys = new Map<string, Versions>()
  for (const [place, { accesses }] of units.entries()) {
    for (const access of accesses) {
      let versions = keys.get(access.key)
      if (versions === undefined) keys.set(access.key, (versions = { writers: new Map(), found: new Map(), blind: [] }))
      if (access.after !== undefined) versions.writers.set(access.after, place)
      if (access.before === undefined) versions.blind.push(place)
      else {
        const found = versions.found.get(access.before)
        if (found === undefined) versions.found.set(access.before, [place])
        else found.push(place)
      }
    }
  }
  const edges = units.map((): number[] => [])
  for (const [key, versions] of keys) {
    const wrong = order(units, key, versions, edges)
    if (wrong !== undefined) return wrong
  }
  return cycleIn(units, edges)
}

/** The versions of a key. */
interface Versions {
  /** By version, the unit that wrote it. */
  readonly writers: Map<string, number>
  /** By version, the units that read it. */
  readonly found: Map<string | null, number[]>
  /** Units that wrote, but whose replaced version is unknown. */
  readonly blind: number[]
}

/** Adds the edges of a key: from each version's writer to its readers, and from these to the unit that replaced it. */
function order(
  units: readonly Unit[],
  key: string,
  { writers, found, blind }: Versions,
  edges: number[][],
): string | undefined {
  const isSeen = (place: number): boolean =>
    units[place]!.accesses.some(access => access.key === key && access.after !== undefined && found.has(access.after))
  const isOpen = blind.some(isSeen)
  for (const [version, finders] of found) {
    const writer = version === null ? undefined : writers.get(version)
    if (version !== null && writer === undefined)
      return `${units[finders[0]!]!.name} found ${version} at ${key}, which nobody wrote`
    if (writer !== undefined) for (const finder of finders) if (finder !== writer) edges[writer]!.push(finder)
    const replacing = finders.filter(place => writes(units[place]!, key))
    if (replacing.length > 1) {
      const [one, other] = replacing
      return `${units[one!]!.name} and ${units[other!]!.name} both replaced ${version ?? "nothing"} at ${key}`
    }
    // No known unit replaced the last version; writes that nobody saw come after it, if they happened.
    const after = replacing.length === 1 ? replacing : isOpen ? [] : blind
    for (const next of after) for (const finder of finders) if (finder !== next) edges[finder]!.push(next)
    if (writer !== undefined) for (const next of after) if (next !== writer) edges[writer]!.push(next)
  }
  if (isOpen) return undefined
  for (const [version, writer] of writers) {
    if (found.has(version) || blind.includes(writer)) continue
    for (const next of blind) edges[writer]!.push(next)
  }
  return undefined
}

function writes({ accesses }: Unit, key: string): boolean {
  return accesses.some(access => access.key === key && access.after !== undefined)
}

/**
 * Finds a cycle of dependencies and real-time order. Time is a chain of moments, one for each end: a unit precedes the
 * moment of its end, and follows the last moment before it began.
 */
function cycleIn(units: readonly Unit[], edges: number[][]): string | undefined {
  const ends = units.flatMap(({ ended }, place) => (Number.isFinite(ended) ? [{ place, ended }] : []))
  ends.sort((a, b) => a.ended - b.ended)
  const count = units.length
  const all = [...edges, ...ends.map((_, moment) => (moment + 1 < ends.length ? [count + moment + 1] : []))]
  for (const [moment, { place }] of ends.entries()) all[place]!.push(count + moment)
  for (const [place, { begun }] of units.entries()) {
    const last = lastBefore(ends, begun)
    if (last >= 0) all[count + last]!.push(place)
  }
  const left = leftInCycles(all)
  if (left === undefined) return undefined
  const names = left.flatMap(place => (place < count ? [units[place]!.name] : []))
  return `no order of these has them all: ${names.join(", then ")}, and then the first one again`
}

/** The last moment before a time; -1: there is none. */
function lastBefore(ends: readonly { readonly ended: Micros }[], time: Micros): number {
  let [low, high] = [0, ends.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]!.ended < time) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The places of one cycle, in order; undefined: there is none. */
function leftInCycles(edges: readonly (readonly number[])[]): readonly number[] | undefined {
  const into = new Int32Array(edges.length)
  for (const targets of edges) for (const target of targets) into[target]!++
  const free = edges.flatMap((_, place) => (into[place] === 0 ? [place] : []))
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    for (const target of edges[next]!) if (--into[target]! === 0) free.push(target)
  }
  const first = into.findIndex(count => count > 0)
  if (first < 0) return undefined
  // Each node left has a predecessor that is left: walking backwards closes a cycle.
  const before = new Map<number, number>()
  for (const [place, targets] of edges.entries()) {
    if (into[place]! > 0) for (const target of targets) if (into[target]! > 0) before.set(target, place)
  }
  const path: number[] = []
  const seen = new Map<number, number>()
  for (let place = first; !seen.has(place); place = before.get(place)!) {
    seen.set(place, path.length)
    path.push(place)
  }
  const start = seen.get(before.get(path.at(-1)!)!)!
  return path.slice(start).toReversed()
}
