/** The context in which a fault of a spec is resolved, and the functions that read its settings there. */
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Regions } from "../../../runtime/network/network.ts"
import type { Named } from "./values/names.ts"
import { timeFrom } from "./values/times.ts"
import type { Names } from "./named-nodes.ts"
import type { FaultSettings } from "../schema/fault-schema.ts"
import { evaluate, parseFormula, type Sizes } from "../schema/formula.ts"
import type { Written } from "../schema/scalars.ts"
import type { Path } from "../../../lib/source.ts"

export interface FaultSetting extends Names {
  readonly sizes: Sizes
  readonly linkDelay: Micros
  /** The names that expressions may use at this point. */
  readonly names: Named
  /** The regions of the nodes at this point, and all regions that occur in the sweep. */
  readonly regions: Regions | undefined
  readonly homes: readonly string[]
  /** True if disks take time to make writes durable, always or because of a fault. */
  readonly disksTakeTime: boolean
  /** The algorithms that cannot change their membership. */
  readonly fixedGroups: readonly string[]
  /** The algorithms whose groups have no learners. */
  readonly learnerless: readonly string[]
  /** The algorithms whose leaders cannot transfer leadership. */
  readonly unyielding: readonly string[]
  /** The services whose clients cannot crash. */
  readonly immortals: readonly string[]
  readonly warmup: Micros
  readonly end: Micros
  /** The swept values of this fault's settings at this point. */
  readonly swept: Readonly<Record<string, Written>>
  /** The place of the fault in the spec. */
  readonly path: Path
}

/** The value at this point of a setting that may be given as a list. */
export function valueOf(key: string, settings: FaultSettings, { swept }: FaultSetting): Written | undefined {
  const given = settings[key]
  const first: unknown = Array.isArray(given) ? given[0] : given
  if (key in swept) return swept[key]
  return typeof first === "string" || typeof first === "number" || typeof first === "boolean" ? first : undefined
}

/** A duration, if it is given. */
export function timeOf(key: string, settings: FaultSettings, setting: FaultSetting): Micros | undefined {
  const written = valueOf(key, settings, setting)
  if (written === undefined) return undefined
  return timeFrom(String(written), setting.linkDelay, setting.names, [...setting.path, key], setting.report)
}

export function countOf(written: Written, path: Path, setting: FaultSetting): number | undefined {
  const value = evaluate(parseFormula(written)!, setting.sizes)
  if (value === undefined) setting.report(path, `found ${written}, but f is not given; sweep it or say f: 2`)
  else if (value < 0) setting.report(path, `${written} is ${value} with n = ${setting.nodes}; expected 0 or more`)
  return value === undefined || value < 0 ? undefined : value
}
