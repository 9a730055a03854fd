/** Fingerprints of scenarios: equal texts for equal scenarios, and a short hash of what a spec says about a cell. */
import { hash } from "node:crypto"
import { remembered } from "../../lib/remembered.ts"
import type { Cell } from "../../scenarios/cell.ts"

/** Hexadecimal digits of a fingerprint: 64 bits. */
const DIGITS = 16

/**
 * The fingerprint of all that a spec says about a cell: the conditions of its runs, and the parameters that it sets.
 *
 * Parameters left at their defaults do not count. A default is part of the algorithm: changing one changes the algorithm's
 * behaviour, not the question asked about it.
 */
export function fingerprintOf({ scenario, given }: Cell): string {
  const { parameters } = scenario
  const asked = { ...scenario, parameters: Object.fromEntries(given.map(name => [name, parameters[name]])) }
  return hash("sha256", orderedJson(asked), "hex").slice(0, DIGITS)
}

/** Plain data as JSON with the keys of all objects sorted, so that equal data give equal texts. */
export function orderedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(each => (each === undefined ? "null" : orderedJson(each))).join()}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  let members = ""
  for (const { key, text } of ordered(JSON.stringify(Object.keys(value)))) {
    const member: unknown = Reflect.get(value, key)
    if (member !== undefined) members += `${members === "" ? "" : ","}${text}:${orderedJson(member)}`
  }
  return `{${members}}`
}

/** Sorted keys, each also as JSON; memoized, because scenarios repeat the same keys. @param keys as JSON */
const ordered = remembered((keys: string): readonly { readonly key: string; readonly text: string }[] => {
  const found: readonly string[] = JSON.parse(keys)
  return inOrder(found).map(key => ({ key, text: JSON.stringify(key) }))
})

const WHOLE = /^\d+$/

/** Sorts integer keys first, by size, which is the order they have in every object. */
function inOrder(keys: readonly string[]): readonly string[] {
  const sorted = keys.toSorted()
  return keys.some(key => WHOLE.test(key)) ? Object.keys(Object.fromEntries(sorted.map(key => [key, 0]))) : sorted
}
