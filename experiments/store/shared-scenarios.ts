/**
 * A compact form of a sweep's scenarios: the common part of all cells of a variant once, and the rest for each cell. Most of a
 * scenario is the same everywhere; uncompressed, those of 10,000 cells take 18 MB.
 */
import { own } from "../../runtime/lib/own.ts"
import type { Cell } from "../../scenarios/cell.ts"
import { orderedJson } from "../model/fingerprint.ts"

type Data = Readonly<Record<string, unknown>>

/** A cell whose scenario omits what it shares with the other cells of its variant, `of`. */
export interface ShortCell {
  readonly id: string
  /** The key of the variant; absent if the scenario is whole. */
  readonly of?: string
  readonly scenario: Data
}

/** The shared parts of scenarios, by the key of their variant. */
export type Shared = Readonly<Record<string, Data>>

/** The settings that the cells of each variant share; not for variants with a single cell, whose scenario stays whole. */
export function sharedScenarios(cells: readonly Cell[]): Shared {
  const shared = new Map<string, Data>()
  const several = new Set<string>()
  for (const { variant, scenario } of cells) {
    const before = shared.get(variant.key)
    const now: Data = { ...scenario }
    if (before !== undefined) several.add(variant.key)
    // Soon all further cells have what is shared so far.
    if (before === undefined || !isWithin(before, now))
      shared.set(variant.key, before === undefined ? now : inBoth(before, now))
  }
  return Object.fromEntries([...shared].filter(([key]) => several.has(key)))
}

export function shortCell({ id, variant, scenario }: Cell, shared: Shared): ShortCell {
  const ofAll = own(shared, variant.key)
  const whole: Data = { ...scenario }
  return ofAll === undefined ? { id, scenario: whole } : { id, of: variant.key, scenario: withoutShared(whole, ofAll) }
}

/** The whole scenario of a short cell, whose variant must be among the shared ones. */
export function wholeScenario({ of, scenario }: ShortCell, shared: Shared): Data {
  return of === undefined ? scenario : merged(own(shared, of)!, scenario)
}

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** True if all of `part` is in `whole`, recursively in objects; lists are compared as a whole. */
function isWithin(part: Data, whole: Data): boolean {
  for (const key in part) {
    if (!Object.hasOwn(part, key)) continue
    const [value, another] = [part[key], Object.hasOwn(whole, key) ? whole[key] : undefined]
    if (value === another) continue
    const isSame = isData(value)
      ? isData(another) && isWithin(value, another)
      : Array.isArray(value) && orderedJson(value) === orderedJson(another)
    if (!isSame) return false
  }
  return true
}

/** Keys with equal values, recursively in objects; lists are compared as a whole. */
function inBoth(one: Data, other: Data): Data {
  if (one === other) return one
  const entries = Object.entries(one).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const another = other[key]
    if (value === another) return [[key, value]]
    if (isData(value) && isData(another)) return [[key, inBoth(value, another)]]
    return Array.isArray(value) && orderedJson(value) === orderedJson(another) ? [[key, value]] : []
  })
  return Object.fromEntries(entries)
}

function withoutShared(whole: Data, shared: Data): Data {
  const entries = Object.entries(whole).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    if (!Object.hasOwn(shared, key)) return [[key, value]]
    const common = shared[key]
    if (!isData(value) || !isData(common)) return []
    const rest = withoutShared(value, common)
    return Object.keys(rest).length === 0 ? [] : [[key, rest]]
  })
  return Object.fromEntries(entries)
}

function merged(shared: Data, rest: Data): Data {
  const rests = Object.entries(rest).map(([key, value]) => {
    const common = Object.hasOwn(shared, key) ? shared[key] : undefined
    return [key, isData(value) && isData(common) ? merged(common, value) : value] as const
  })
  return Object.fromEntries([...Object.entries(shared), ...rests])
}
