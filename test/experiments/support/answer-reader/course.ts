// Sentences about values: of one algorithm along the sweep, of all at one point, and beside others.
import { isNoun, labelsIn, metricOf, takeLabels } from "./labels.ts"
import { isWrittenAs, NUMBER, standsFor, wrongWith } from "./numbers.ts"
import { distinct, fail, placeIn, placesIn } from "./places.ts"
import { keyOf, type Row, type Tables } from "./tables.ts"

/** `Raft: 100.00 % with 0 to 2 crashes; 20.10 % [19.9, 20.3] with 3 or 4 crashes; no value with 5 crashes`. */
export function readCourse(text: string, metric: string | null, tables: Tables): readonly string[] | null {
  const { labels, rest } = takeLabels(text, tables)
  const match = /^(?:, ([^:]+))?: (.+)$/.exec(rest)
  if (labels.length === 0 || match === null) return null
  const key = match[1] === undefined ? (metric ?? fail("no metric")) : metricOf(match[1])
  return labels.flatMap(label => courseTroubles(label, match[2]!, key, tables))
}

function courseTroubles(label: string, body: string, key: string, tables: Tables): readonly string[] {
  const all = tables.rows.filter(({ algorithm }) => algorithm === label)
  const rows = all.filter(row => row.estimate(key) !== null)
  const covered = new Set<string>()
  const clauses = splitClauses(body).flatMap(clause => {
    const extreme = /^(?:lowest|highest) /.exec(clause)?.[0] ?? ""
    return clause
      .split(new RegExp(`(?<=\\S) and (?=${NUMBER} at )`))
      .map((part, place) => (place === 0 ? part : extreme + part))
  })
  const troubles: string[] = clauses.flatMap(clause => clauseTroubles(clause, key, all, rows, covered, tables))
  const isRange = /^(?:lowest|from) /.test(body)
  if (body.startsWith("from ")) troubles.push(...beyondTroubles(body, key, rows))
  const missed = isRange ? [] : rows.filter(({ place }) => !covered.has(keyOf(place)))
  return [...troubles, ...missed.map(({ place }) => `nothing is said of ${keyOf(place)}`)]
}

/** From one end to the other, what lies beyond both is told. */
function beyondTroubles(text: string, key: string, rows: readonly Row[]): readonly string[] {
  const values = rows.map(row => row.estimate(key)!.value)
  const [low, high] = [Math.min(values[0]!, values.at(-1)!), Math.max(values[0]!, values.at(-1)!)]
  return [
    values.some(value => value < low) && !text.includes("; lowest ") ? "it goes lower in between" : "",
    values.some(value => value > high) && !text.includes("; highest ") ? "it goes higher in between" : "",
  ].filter(Boolean)
}

export function splitClauses(text: string): readonly string[] {
  return text.split("; ")
}

function clauseTroubles(
  clause: string,
  key: string,
  all: readonly Row[],
  rows: readonly Row[],
  covered: Set<string>,
  tables: Tables,
): readonly string[] {
  const places = all.map(({ place }) => place)
  const none = /^no value(?: (.+))?$/.exec(clause)
  if (none !== null) {
    const meant = placesIn(none[1] ?? "", places, tables).map(keyOf)
    const truly = all.filter(row => row.estimate(key) === null).map(({ place }) => keyOf(place))
    return sameSet(meant, truly) ? [] : [`"${clause}": it is ${truly.join(" ")}`]
  }
  const ends = new RegExp(`^from (${NUMBER}) (.+) to (${NUMBER}) (.+)$`).exec(clause)
  if (ends !== null) {
    const [, first = "", there = "", last = "", here = ""] = ends
    return [
      ...valueTroubles(first, key, [rows[0]!]),
      ...valueTroubles(last, key, [rows.at(-1)!]),
      ...(keyOf(placeIn(there, places, tables)) === keyOf(rows[0]!.place) ? [] : [`${there} is not the beginning`]),
      ...(keyOf(placeIn(here, places, tables)) === keyOf(rows.at(-1)!.place) ? [] : [`${here} is not the end`]),
    ]
  }
  const match = new RegExp(`^(lowest |highest )?(${NUMBER})(?: to (${NUMBER}))?(?: (.+))?$`).exec(clause)
  if (match === null) fail(`"${clause}"`)
  const [, extreme, low = "", high, where = ""] = match
  const meant = new Set(placesIn(where, places, tables).map(keyOf))
  const own = rows.filter(({ place }) => meant.has(keyOf(place)))
  for (const { place } of own) covered.add(keyOf(place))
  if (own.length !== meant.size) return [`"${clause}" speaks of points without a value`]
  if (extreme !== undefined) return extremeTroubles(extreme.trim(), low, key, own, rows)
  if (high === undefined) return valueTroubles(low, key, own)
  const sorted = bySize(own, key)
  return [...valueTroubles(low, key, [sorted[0]!]), ...valueTroubles(high, key, [sorted.at(-1)!])]
}

function bySize(rows: readonly Row[], key: string): readonly Row[] {
  return rows.toSorted((a, b) => a.estimate(key)!.value - b.estimate(key)!.value)
}

/** All of these have the value. */
function valueTroubles(text: string, key: string, rows: readonly Row[]): readonly string[] {
  return rows.flatMap(row => wrongWith(text, row.estimate(key)!) || [])
}

/** These have it, it is the least (or most) of all, and no other point has it. */
function extremeTroubles(
  which: string,
  text: string,
  key: string,
  own: readonly Row[],
  rows: readonly Row[],
): readonly string[] {
  const sorted = bySize(rows, key)
  const truly = which === "lowest" ? sorted[0]! : sorted.at(-1)!
  const others = rows.filter(row => {
    const { value, low, high } = row.estimate(key)!
    const isSame =
      isWrittenAs(text, value) && low === own[0]!.estimate(key)!.low && high === own[0]!.estimate(key)!.high
    return !own.includes(row) && isSame
  })
  return [
    ...valueTroubles(text, key, own),
    ...(standsFor(text, truly.estimate(key)!.value) ? [] : [`the ${which} is ${truly.estimate(key)!.value}`]),
    ...others.map(({ place }) => `${keyOf(place)} has ${text} as well`),
  ]
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length
}

/** `Availability: Raft 96.02 % [95.65, 96.36]; Bully and Ring 88.30 %`. */
export function readValues(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const match = /^([A-Z0-9][^:]+): (.+)$/.exec(text)
  if (match === null || !isNoun(lowerFirst(match[1]!))) return null
  const key = metricOf(match[1]!)
  const told = splitClauses(match[2]!).flatMap(clause => {
    const { labels, rest } = takeLabels(clause, tables)
    const rows = labels.map(label => tables.rows.find(({ algorithm }) => algorithm === label)!)
    if (rows.length === 0) fail(`"${clause}"`)
    return rows.map(row => ({ row, wrong: wrongWith(rest.trim(), row.estimate(key)!) }))
  })
  const missing = tables.rows.filter(row => row.estimate(key) !== null && !told.some(({ row: own }) => own === row))
  return [
    ...told.flatMap(({ wrong }) => wrong || []),
    ...missing.map(({ algorithm }) => `nothing is said of ${algorithm}`),
  ]
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

/** `Median latency from latency = 1ms to 300ms: Raft 4.00 ms to 1200 ms, 4.00 times latency at every value; ...`. */
export function readEffect(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const match = /^(.+) from (\w+) = (\S+) to (\S+): (.+)$/.exec(text)
  if (match === null) return null
  const [, title = "", axis = "", from = "", to = "", body = ""] = match
  const key = metricOf(title)
  const values = tables.axes.get(axis) ?? fail(`there is no ${axis}`)
  if (values[0] !== from || values.at(-1) !== to) return [`${axis} goes from ${values[0]} to ${values.at(-1)}`]
  const told: string[] = []
  const troubles = splitClauses(body).flatMap(clause => {
    const { labels, rest } = takeLabels(clause, tables)
    if (labels.length !== 1) fail(`"${clause}"`)
    told.push(labels[0]!)
    if (rest === " has no value at one of them")
      return hasEnds(labels[0]!, axis, key, tables) ? [`${labels[0]} has`] : []
    const rows = tables.rows.filter(({ algorithm }) => algorithm === labels[0])
    const extremes = /^ least, (.+\)), and most, (.+\))$/.exec(rest)
    const cases = extremes === null ? rest.trim().split(/(?<=\)), /) : extremes.slice(1)
    return [
      ...cases.flatMap(one => effectTroubles(one, axis, key, rows, tables)),
      ...(extremes === null ? [] : changeTroubles(cases, axis, key, rows)),
    ]
  })
  const missed = labelsIn(tables).filter(label => !told.includes(label))
  return [...troubles, ...missed.map(label => `nothing is said of ${label}`)]
}

/** Whether an algorithm has the metric at both ends of an axis, all else fixed, anywhere. */
function hasEnds(label: string, axis: string, key: string, { rows }: Tables): boolean {
  const lines = Map.groupBy(
    rows.filter(({ algorithm }) => algorithm === label),
    ({ place }) => JSON.stringify({ ...place, [axis]: "" }),
  )
  return [...lines.values()].some(line => line[0]!.estimate(key) !== null && line.at(-1)!.estimate(key) !== null)
}

/** What is told to change least and most does. */
function changeTroubles(cases: readonly string[], axis: string, key: string, rows: readonly Row[]) {
  const changes = [...Map.groupBy(rows, ({ place }) => JSON.stringify({ ...place, [axis]: "" })).values()].flatMap(
    line => {
      const [from, to] = [line[0]!.estimate(key), line.at(-1)!.estimate(key)]
      return from === null || to === null ? [] : [Math.abs(to.value - from.value)]
    },
  )
  const [least = 0, most = 0] = cases.map(text => {
    const [from, to] = [...text.matchAll(/(?:^| to )(?:over )?(-?[\d.]+)/g)].map(([, number]) => Number(number))
    return Math.abs(to! - from!)
  })
  const slack = 0.02 * Math.max(...changes)
  return [
    ...(least > Math.min(...changes) * scaleOf(cases[0]!) + slack * scaleOf(cases[0]!) ? ["another changes less"] : []),
    ...(most < Math.max(...changes) * scaleOf(cases[0]!) - slack * scaleOf(cases[0]!) ? ["another changes more"] : []),
  ]
}

/** Shares are told in per cent. */
function scaleOf(text: string): number {
  return text.replace(/\(.*/, "").includes("%") ? 100 : 1
}

function effectTroubles(text: string, axis: string, key: string, rows: readonly Row[], tables: Tables) {
  const pattern = new RegExp(
    `^(${NUMBER}) to (${NUMBER})(?:, (\\d+\\.\\d+) times (\\w+) at every value)?(?: \\((.+)\\))?$`,
  )
  const [, from = "", to = "", factor, of, where = ""] = pattern.exec(text) ?? fail(`"${text}"`)
  const others = rows.map(({ place }) => Object.fromEntries(Object.entries(place).filter(([name]) => name !== axis)))
  const fixed = where === "" ? distinct(others)[0]! : placeIn(where, others, tables)
  const row = rows.filter(({ place }) => Object.entries(fixed).every(([name, value]) => place[name] === value))
  const factors = factor === undefined ? [] : row.map(own => own.estimate(key)!.value / own.size[axis]!)
  return [
    ...valueTroubles(from, key, [row[0]!]),
    ...valueTroubles(to, key, [row.at(-1)!]),
    ...(of === undefined || of === axis ? [] : [`${of} is not ${axis}`]),
    ...factors.flatMap(each => (Math.abs(each - Number(factor)) <= 0.01 * each + 0.005 ? [] : [`${each} times`])),
  ]
}

/** The values of formulas; null where the load is more than can be carried. */
const FORMULAS: Readonly<Record<string, (scale: Row["scale"]) => number | null>> = {
  "2(n-1)": ({ n }) => 2 * (n - 1),
  "3(n-1)": ({ n }) => 3 * (n - 1),
  "4(n-1)": ({ n }) => 4 * (n - 1),
  "5(n-1)": ({ n }) => 5 * (n - 1),
  "n²-1": ({ n }) => n ** 2 - 1,
  "n-1": ({ n }) => n - 1,
  "0": () => 0,
  "2d": ({ d }) => 2 * d,
  "(n+1)d": ({ n, d }) => (n + 1) * d,
  "3n-1": ({ n }) => 3 * n - 1,
  "2(n-1) + 2n": ({ n }) => 2 * (n - 1) + 2 * n,
  "6d": ({ d }) => 6 * d,
  "6d + 2s": ({ d, s }) => 6 * d + 2 * s,
  "4d": ({ d }) => 4 * d,
  "4d + s": ({ d, s }) => 4 * d + s,
  "4d + 2s": ({ d, s }) => 4 * d + 2 * s,
  // Leases that are renewed three times in their length.
  "L - r/2 + 4d + D": ({ d, inMs }) => (5 / 6) * inMs("lease") + 4 * d + inMs("lockDelay"),
  "L - r/2 + 2d + P/n + D": ({ n, d, inMs }) =>
    (5 / 6) * inMs("lease") + 2 * d + inMs("pollInterval") / n + inMs("lockDelay"),
  "Σ C(n,k) pᵏ (1-p)ⁿ⁻ᵏ up to k = f, p = MTTR / (MTBF + MTTR)": ({ n, p }) => majorityUp(n, p),
  // The section is in use for that share of the time, and handed over in 2d, or in d from one node of the ring to the next.
  "2d + rD/2(1-r), D = S + 2d": ({ d, a, stay }) => {
    const use = a * (stay + 2 * d)
    return use < 1 ? 2 * d + (use * (stay + 2 * d)) / (2 - 2 * use) : null
  },
  "(aS² + d(n+r)) / 2(1-r-ad)": ({ n, d, a, stay }) => {
    const spare = 1 - a * (stay + d)
    return spare > 0 ? (a * stay ** 2 + d * (n + a * stay)) / (2 * spare) : null
  },
  // Visits that serve more than one, so that only stays take from what can be carried.
  "(aS² + d(n+r)) / 2(1-r)": ({ n, d, a, stay }) => {
    const use = a * stay
    return use < 1 ? (use * stay + d * (n + use)) / (2 - 2 * use) : null
  },
  "(aS² + d(n-r)) / 2(1-r)": ({ n, d, a, stay }) => {
    const use = a * stay
    return use < 1 ? (use * stay + d * (n - use)) / (2 - 2 * use) : null
  },
  // A process with 1000 s of work that fails every 100 s, and takes 2 s to restart and 1 ms to be repaired.
  "M e^(R/M) (e^((τ+δ)/M) - 1) T/τ": ({ s, inMs }) => {
    const tau = inMs("interval")
    return 1e5 * Math.exp(0.02) * (Math.exp((tau + s) / 1e5) - 1) * (1e6 / tau) * (1 + 1e-5)
  },
  "(M (e^((τ+δ)/M) - e^(δ/M)) - τ) T/τ": ({ s, inMs }) => {
    const tau = inMs("interval")
    return (1e5 * (Math.exp((tau + s) / 1e5) - Math.exp(s / 1e5)) - tau) * (1e6 / tau)
  },
  "2/r": ({ inMs }) => 6_000 / inMs("lease"),
  "2/r + 2(n-1)/P": ({ n, inMs }) => 6_000 / inMs("lease") + (2_000 * (n - 1)) / inMs("pollInterval"),
}

/** The share of time in which a majority of n is up, node by node: whether each is up or not, all 2^n ways. */
function majorityUp(n: number, p: number): number {
  const ways = Array.from({ length: 2 ** n }, (_, way) => {
    const down = Array.from({ length: n }, (_way, node) => (way >> node) & 1).reduce((sum, bit) => sum + bit, 0)
    return down < n / 2 ? p ** down * (1 - p) ** (n - down) : 0
  })
  return ways.reduce((sum, way) => sum + way, 0)
}

/** The value of a formula at a point; of two, the one with s in it is for points at which disks take time. */
function valueOf(formulas: string, scale: Row["scale"]): number | null {
  const all = formulas.split(" and ")
  const formula = all.length === 1 ? formulas : all.find(one => one.includes("s") === scale.s > 0)
  return (FORMULAS[formula ?? ""] ?? fail(`the formula ${formulas}`))(scale)
}

/** `Raft: messages per operation beside theory, 2(n-1): equal within its interval at all 5 points`. */
export function readAgainst(text: string, _: string | null, tables: Tables): readonly string[] | null {
  const { labels, rest } = takeLabels(text, tables)
  const match = /^: (.+?) beside (.+?): (.+)$/.exec(rest)
  if (labels.length === 0 || match === null) return null
  const [, noun = "", beside = "", body = ""] = match
  const key = metricOf(noun)
  const formula = /^theory, (.+)$/.exec(beside)?.[1]
  const otherOf = (row: Row): number | null => {
    if (formula === undefined) return row.estimate(metricOf(beside))?.value ?? null
    return valueOf(formula, row.scale)
  }
  return labels.flatMap(label => {
    const rows = tables.rows.filter(
      row => row.algorithm === label && row.estimate(key) !== null && otherOf(row) !== null,
    )
    return splitClauses(body).flatMap(clause => besideTroubles(clause, key, rows, otherOf, tables))
  })
}

function besideTroubles(
  clause: string,
  key: string,
  rows: readonly Row[],
  otherOf: (row: Row) => number | null,
  tables: Tables,
): readonly string[] {
  const places = rows.map(({ place }) => place)
  const distance = (row: Row): number => row.estimate(key)!.value - otherOf(row)!
  const farthest = /^farthest from it by (\S+(?: \S+)?)(?: \((.+)\))?$/.exec(clause)
  if (farthest !== null) {
    const row = rows.reduce((a, b) => (Math.abs(distance(b)) > Math.abs(distance(a)) ? b : a))
    const at =
      keyOf(placeIn(farthest[2] ?? "", places, tables)) === keyOf(row.place) ? [] : ["the farthest is elsewhere"]
    return [...at, wrongWith(farthest[1]!, { value: distance(row), low: null, high: null })].filter(Boolean)
  }
  const side = /^(equal within its interval|above it|below it)(?: (.+))?$/.exec(clause) ?? fail(`"${clause}"`)
  const meant = placesIn(side[2] ?? "", places, tables).map(keyOf)
  const truly = rows.filter(row => {
    const { value, low, high } = row.estimate(key)!
    const other = otherOf(row)!
    const isEqual =
      ((low ?? value) <= other && other <= (high ?? value)) || Math.abs(value - other) <= 0.002 * Math.abs(other)
    return side[1]!.startsWith("equal") ? isEqual : !isEqual && (side[1] === "above it" ? value > other : value < other)
  })
  return sameSet(
    meant,
    truly.map(({ place }) => keyOf(place)),
  )
    ? []
    : [`"${clause}": it is so at ${truly.map(({ place }) => keyOf(place)).join(" ")}`]
}
