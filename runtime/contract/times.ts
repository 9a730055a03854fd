/**
 * Times in plain data: where an algorithm keeps readings of clocks, so that a host which tells states apart can keep how long ago
 * each was, in place of when. Then a group that is where it was before is in the same state, however late it is.
 */
import type { Parameters } from "./parameters.ts"
import type { Micros } from "./units.ts"

/** Fields by name, wherever they are in state, disks, messages and facts. Each holds a time, null, or a list, a set or a map of those. */
export interface Times {
  /** Readings of a clock. Longer ago than any duration among the parameters is long ago: nothing depends on how long. */
  readonly readings?: readonly string[]
  /** Times after which something is over. Nothing depends on how long it has been over. */
  readonly deadlines?: readonly string[]
  /** Numbers that begin with a reading at boot, so that none is used twice: they count on, and do not grow old. */
  readonly numbers?: readonly string[]
  /** The parameter that is the longest time for which clocks have to agree, where it rests on them. */
  readonly agreeFor?: string
  /** Parameters in the few ticks with which a group can be explored completely, as a spec writes them: a tick is a microsecond. */
  readonly parameters: Readonly<Record<string, string>>
}

export type TimeKind = "reading" | "deadline" | "number"

/** Plain data in which all times are others. */
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

/** The same values, with every duration 0: whatever was to happen after a while may happen at once. */
export function timeless(
  declared: Parameters,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const written = Object.entries(values).map(([name, value]) => [name, declared[name]?.kind === "duration" ? 0 : value])
  return Object.fromEntries(written)
}
