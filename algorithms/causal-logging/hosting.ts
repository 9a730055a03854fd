/** The determinants that a process has in its memory, and the processes that have them. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Determinant } from "../common/logging/types.ts"
import type { Carried, CausalNode, Hosted } from "./types.ts"

/** A determinant as this process has it, if it does. */
export function hostedOf({ state }: CausalNode, { process, place }: Determinant): Hosted | undefined {
  return state.hosted.find(({ determinant }) => determinant.process === process && determinant.place === place)
}

/** Keeps determinants that others have, too; no duplicates. */
export function host(node: CausalNode, carried: readonly Carried[]): void {
  for (const { determinant, hosts } of carried) {
    const known = hostedOf(node, determinant)
    if (known === undefined) {
      node.state.hosted.push({ determinant, hosts: new Set([...hosts, node.id]), isSaved: false })
    } else for (const each of hosts) known.hosts.add(each)
  }
}

/**
 * The determinants for the next message to a process: those that it lacks, and fewer than f+1 processes have. It counts as
 * having them from now on.
 */
export function determinantsFor({ state, parameters }: CausalNode, to: NodeId): readonly Carried[] {
  const carried = state.hosted.filter(({ hosts }) => hosts.size <= parameters.f && !hosts.has(to))
  return carried.map(({ determinant, hosts }) => {
    hosts.add(to)
    return { determinant, hosts: inOrder(hosts) }
  })
}

/** All of them, for a process that has lost its own. */
export function allDeterminants({ state }: CausalNode): readonly Carried[] {
  return state.hosted.map(({ determinant, hosts }) => ({ determinant, hosts: inOrder(hosts) }))
}

/** Forgets receipts that a process will never have to repeat: those before its checkpoint. */
export function forgetBefore({ state }: CausalNode, process: NodeId, first: number): void {
  const isUseless = ({ determinant }: Hosted): boolean => determinant.process === process && determinant.place < first
  if (state.hosted.some(isUseless)) state.hosted = state.hosted.filter(each => !isUseless(each))
}

function inOrder(hosts: ReadonlySet<NodeId>): readonly NodeId[] {
  return [...hosts].toSorted((one, other) => one - other)
}
