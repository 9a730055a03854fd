/**
 * Times in plain data: declares where an algorithm keeps clock readings, so that a host which compares states can store
 * each one's age instead of its time. Then a group that returns to an earlier situation is in the same state, however
 * much later.
 */
import type { Parameters } from "./parameters.ts"
import type { Micros } from "./units.ts"

/**
 * Fields by name, anywhere in state, disks, messages and facts. Each holds a time, null, or a list, a set or a map of
 * those.
 */
export interface Times {
  /** Readings of a clock. Beyond the longest duration among the parameters, nothing depends on their age. */
  readonly readings?: readonly string[]
  /** Times after which something is over. Nothing depends on how long it has been over. */
  readonly deadlines?: readonly string[]
  /** Numbers that start from a clock reading at boot, so that none is reused: they count on from there, and have no age. */
  readonly numbers?: readonly string[]
  /** The parameter with the longest time for which clocks have to agree, if the algorithm rests on them. */
  readonly agreeFor?: string
  /** Parameters of so few ticks that a group can be explored completely, as written in a spec: a tick is a microsecond. */
  readonly parameters: Readonly<Record<string, string>>
}

export type TimeKind = "reading" | "deadline" | "number"

/** Plain data with all times replaced. */
export function retimed<T>(value: T, times: Times, change: (time: Micros, kind: TimeKind) => Micros): T
export function retimed(value: unknown, times: Times, change: (time: Micros, kind: TimeKind) => Micros): unknown {
  const within = (inner: unknown): unknown => retimed(inner, times, change)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(within)
  if (value instanceof Set) return new Set([...value].map(within))
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, within(entry)]))
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const kind = kindOf(name, times)
      return [name, kind === undefined ? within(entry) : changed(entry, time => change(time, kind))]
    }),
  )
}

function kindOf(name: string, { readings = [], deadlines = [], numbers = [] }: Times): TimeKind | undefined {
  if (readings.includes(name)) return "reading"
  if (deadlines.includes(name)) return "deadline"
  return numbers.includes(name) ? "number" : undefined
}

function changed(value: unknown, change: (time: Micros) => Micros): unknown {
  if (typeof value === "number") return change(value)
  if (Array.isArray(value)) return value.map(each => changed(each, change))
  if (value instanceof Set) return new Set([...value].map(each => changed(each, change)))
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [key, changed(each, change)]))
  return value
}

/** The same values with every duration 0: anything delayed may happen at once. */
export function timeless(
  declared: Parameters,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const written = Object.entries(values).map(([name, value]) => [name, declared[name]?.kind === "duration" ? 0 : value])
  return Object.fromEntries(written)
}
