/** Resolves when the faults of a spec strike, and how long they last. */
import type { Schedule, Timing } from "../../../runtime/faults/fault.ts"
import type { FaultDescriptor } from "../../../runtime/faults/kind.ts"
import { formatDuration, type Micros } from "../../../runtime/contract/units.ts"
import type { FaultSettings } from "../schema/fault-schema.ts"
import { type FaultSetting, timeOf, valueOf } from "./fault-setting.ts"
import { timeFrom } from "./values/times.ts"

/** A schedule with more strikes must be a typo. */
const MAX_STRIKES = 1_000_000

/** True if `mtbf` and `mttr` apply to a kind of fault. */
function isRenewed({ ends = "repaired" }: FaultDescriptor): boolean {
  return ends === "repaired"
}

function noTime(descriptor: FaultDescriptor): string {
  const random = isRenewed(descriptor) ? ", mtbf and mttr (at random)" : ""
  return `expected one of at (once), every (again and again)${random} or when (on a condition)`
}

/** Keys that are meaningful only with others, and those others. */
const BELONGS_TO: readonly (readonly [string, readonly string[]])[] = [
  ["mtbf", ["mttr"]],
  ["mttr", ["mtbf"]],
  ["spans", ["mtbf"]],
  ["crews", ["mtbf"]],
  ["after", ["when"]],
  ["times", ["every", "when"]],
  ["until", ["every", "mtbf", "when"]],
]

/** Mutually exclusive keys. */
const EXCLUDES: readonly (readonly [string, readonly string[]])[] = [
  ["mtbf", ["for", "every", "when"]],
  ["when", ["every"]],
]

/** @returns `undefined` after reporting what is wrong */
export function timingOf(kind: FaultDescriptor, settings: FaultSettings, setting: FaultSetting): Timing | undefined {
  const { path, report, end } = setting
  const time = (key: string): Micros | undefined => timeOf(key, settings, setting)
  if (kind.takesTurns === true && settings.every === undefined) {
    report([...path, "every"], "missing; say how long after one node the next one has its turn")
    return undefined
  }
  if (!fitsTogether(kind, settings, setting) || !isPositive(["every", "mtbf", "mttr"], settings, setting))
    return undefined
  const range = rangeOf(settings, setting)
  if (range !== undefined && !isRange(range, setting)) return undefined
  const { at, isGiven } = range === undefined ? beginning(settings, setting) : { at: range.from, isGiven: true }
  if (at === undefined) {
    report(path, noTime(kind))
    return undefined
  }
  if (at >= end) {
    const found = isGiven ? `found ${valueOf("at", settings, setting)}` : `first strikes at ${formatDuration(at)}`
    report(
      [...path, isGiven ? "at" : "every"],
      `${found}, which is not before the end of the run at ${formatDuration(end)}`,
    )
    return undefined
  }
  if (!everStrikes(at, settings, setting)) return undefined
  const span = time("for")
  if (kind.needsEnd !== undefined && span === undefined && settings.mttr === undefined) {
    report([...path, "for"], `missing; ${kind.needsEnd}`)
    return undefined
  }
  const schedule = scheduleOf(settings, setting)
  const random = range === undefined ? {} : { within: range.to - range.from }
  const lasting = { ...random, ...(span === undefined ? {} : { for: span }) }
  if (schedule !== undefined) {
    if (!isBearable(at, schedule, setting)) return undefined
    return { at, ...lasting, schedule }
  }
  return { at, ...lasting }
}

/** The interval from which the time of a fault, or the start of its schedule, is drawn, if it is random. */
function rangeOf({ at }: FaultSettings, { linkDelay, names, path, report }: FaultSetting) {
  if (typeof at !== "object" || !("from" in at)) return undefined
  const time = (end: "from" | "to"): Micros => timeFrom(at[end], linkDelay, names, [...path, "at", end], report)
  return { from: time("from"), to: time("to") }
}

function isRange({ from, to }: { readonly from: Micros; readonly to: Micros }, { path, report, end }: FaultSetting) {
  if (from < to && to < end) return true
  const found = `found ${formatDuration(to)}`
  report(
    [...path, "at", "to"],
    from < to
      ? `${found}, which is not before the end of the run at ${formatDuration(end)}`
      : `${found}, expected a time after ${formatDuration(from)}`,
  )
  return false
}

/**
 * The time at which a fault first strikes, or may: as given; by default, repetitions begin after the warm-up and renewal at the
 * start.
 */
function beginning(settings: FaultSettings, setting: FaultSetting) {
  const given = timeOf("at", settings, setting)
  if (given !== undefined) return { at: given, isGiven: true }
  const every = timeOf("every", settings, setting)
  if (every !== undefined) return { at: setting.warmup + every, isGiven: false }
  if (settings.mtbf !== undefined) return { at: 0, isGiven: false }
  return { at: settings.when === undefined ? undefined : setting.warmup, isGiven: false }
}

function scheduleOf(settings: FaultSettings, setting: FaultSetting): Schedule | undefined {
  const time = (key: string): Micros | undefined => timeOf(key, settings, setting)
  const until = time("until")
  const { times, when, spans, crews } = settings
  const limits = {
    ...(times === undefined ? {} : { times }),
    ...(until === undefined ? {} : { until }),
  }
  const repairs = { spans: spans ?? "exponential", ...(crews === undefined ? {} : { crews }) }
  const [every, mtbf, mttr] = [time("every"), time("mtbf"), time("mttr")]
  if (every !== undefined) return { kind: "every", every, ...limits }
  if (when !== undefined) return { kind: "when", when, after: time("after") ?? 0, ...limits }
  if (mtbf === undefined || mttr === undefined) return undefined
  return { kind: "renewal", mtbf, mttr, ...repairs, ...(until === undefined ? {} : { until }) }
}

function fitsTogether(kind: FaultDescriptor, settings: FaultSettings, { path, report }: FaultSetting): boolean {
  const isGiven = (key: string): boolean => settings[key] !== undefined
  for (const [key, all] of BELONGS_TO) {
    const others = all.filter(other => other !== "mtbf" || isRenewed(kind))
    if (isGiven(key) && !others.some(isGiven)) {
      report([...path, key], `needs ${others.join(" or ")}`)
      return false
    }
  }
  for (const [key, others] of EXCLUDES) {
    const other = others.find(isGiven)
    if (isGiven(key) && other !== undefined) {
      report(
        [...path, other],
        `does not go with ${key}: ${key === "mtbf" ? "mttr says how long each failure lasts" : "give one of them"}`,
      )
      return false
    }
  }
  return true
}

/** Rejects as a typo a schedule that ends before it begins, or begins after the end of the run. */
function everStrikes(at: Micros, settings: FaultSettings, setting: FaultSetting): boolean {
  const { path, report, end } = setting
  const first = at + (timeOf("after", settings, setting) ?? 0)
  const until = timeOf("until", settings, setting)
  if (first >= end) {
    const found = `first strikes at ${formatDuration(first)}`
    report([...path, "after"], `${found}, which is not before the end of the run at ${formatDuration(end)}`)
  } else if (until !== undefined && until <= first) {
    const found = `found ${formatDuration(until)}`
    report([...path, "until"], `${found}, expected a time after ${formatDuration(first)}, when it first strikes`)
  } else return true
  return false
}

function isPositive(keys: readonly string[], settings: FaultSettings, setting: FaultSetting): boolean {
  const zero = keys.find(key => timeOf(key, settings, setting) === 0)
  if (zero === undefined) return true
  setting.report([...setting.path, zero], `found ${valueOf(zero, settings, setting)}, expected a duration above 0`)
  return false
}

function isBearable(at: Micros, schedule: Schedule, { end, nodes, path, report }: FaultSetting): boolean {
  const span = Math.min(schedule.until ?? end, end) - at
  const strikes =
    schedule.kind === "every"
      ? Math.min(span / schedule.every, schedule.times ?? Infinity)
      : schedule.kind === "renewal"
        ? (nodes * span) / (schedule.mtbf + schedule.mttr)
        : 0
  if (strikes <= MAX_STRIKES) return true
  report(path, `strikes about ${Math.round(strikes)} times in a run; at most ${MAX_STRIKES} are possible`)
  return false
}
