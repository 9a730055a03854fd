/**
 * The processes of a run: the n members of the group, followed by those of the algorithm's roles, role by role in the
 * order of declaration. A process plays a part: that of a member, or a role.
 */
import type { Algorithm, Identity, NodeId, Shape } from "../contract/algorithm.ts"
import { type Part, rolesOf, type WithRoles } from "../contract/parts.ts"
import { processesOf } from "../contract/roles.ts"

/** A role in a group of some size: its processes have the ids from `first` on. */
export interface RolePlace {
  readonly name: string
  readonly first: NodeId
  readonly count: number
}

/** The values of an algorithm's parameters in a run, by name. */
type Values = object

/** The roles of an algorithm in a group of `size` members, in the order of their ids. */
export function rolePlaces(algorithm: WithRoles, size: number, parameters: Values): readonly RolePlace[] {
  let first = size
  return Object.entries(rolesOf(algorithm)).map(([name, role]) => {
    const count = processesOf(role, parameters)
    const place = { name, first, count }
    first += count
    return place
  })
}

/** Number of processes of a group of `size` members, including those of roles. */
export function processCount(algorithm: WithRoles, size: number, parameters: Values): number {
  return Object.values(rolesOf(algorithm)).reduce((sum, role) => sum + processesOf(role, parameters), size)
}

/** The processes that clients ask, by id: those of the roles that serve them, or else the members. */
export function contactsOf(algorithm: WithRoles, size: number, parameters: Values): readonly NodeId[] {
  const serving = rolePlaces(algorithm, size, parameters).filter(
    ({ name }) => rolesOf(algorithm)[name]!.request !== undefined,
  )
  if (serving.length === 0) return Array.from({ length: size }, (_, id) => id)
  return serving.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))
}

/** The part that a process plays. */
export function partOf(
  algorithm: Algorithm,
  { id, size, parameters }: Pick<Identity<Shape>, "id" | "size" | "parameters">,
): Part {
  if (id < size) return algorithm
  const place = rolePlaces(algorithm, size, parameters).find(({ first, count }) => id >= first && id < first + count)
  return place === undefined ? algorithm : rolesOf(algorithm)[place.name]!
}

/** The processes returned by `node.role`, the same for the whole group. */
export type RoleIds = ReadonlyMap<string, readonly NodeId[]>

export function roleIds(algorithm: WithRoles, size: number, parameters: Values): RoleIds {
  return new Map(
    rolePlaces(algorithm, size, parameters).map(({ name, first, count }) => [
      name,
      Array.from({ length: count }, (_, i) => first + i),
    ]),
  )
}

/** @throws Error if the algorithm has no such role */
export function idsOfRole(ids: RoleIds, name: string): readonly NodeId[] {
  const found = ids.get(name)
  if (found === undefined) throw new Error(`node.role("${name}"): there is no such role`)
  return found
}

/** The name of a role's process: `server`, or `store 1` if there are several. Undefined for members. */
export function roleNameOf(places: readonly RolePlace[], id: NodeId): string | undefined {
  const place = places.find(({ first, count }) => id >= first && id < first + count)
  if (place === undefined) return undefined
  return place.count === 1 ? place.name : `${place.name} ${id - place.first}`
}

/** The processes that a name stands for: all of a role (`store`), or one (`store 1`); may be empty. */
export function processesNamed(places: readonly RolePlace[], written: string): readonly NodeId[] {
  const [, name, index] = /^(\S+?)(?: (\d+))?$/.exec(written) ?? []
  const place = places.find(other => other.name === name)
  if (place === undefined) return []
  const ids = Array.from({ length: place.count }, (_, i) => place.first + i)
  return index === undefined ? ids : ids.slice(Number(index), Number(index) + 1)
}

/** The role in a name of its processes, or of one of them: `store` in `store 1`. */
export function roleNamed(written: string): string {
  return written.replace(/ \d+$/, "")
}
