/**
 * Symmetry of nodes that differ only by their ids: declares where plain data contains ids, so that a host can rename
 * nodes and merge states that become equal.
 *
 * Nodes are not interchangeable if ids decide anything: ties, ballots, an order of succession, a ring.
 */
import type { NodeId } from "./ids.ts"

/** The new id of each node. Processes of roles keep theirs. */
export type Renaming = (node: NodeId) => NodeId

/** The fields that contain nodes, by name, anywhere in state, disks, messages and facts. */
export interface NodeFields {
  /** A node, or null; or a list, a set or a map of nodes. */
  readonly ids?: readonly string[]
  /** A list of nodes in ascending order that stands for a set. */
  readonly groups?: readonly string[]
  /** A list or a map with an entry for each node, by id. */
  readonly byId?: readonly string[]
}

/** Plain data with the nodes renamed. */
export function renamed<T>(value: T, fields: NodeFields, rename: Renaming): T
export function renamed(value: unknown, fields: NodeFields, rename: Renaming): unknown {
  const within = (inner: unknown): unknown => renamed(inner, fields, rename)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(within)
  if (value instanceof Set) return new Set([...value].map(within))
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, within(entry)]))
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      if (fields.ids?.includes(name) === true) return [name, ids(within(entry), rename)]
      if (fields.groups?.includes(name) === true) return [name, group(entry, rename)]
      return [name, fields.byId?.includes(name) === true ? entries(within(entry), rename) : within(entry)]
    }),
  )
}

function ids(value: unknown, rename: Renaming): unknown {
  if (typeof value === "number") return rename(value)
  if (Array.isArray(value)) return value.map(id => ids(id, rename))
  if (value instanceof Set) return new Set([...value].map(id => ids(id, rename)))
  if (value instanceof Map) return new Map([...value].map(([key, id]) => [key, ids(id, rename)]))
  return value
}

function group(value: unknown, rename: Renaming): unknown {
  if (!Array.isArray(value)) return value
  if (value.some((id, place) => place > 0 && id <= value[place - 1])) throw new Error(`${value.join()} is in no order`)
  return value.map((id: NodeId) => rename(id)).toSorted((a, b) => a - b)
}

/** Moves the entry of each node to its new id. */
function entries(value: unknown, rename: Renaming): unknown {
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [ids(key, rename), entry]))
  if (!Array.isArray(value)) return value
  const moved: unknown[] = Array.from({ length: value.length })
  for (const [id, entry] of value.entries()) moved[rename(id)] = entry
  return moved
}
