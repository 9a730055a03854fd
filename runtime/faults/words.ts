/** The words of traces for the targets of faults, and for amounts. */
import type { NodeId } from "../contract/ids.ts"
import type { FaultyRun } from "./run.ts"

/** `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(6))} %`
}

/** The part of a run that knows the names of roles' processes. */
type Group = Pick<FaultyRun, "size" | "nameOf">

/** `node 3`, `nodes 1, 3`, `nodes 1, 3, server`. */
export function nodesInWords(group: Group, nodes: readonly NodeId[]): string {
  const [first] = nodes
  if (nodes.length === 1 && first !== undefined) return group.nameOf(first)
  const ids = nodes.toSorted((a, b) => a - b)
  const names = ids.map(id => (id < group.size ? String(id) : group.nameOf(id)))
  return ids[0] === undefined || ids[0] < group.size ? `nodes ${names.join(", ")}` : names.join(", ")
}

/** `disk of node 3`. */
export function disksInWords(group: Group, nodes: readonly NodeId[]): string {
  return `disk of ${nodesInWords(group, nodes)}`
}

/** `clock of node 3`. */
export function clocksInWords(group: Group, nodes: readonly NodeId[]): string {
  return `clock of ${nodesInWords(group, nodes)}`
}
