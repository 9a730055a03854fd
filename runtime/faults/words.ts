/** Words of traces for whom a fault hits, and how much. */
import type { NodeId } from "../contract/ids.ts"

/** `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(6))} %`
}

/** `node 3`, `nodes 1, 3`. */
export function nodesInWords(nodes: readonly NodeId[]): string {
  return nodes.length === 1 ? `node ${nodes[0]}` : `nodes ${nodes.toSorted((a, b) => a - b).join(", ")}`
}

/** `disk of node 3`. */
export function disksInWords(nodes: readonly NodeId[]): string {
  return `disk of ${nodesInWords(nodes)}`
}

/** `clock of node 3`. */
export function clocksInWords(nodes: readonly NodeId[]): string {
  return `clock of ${nodesInWords(nodes)}`
}
