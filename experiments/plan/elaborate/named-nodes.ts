/** Resolves nodes as a spec names them: by id, or processes by the name of their role. */
import { clientAt, clientNamed } from "../../../runtime/contract/ids.ts"
import { processesNamed, type RolePlace } from "../../../runtime/process/parts.ts"
import { didYouMean, shown } from "../../../lib/problems.ts"
import type { Path } from "../../../lib/source.ts"
import type { NamedNode } from "../schema/named-node.ts"

/** The nodes that names stand for, at one point of the sweep and for one algorithm. */
export interface Names {
  /** Number of members. */
  readonly nodes: number
  /** The roles of the algorithm, and the role names of all algorithms of the spec. */
  readonly roles: readonly RolePlace[]
  readonly roleNames: readonly string[]
  /** True if clients may be named, too: `client 0`. */
  readonly mayBeClients?: boolean
  /** The offices of the algorithm, and the office names of all algorithms of the spec. */
  readonly offices: readonly string[]
  readonly officeNames: readonly string[]
  report(path: Path, message: string): void
}

/**
 * The processes that a name stands for; none if it is a role that only other algorithms of the spec have.
 *
 * @returns `undefined` after reporting that there is no such node
 */
export function idsOf(written: NamedNode, path: Path, names: Names): readonly number[] | undefined {
  const { nodes, roles, roleNames, report } = names
  if (typeof written === "number") {
    if (written < nodes) return [written]
    report(path, `found node ${written}, but with n = ${nodes} the last node is ${nodes - 1}`)
    return undefined
  }
  const client = names.mayBeClients === true ? clientNamed(written) : undefined
  const ids = client === undefined ? processesNamed(roles, written) : [client]
  const isOfOthers = !roles.some(({ name }) => name === roleOf(written)) && roleNames.includes(roleOf(written))
  if (ids.length > 0 || isOfOthers) return ids
  report(path, `found ${shown(written)}, expected ${expectedOf(names)}${didYouMean(written, roleNames)}`)
  return undefined
}

/** The union of the processes that several names stand for. @returns `undefined` after reporting what is wrong */
export function allIdsOf(written: readonly NamedNode[], path: Path, names: Names): readonly number[] | undefined {
  const found = written.map((name, index) => idsOf(name, [...path, index], names))
  return found.every(ids => ids !== undefined) ? found.flat() : undefined
}

/**
 * The ends of a link.
 *
 * @returns `undefined` after reporting what is wrong, and null if the link leads to a role that only other algorithms have
 */
export function linkOf(
  written: readonly [NamedNode, NamedNode],
  path: Path,
  names: Names,
): readonly [number, number] | null | undefined {
  const ends = written.map(end => (typeof end === "number" ? [end] : idsOf(end, path, names)))
  const [from, to] = ends
  if (from === undefined || to === undefined) return undefined
  if (from.length === 0 || to.length === 0) return null
  const many = ends.findIndex(ids => ids !== undefined && ids.length > 1)
  if (many >= 0) {
    const name = String(written[many])
    names.report(path, `${name} has ${ends[many]?.length} processes; name one of them, such as "${name} 0"`)
    return undefined
  }
  const isThere = (end: number, name: NamedNode): boolean => typeof name === "string" || end < names.nodes
  const areClients = from[0]! < 0 && to[0]! < 0
  if (from[0] !== to[0] && !areClients && isThere(from[0]!, written[0]) && isThere(to[0]!, written[1]))
    return [from[0]!, to[0]!]
  const found = `[${written.join(", ")}]`
  names.report(
    path,
    `found ${found}, expected two different nodes from 0 to ${names.nodes - 1}${orRole({ ...names, mayBeClients: false })}`,
  )
  return undefined
}

/** Rejects faults that name clients which a closed loop does not have; an open loop opens as many sessions as it needs. */
export function checkClients(
  { faults = [] }: { readonly faults?: readonly object[] },
  { mode, clients }: Readonly<Record<string, unknown>>,
  report: Names["report"],
): void {
  if (mode !== "closed" || typeof clients !== "number") return
  for (const [index, fault] of faults.entries()) {
    const named = [...JSON.stringify(fault).matchAll(/"client (\d+)"/g)].map(([, number]) => Number(number))
    const beyond = named.find(client => client >= clients)
    if (beyond === undefined) continue
    const last = clients === 1 ? "the only client is client 0" : `the last client is client ${clients - 1}`
    report(["faults", index], `found client ${beyond}, but with workload.clients = ${clients} ${last}`)
  }
}

/** The end of a link as printed: a node's id, or `client 0`. */
export function endName(end: number): string {
  const client = clientAt(end)
  return client === undefined ? String(end) : `client ${client}`
}

function roleOf(written: string): string {
  return written.replace(/ \d+$/, "")
}

function expectedOf(names: Names): string {
  return `a node from 0 to ${names.nodes - 1}${orRole(names)}`
}

/** ` or server`, ` or client 0`: what else may be named; empty if nothing. */
function orRole({ roleNames, mayBeClients }: Names): string {
  const others = [...roleNames, ...(mayBeClients === true ? ["client 0"] : [])]
  return others.length === 0 ? "" : ` or ${others.join(", ")}`
}
