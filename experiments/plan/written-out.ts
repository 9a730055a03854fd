/**
 * Expands the abbreviations of a spec: ranges `{ from, to, steps, log }` to lists of values, and `sweep.zip` to lists of the
 * sweep, with the names that move together.
 */
import { didYouMean, type Problem } from "../../lib/problems.ts"
import type { Path, Source } from "../../lib/source.ts"
import { ExpressionError, parseExpression, type Quantity } from "./schema/expression.ts"

/** A longer range must be a typo. */
const MAX_STEPS = 1_000

export interface WrittenOut {
  /** The source as if written without abbreviations; problems cite the place of the original text. */
  readonly source: Source
  /** Names of the sweep that move together, the axis first. */
  readonly zipped: readonly (readonly string[])[]
  readonly problems: readonly Problem[]
}

/** Expands a spec that is a mapping; everything else stays unchanged. */
export function writtenOut(source: Source, spec: object): WrittenOut {
  const problems: Problem[] = []
  const report = (path: Path, message: string): void => void problems.push(source.problemAt(path, message))
  const entries = new Map<string, unknown>(Object.entries(spec))
  const { sweep, zipped, places } = unzipped(entries.get("sweep"), report)
  if (sweep !== undefined)
    entries.set(
      "sweep",
      mapped(sweep, (value, name) => listOf(value, ["sweep", name], report)),
    )
  const faults = entries.get("faults")
  if (Array.isArray(faults))
    entries.set(
      "faults",
      faults.map((fault, index) => faultWithLists(fault, index, report)),
    )
  const placeOf = (path: Path): Path => {
    const [section, name, ...rest] = path
    const place = section === "sweep" ? places.get(String(name)) : undefined
    return place === undefined ? path : [...place, ...rest]
  }
  return {
    source: {
      ...source,
      value: Object.fromEntries(entries),
      problemAt: (path, message) => source.problemAt(placeOf(path), message),
      problemAtKey: (path, message) => source.problemAtKey(placeOf(path), message),
    },
    zipped,
    problems,
  }
}

type Report = (path: Path, message: string) => void

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function mapped(of: Readonly<Record<string, unknown>>, change: (value: unknown, name: string) => unknown) {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value, name)]))
}

/** A sweep with the lists of its `zip` moved into it, and their original places. */
function unzipped(written: unknown, report: Report) {
  const places = new Map<string, Path>()
  if (!isMapping(written)) return { sweep: undefined, zipped: [], places }
  const { zip, ...others } = written
  if (zip === undefined) return { sweep: others, zipped: [], places }
  const groups = (Array.isArray(zip) ? zip : [zip]).flatMap((group: unknown, index) => {
    const path: Path = Array.isArray(zip) ? ["sweep", "zip", index] : ["sweep", "zip"]
    if (isMapping(group) && Object.keys(group).length >= 2) return [{ path, lists: Object.entries(group) }]
    report(path, "expected two or more things with as many values each: { nodes: [3, 5], syncLatency: [1ms, 5ms] }")
    return []
  })
  const sweep: Record<string, unknown> = { ...others }
  for (const { path, lists } of groups) {
    for (const [name, list] of lists) {
      if (Object.hasOwn(sweep, name)) report([...path, name], `${name} is swept already`)
      sweep[name] = list
      places.set(name, [...path, name])
    }
  }
  return { sweep, zipped: groups.map(({ lists }) => lists.map(([name]) => name)), places }
}

/** A fault with the ranges among its settings expanded; a random time `at: { from, to }` is not a range. */
function faultWithLists(fault: unknown, index: number, report: Report): unknown {
  if (!isMapping(fault)) return fault
  return mapped(fault, (settings, kind) =>
    isMapping(settings)
      ? mapped(settings, (value, key) => listOf(value, ["faults", index, kind, key], report))
      : settings,
  )
}

const RANGE_KEYS = ["from", "to", "steps", "log"]

/** The values of a range; anything else is returned unchanged. */
function listOf(value: unknown, path: Path, report: Report): unknown {
  if (!isMapping(value) || !("steps" in value)) return value
  const strange = Object.keys(value).find(key => !RANGE_KEYS.includes(key))
  if (strange !== undefined) {
    report([...path, strange], `unknown key; allowed here: ${RANGE_KEYS.join(", ")}${didYouMean(strange, RANGE_KEYS)}`)
    return []
  }
  const { from, to, steps, log = false } = value
  const [first, last] = [quantityIn(from), quantityIn(to)]
  if (first === undefined)
    report([...path, "from"], `found ${String(from)}, expected a number, or a quantity such as 10ms`)
  else if (last === undefined || last.time !== first.time || last.bytes !== first.bytes)
    report([...path, "to"], `found ${String(to)}, expected a quantity like ${String(from)}`)
  else if (typeof steps !== "number" || !Number.isSafeInteger(steps) || steps < 2 || steps > MAX_STEPS)
    report([...path, "steps"], `found ${String(steps)}, expected how many values, from 2 to ${MAX_STEPS}`)
  else if (typeof log !== "boolean") report([...path, "log"], `found ${String(log)}, expected true or false`)
  else if (log && (first.value <= 0 || last.value <= 0))
    report([...path, "from"], "a range by factors (log: true) needs ends above 0")
  else return valuesBetween(first, last, steps, log)
  return []
}

function quantityIn(written: unknown): Quantity | undefined {
  if (typeof written === "number") return { value: written, time: 0, bytes: 0 }
  const expression = parseExpression(written)
  if (expression === undefined || expression.names.size > 0) return undefined
  try {
    return expression.at(() => undefined)
  } catch (error) {
    if (error instanceof ExpressionError) return undefined
    throw error
  }
}

/** Significant digits of interpolated values, few for readability. */
const DIGITS = { evenly: 6, byFactors: 3 }

/** Interpolates from the first to the last at even distances, or by even factors; counts are rounded and deduplicated. */
function valuesBetween(first: Quantity, last: Quantity, steps: number, byFactors: boolean): readonly unknown[] {
  const areWhole = byFactors && Number.isInteger(first.value) && Number.isInteger(last.value)
  const values = Array.from({ length: steps }, (_, k) => {
    const share = k / (steps - 1)
    if (k === 0) return first.value
    if (k === steps - 1) return last.value
    const between = byFactors
      ? first.value * (last.value / first.value) ** share
      : first.value + (last.value - first.value) * share
    const rounded = Number(between.toPrecision(byFactors ? DIGITS.byFactors : DIGITS.evenly))
    return areWhole ? Math.round(rounded) : rounded
  })
  return [...new Set(values)].map(value => writtenAs({ ...first, value }))
}

/** A quantity as a spec writes it. */
function writtenAs({ value, time, bytes }: Quantity): unknown {
  if (time === 0 && bytes === 0) return value
  if (bytes === 0) return time === 1 ? `${Math.round(value)}us` : `${Number((value * 1e6).toPrecision(12))}/s`
  return time === 0 ? `${Math.round(value)}B` : `${Number((value * 1e6).toPrecision(12))}B/s`
}
