/** The trees along whose edges messages travel, with node 0 as their root. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Raymond } from "./types.ts"

type Tree = Raymond["parameters"]["tree"]

/** The neighbour on the way to the root. */
export function parentOf(id: NodeId, tree: Tree): NodeId {
  if (tree === "line") return id - 1
  return tree === "star" ? 0 : Math.floor((id - 1) / 2)
}

/** All nodes with an edge to this one, by their ids. */
export function neighboursOf(id: NodeId, size: number, tree: Tree): readonly NodeId[] {
  const areNeighbours = (other: NodeId): boolean =>
    (id > 0 && parentOf(id, tree) === other) || (other > 0 && parentOf(other, tree) === id)
  return Array.from({ length: size }, (_, other) => other).filter(areNeighbours)
}
