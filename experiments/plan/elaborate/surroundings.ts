/** Resolves the environment of the nodes at a point of the sweep where it depends on the algorithm: links and faults name roles. */
import { generalOffice } from "../../../runtime/contract/offices.ts"
import { rolesOf } from "../../../runtime/contract/parts.ts"
import { type RolePlace, roleNamed, rolePlaces } from "../../../runtime/process/parts.ts"
import type { Point } from "./point.ts"
import type { ResolvedVariant } from "./variants.ts"

/** The roles and offices of one algorithm, and the role and office names of all algorithms. */
export interface Roster {
  readonly roles: readonly RolePlace[]
  readonly roleNames: readonly string[]
  readonly offices: readonly string[]
  readonly officeNames: readonly string[]
}

/**
 * Computes for each variant what depends only on its roles and offices; once for all variants with the same.
 *
 * @param parametersOf the values of a variant's parameters, which may determine the number of processes of a role
 */
export function forEachRoster<T>(
  variants: readonly ResolvedVariant[],
  nodes: number,
  parametersOf: (variant: ResolvedVariant) => object,
  work: (roster: Roster) => T,
): readonly T[] {
  const roleNames = [...new Set(variants.flatMap(({ definition }) => Object.keys(rolesOf(definition))))]
  const officeNames = [...new Set(variants.flatMap(({ definition: { offices = [] } }) => offices))]
  const known = new Map<string, { readonly result: T }>()
  return variants.map(variant => {
    const { definition } = variant
    const isFixed = Object.values(rolesOf(definition)).every(({ count }) => typeof count === "number")
    const roles = rolePlaces(definition, nodes, isFixed ? {} : parametersOf(variant))
    const { offices = [] } = definition
    const key = JSON.stringify([roles, offices])
    const done = known.get(key) ?? { result: work({ roles, roleNames, offices, officeNames }) }
    known.set(key, done)
    return done.result
  })
}

/**
 * True if the swept office does not exist in an algorithm, or if the same sweep has the word of the algorithm's paper: of
 * `primary` and `leader`, Viewstamped Replication is run only with its primary.
 */
export function lacksOffice({ definition }: ResolvedVariant, point: Point): boolean {
  const known = [...(definition.offices ?? []), ...Object.keys(rolesOf(definition))]
  return [...point].some(([{ setting, choices }, { written }]) => {
    if (setting?.key !== "office" || typeof written !== "string") return false
    const place = known.indexOf(roleNamed(written))
    if (place < 0) return true
    const office = generalOffice(known[place]!)
    const swept = choices({})
    if (office === undefined || !("length" in swept)) return false
    const better = known.slice(0, place).filter(name => generalOffice(name) === office)
    return swept.some(other => better.some(name => name === other.written))
  })
}
