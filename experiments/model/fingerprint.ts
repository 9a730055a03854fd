/** Fingerprints of scenarios: equal texts for equal scenarios, and a short hash of what a spec says of a cell. */
import { hash } from "node:crypto"
import type { Cell } from "../../scenarios/cell.ts"

/** Hexadecimal digits of a fingerprint: 64 bits. */
const DIGITS = 16

/**
 * The fingerprint of all that a spec says of a cell: what its runs meet, and the parameters that are given.
 *
 * Parameters left at their defaults do not count: a default is a part of the algorithm, so a change of one is a change of
 * its behaviour, not of the question that is asked of it.
 */
export function fingerprintOf({ scenario, given }: Cell): string {
  const { parameters } = scenario
  const asked = { ...scenario, parameters: Object.fromEntries(given.map(name => [name, parameters[name]])) }
  return hash("sha256", orderedJson(asked), "hex").slice(0, DIGITS)
}

/** Plain data as JSON with the keys of all objects in order, so that equal data are equal texts. */
export function orderedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(each => (isLeftOut(each) ? "null" : orderedJson(each))).join()}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const members = inOrder(Object.entries(value)).flatMap(([key, member]) =>
    isLeftOut(member) ? [] : `${JSON.stringify(key)}:${orderedJson(member)}`,
  )
  return `{${members.join()}}`
}

/** True of what JSON has no text for. */
function isLeftOut(value: unknown): boolean {
  return value === undefined
}

/** Keys that are whole numbers come first, by size, as in all objects. */
function inOrder(entries: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return entries.some(([key]) => WHOLE.test(key)) ? Object.entries(Object.fromEntries(sorted)) : sorted
}

const WHOLE = /^\d+$/
