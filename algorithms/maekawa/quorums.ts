/**
 * Maekawa's quorums: every node has a set of nodes, itself included, and any two of these sets have a node in common.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"

export type Construction = "plane" | "grid"

/**
 * Perfect difference sets: every residue but 0 of K(K-1)+1 is the difference of just one pair of the K members. Shifted by i
 * they are the lines of a finite projective plane, any two of which meet in one point.
 */
export const DIFFERENCE_SETS: readonly (readonly number[])[] = [
  [0, 1],
  [0, 1, 3],
  [0, 1, 3, 9],
  [0, 1, 4, 14, 16],
  [0, 1, 3, 8, 12, 18],
  [0, 1, 3, 13, 32, 36, 43, 52],
  [0, 1, 3, 7, 15, 31, 36, 54, 63],
  [0, 1, 3, 9, 27, 49, 56, 61, 77, 81],
]

/**
 * The quorum of a node: its line of the smallest plane that has room for n nodes (n up to 91, otherwise of a grid), or its
 * row and its column in the smallest square grid that has.
 *
 * If n is smaller than the plane or the grid, the nodes missing there are played by others: node j by node j mod n. Two
 * quorums have a node in common then, too.
 *
 * @returns ids in ascending order, the node's own among them
 */
export function quorumOf(id: NodeId, size: number, construction: Construction): readonly NodeId[] {
  const differences = DIFFERENCE_SETS.find(set => pointsOf(set) >= size)
  const members =
    construction === "plane" && differences !== undefined ? lineOf(id, differences) : rowAndColumnOf(id, size)
  return [...new Set(members.map(member => member % size))].toSorted((a, b) => a - b)
}

/** The number of points of a plane: n = K(K-1)+1. */
function pointsOf({ length }: readonly number[]): number {
  return length * (length - 1) + 1
}

function lineOf(id: NodeId, differences: readonly number[]): readonly number[] {
  return differences.map(difference => (id + difference) % pointsOf(differences))
}

function rowAndColumnOf(id: NodeId, size: number): readonly number[] {
  const side = Math.ceil(Math.sqrt(size))
  const column = id % side
  const row = (id - column) / side
  const steps = Array.from({ length: side }, (_, step) => step)
  return steps.flatMap(step => [row * side + step, step * side + column])
}
