/** The dimensions that a spec sweeps, and their values: from `sweep`, and from ranges in fault counts. */
import type { Choice } from "./choice.ts"
import { describeLatency } from "../../../runtime/network/latency.ts"
import type { SettingKind } from "../../../runtime/contract/settings.ts"
import type { FaultDescriptor } from "../../../runtime/faults/kind.ts"
import type { Parameter } from "../../../runtime/contract/parameters.ts"
import {
  followsLinkDelay,
  formatDuration,
  MILLISECOND,
  parseBandwidth,
  parseDuration,
  parseRate,
  parseShare,
  parseSize,
} from "../../../runtime/contract/units.ts"
import type { Coordinate, Dimension } from "../../../scenarios/cell.ts"
import { evaluate, type Formula, isConstant, parseCounts, type Sizes } from "../schema/formula.ts"
import type { FaultSpec } from "../schema/fault-schema.ts"
import { settingsOf } from "../schema/fault-schema.ts"
import { type Placements, placementsIn } from "../schema/network-schema.ts"
import { type LatencySpec, readLatency } from "../schema/latency-schema.ts"
import { MAX_NODES, parseSigned, type Written } from "../schema/scalars.ts"
import type { Spec } from "../schema/schema.ts"
import type { Path } from "../../../lib/source.ts"
import { strategyChoices } from "./strategies.ts"
import { type BehaviourSpec, EVERY, isBehaviour, isEveryBehaviour } from "../schema/behaviour-schema.ts"
import type { ResolvedVariant } from "./variants.ts"
import { own } from "../../../runtime/lib/own.ts"

export interface FaultKey {
  readonly fault: number
  readonly key: string
}

/** A dimension with its values, which may depend on the sizes fixed by the enclosing dimensions. */
export interface Swept extends Dimension {
  /** Its place in the spec. */
  readonly path: Path
  /** The setting of a fault that is swept: the fault's index in the list of faults, and the setting's key. */
  readonly setting?: FaultKey
  /** Dimensions zipped with this one: they take their k-th value where it takes its k-th. */
  readonly followers?: readonly Swept[]
  /** Values in order, or a formula that cannot be evaluated. */
  choices(sizes: Sizes): readonly Choice[] | { readonly unknownIn: Formula } | { readonly problem: string }
}

/** All dimensions in the order of nesting: sizes first, since other counts may depend on them. */
export function dimensionsOf(
  spec: Spec,
  variants: readonly ResolvedVariant[],
  zipped: readonly (readonly string[])[],
): readonly Swept[] {
  const { f, nodes, latency, clientLatency, regions, clientRegions, ...others } = spec.sweep ?? {}
  const swept: Swept[] = []
  if (f !== undefined) swept.push(countDimension("f", "Failures provided for, f", ["sweep", "f"], [f].flat()))
  if (nodes !== undefined) swept.push(countDimension("nodes", "Nodes, n", ["sweep", "nodes"], [nodes].flat()))
  if (latency !== undefined) swept.push(latencyDimension("latency", "One-way link latency", [latency].flat()))
  if (clientLatency !== undefined) {
    swept.push(latencyDimension("clientLatency", "One-way latency to clients", [clientLatency].flat()))
  }
  if (regions !== undefined) swept.push(placeDimension("regions", "Regions of the nodes", regions))
  if (clientRegions !== undefined) swept.push(placeDimension("clientRegions", "Regions of the clients", clientRegions))
  for (const [name, values] of Object.entries(others))
    swept.push(valueDimension(name, [values].flat().filter(isScalar), variants))
  return [...together(swept, zipped), ...faultDimensions(spec.faults ?? [], spec.repeat === EVERY)]
}

/** Merges zipped dimensions into one, at the place of the first of them. */
function together(swept: readonly Swept[], zipped: readonly (readonly string[])[]): readonly Swept[] {
  const groupOf = ({ name }: Swept) => zipped.find(names => names.includes(name))
  return swept.flatMap((dimension, place) => {
    const names = groupOf(dimension)
    if (names === undefined) return [dimension]
    if (swept.findIndex(other => groupOf(other) === names) < place) return []
    const [axis, ...followers] = names.flatMap(name => swept.find(other => other.name === name) ?? [])
    return axis === undefined ? [] : [{ ...axis, followers }]
  })
}

function isScalar(written: Written | LatencySpec): written is Written {
  return typeof written !== "object"
}

function countDimension(
  name: string,
  title: string,
  path: Path,
  values: readonly Written[],
  setting?: FaultKey,
): Swept {
  return {
    name,
    title,
    unit: "",
    path,
    ...(setting === undefined ? {} : { setting }),
    choices: sizes => countChoices(values, sizes),
  }
}

function countChoices(values: readonly Written[], sizes: Sizes): readonly Choice[] | { readonly unknownIn: Formula } {
  const choices: Choice[] = []
  for (const value of values) {
    const { from, to } = parseCounts(value)!
    const first = evaluate(from, sizes)
    const last = evaluate(to, sizes)
    if (first === undefined || last === undefined) return { unknownIn: first === undefined ? from : to }
    const rule = from === to && !isConstant(from) ? { rule: from.text } : {}
    for (let count = first; count <= Math.min(last, first + MAX_NODES); count++) {
      choices.push({ written: count, coordinate: { value: count, text: String(count), ...rule } })
    }
  }
  return choices
}

function latencyDimension(name: string, title: string, values: readonly LatencySpec[]): Swept {
  const models = values.map(readLatency)
  const constant = models.every(({ model }) => model === "constant")
  const choices = models.map((model, index): Choice => {
    const text = describeLatency(model)
    const value = constant && model.model === "constant" ? model.delay / MILLISECOND : text
    return { written: values[index]!, coordinate: { value, text } }
  })
  return { name, title, unit: constant ? "ms" : "", path: ["sweep", name], choices: () => choices }
}

function placeDimension(name: string, title: string, written: Placements): Swept {
  const choices = placementsIn(written).map(
    ([label]): Choice => ({ written: label, coordinate: { value: label, text: label } }),
  )
  return { name, title, unit: "", path: ["sweep", name], choices: () => choices }
}

/** The kind of a dimension's values: that of a parameter, or a bandwidth. */
export type Kind = Parameter["kind"] | "bandwidth"

const NETWORK_AND_DISK: Readonly<
  Record<string, { readonly kind: Kind; readonly title: string; readonly zero?: undefined }>
> = {
  loss: { kind: "share", title: "Share of messages lost" },
  duplication: { kind: "share", title: "Share of messages duplicated" },
  bandwidth: { kind: "bandwidth", title: "Bandwidth of a link" },
  serviceTime: { kind: "duration", title: "Time a node takes for a message" },
  jitter: { kind: "share", title: "Jitter of delays between regions" },
  leader: { kind: "choice", title: "Leader at the beginning" },
  syncLatency: { kind: "duration", title: "Time for a disk write" },
}

function valueDimension(name: string, values: readonly Written[], variants: readonly ResolvedVariant[]): Swept {
  const known = own(NETWORK_AND_DISK, name) ?? declared(name, variants)
  const { unit, choices } = quantities(known.kind, values)
  const zero =
    known.zero !== undefined && values.some(value => Number.parseFloat(String(value)) === 0) ? known.zero : undefined
  return { name, title: known.title, unit, ...(zero === undefined ? {} : { zero }), path: ["sweep", name], choices }
}

/** The choices along a dimension: numbers in the unit of their kind, or text if any of them depends on the link delay. */
function quantities(kind: Kind, values: readonly Written[]): Pick<Swept, "unit" | "choices"> {
  const relative = kind === "duration" && values.some(value => isPlain(kind, value) && followsLinkDelay(String(value)))
  const unit = relative ? "" : (UNITS[kind] ?? "")
  const choices = values.map((written): Choice => {
    if (!isPlain(kind, written)) {
      // Its value is known only at each point.
      const text = String(written).replaceAll(" ", "")
      return { written, coordinate: { value: text, text, rule: text } }
    }
    const value = relative ? String(written) : valueOf(kind, written)
    return { written, coordinate: { value, text: relative ? String(written) : textOf(kind, value) } }
  })
  return { unit, choices: () => choices }
}

/** True if a value is not an expression. */
function isPlain(kind: Kind, written: Written): boolean {
  if (kind === "choice" || kind === "flag") return true
  if (kind === "duration") return parseSigned(String(written), parseDuration) !== undefined
  if (kind === "integer" || kind === "number") return !Number.isNaN(Number(written))
  return !Number.isNaN(Number(valueOf(kind, written) ?? Number.NaN))
}

/** The coordinate of an evaluated expression. @param value durations in microseconds */
export function coordinateOf({ unit }: Dimension, kind: Kind, value: number, rule: string): Coordinate {
  const inUnit = kind === "duration" ? value / MILLISECOND : value
  const text = textOf(kind, inUnit)
  return { value: unit === (UNITS[kind] ?? "") ? inUnit : text, text, rule }
}

const UNITS: Readonly<Partial<Record<Kind, string>>> = {
  duration: "ms",
  rate: "per_s",
  size: "bytes",
  bandwidth: "bytes_per_s",
}

/** The kind of a parameter or a workload setting, and its title in charts. */
function declared(
  name: string,
  variants: readonly ResolvedVariant[],
): { readonly kind: Kind; readonly title: string; readonly zero?: string | undefined } {
  const [section, key = ""] = name.split(".")
  const declarations = variants.map(({ definition, servedBy }) =>
    section === "parameters" ? definition.parameters : servedBy.workload,
  )
  const found = declarations.flatMap(parameters => own(parameters, key) ?? [])[0]
  return { kind: found?.kind ?? "choice", title: found?.title ?? inTitleCase(inSmallLetters(key)), zero: found?.zero }
}

function inTitleCase(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** The value as a number in the kind's unit if it has one, else as written. */
function valueOf(kind: Kind, written: Written): number | string {
  const text = String(written)
  switch (kind) {
    case "duration":
      return parseSigned(text, parseDuration)! / MILLISECOND
    case "share":
      return typeof written === "number" ? written : parseSigned(text, parseShare)!
    case "rate":
      return parseRate(text)!
    case "size":
      return parseSize(text)!
    case "bandwidth":
      return parseBandwidth(text)!
    case "integer":
    case "number":
      return Number(written)
    case "choice":
    case "flag":
      return text
  }
}

function textOf(kind: Kind, value: number | string): string {
  if (typeof value === "string") return value
  if (kind === "duration") return `${value < 0 ? "-" : ""}${formatDuration(Math.abs(value) * MILLISECOND)}`
  if (kind === "share") return `${Number((value * 100).toFixed(6))}%`
  if (kind === "bandwidth") return describeBandwidth(value)
  return kind === "rate" ? `${value}/s` : kind === "size" ? `${value}B` : String(value)
}

/** Settings for the times and durations of faults, with their titles as axes. */
const TIMES: Readonly<Record<string, string>> = {
  mtbf: "Mean time between failures",
  mttr: "Mean time to repair",
  at: "Moment",
  for: "Length",
  every: "Period",
  after: "Delay",
}

/** The kinds of values of the settings that can be swept. */
const KINDS: Readonly<Partial<Record<SettingKind, Kind>>> = {
  duration: "duration",
  offset: "duration",
  share: "share",
  drift: "share",
  positive: "number",
  word: "choice",
  toggle: "flag",
}

/** `slowDisk` as `slow disk`, `phase2Quorum` as `phase 2 quorum`. */
function inSmallLetters(name: string): string {
  return name.replaceAll(/[A-Z]|\d+/g, found => ` ${found.toLowerCase()}`)
}

/**
 * Dimensions from the faults of a spec: counts given as ranges, and settings given as lists.
 *
 * @param goThrough true if the runs of each point enumerate all strategies, which are then not swept
 */
function faultDimensions(faults: readonly FaultSpec[], goThrough: boolean): readonly Swept[] {
  const uses = new Map<string, number>()
  const named = (name: string): string => {
    const use = (uses.get(name) ?? 0) + 1
    uses.set(name, use)
    return use === 1 ? name : `${name}${use}`
  }
  return faults.flatMap((spec, fault) => {
    const found = settingsOf(spec)
    if (found === undefined) return []
    const [descriptor, settings] = found
    const { kind } = descriptor
    return Object.entries(settings).flatMap(([key, given]): readonly Swept[] => {
      const values = [given].flat().filter(isWritten)
      const path = ["faults", fault, kind, key]
      const setting = { fault, key }
      if (key === "count") {
        const { name, title } = descriptor.counted ?? { name: `${kind}.count`, title: "Nodes hit" }
        return isSwept(values) ? [countDimension(named(name), title, path, values, setting)] : []
      }
      if (key === "office" && Array.isArray(given)) {
        return [{ name: named("office"), title: "Office hit", path, setting, ...quantities("choice", values) }]
      }
      if (key === "region" && Array.isArray(given)) {
        return [{ name: named("region"), title: "Region hit", path, setting, ...quantities("choice", values) }]
      }
      if (isBehaviour(given) && goThrough && isEveryBehaviour(given)) return []
      if (isBehaviour(given)) return strategyDimension(given, named, [...path, "strategies"], setting)
      const axis = axisOf(descriptor, key)
      if (axis === undefined || !Array.isArray(given)) return []
      return [{ name: named(axis.name), title: axis.title, path, setting, ...quantities(axis.kind, values) }]
    })
  })
}

/** A setting of a fault as a dimension; `undefined` if it cannot be swept. */
function axisOf({ kind, settings }: FaultDescriptor, key: string) {
  const ofKind = `(${inSmallLetters(kind)})`
  const time = own(TIMES, key)
  if (time !== undefined) {
    const isRenewal = key === "mtbf" || key === "mttr"
    return isRenewal
      ? { name: key, title: time, kind: "duration" as const }
      : { name: `${kind}.${key}`, title: `${time} ${ofKind}`, kind: "duration" as const }
  }
  const setting = own(settings, key)
  const value = setting && KINDS[setting.kind]
  if (setting === undefined || value === undefined) return undefined
  return { name: `${kind}.${key}`, title: setting.title ?? `${inSmallLetters(key)} ${ofKind}`, kind: value }
}

function strategyDimension(
  behaviour: BehaviourSpec,
  named: (name: string) => string,
  path: Path,
  setting: FaultKey,
): readonly Swept[] {
  if (typeof behaviour === "string" || behaviour.strategies === undefined) return []
  const choices: Swept["choices"] = sizes => strategyChoices(behaviour, sizes)
  return [{ name: named("strategy"), title: "What traitors say", unit: "", path, setting, choices }]
}

function isWritten(value: unknown): value is Written {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
}

function isSwept(counts: readonly Written[]): boolean {
  if (counts.length > 1) return true
  const { from, to } = parseCounts(counts[0])!
  return from !== to
}

function describeBandwidth(bytes: number): string {
  const [unit, size] =
    bytes >= 1e6 ? (["MB", 1e6] as const) : bytes >= 1e3 ? (["kB", 1e3] as const) : (["B", 1] as const)
  return `${Number((bytes / size).toFixed(3))}${unit}/s`
}
