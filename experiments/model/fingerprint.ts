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
  return hash("sha256", JSON.stringify(inKeyOrder(asked)), "hex").slice(0, DIGITS)
}

/** The same plain data with the keys of all objects in order, so that equal data are equal texts. */
export function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, inKeyOrder(entry)]),
  )
}
