/** The surroundings of the nodes at a point of the sweep, where algorithms differ in them: links and faults name their roles. */
import { type RolePlace, rolePlaces, rolesOf } from "../../../runtime/process/parts.ts"
import type { ResolvedVariant } from "./variants.ts"

/** The roles and offices of one algorithm, and the names of those of all. */
export interface Roster {
  readonly roles: readonly RolePlace[]
  readonly roleNames: readonly string[]
  readonly offices: readonly string[]
  readonly officeNames: readonly string[]
}

/** Works out for each variant what depends on its roles and offices only; once for all that have the same. */
export function forEachRoster<T>(
  variants: readonly ResolvedVariant[],
  nodes: number,
  work: (roster: Roster) => T,
): readonly T[] {
  const roleNames = [...new Set(variants.flatMap(({ definition }) => Object.keys(rolesOf(definition))))]
  const officeNames = [...new Set(variants.flatMap(({ definition: { offices = [] } }) => offices))]
  const known = new Map<string, { readonly result: T }>()
  return variants.map(({ definition }) => {
    const roles = rolePlaces(definition, nodes)
    const { offices = [] } = definition
    const key = JSON.stringify([roles, offices])
    const done = known.get(key) ?? { result: work({ roles, roleNames, offices, officeNames }) }
    known.set(key, done)
    return done.result
  })
}
