/** Counts the faults under way at each node, by kind: their common effect ends with the last of them. */
import type { NodeId } from "../contract/algorithm.ts"

export class UnderWay {
  readonly #counts = new Map<string, number>()

  begin(kind: string, node: NodeId): void {
    this.#add(kind, node, 1)
  }

  /** @returns the number of faults of this kind that remain at the node */
  end(kind: string, node: NodeId): number {
    return this.#add(kind, node, -1)
  }

  #add(kind: string, node: NodeId, change: number): number {
    const key = `${kind} ${node}`
    const count = (this.#counts.get(key) ?? 0) + change
    this.#counts.set(key, count)
    return count
  }
}
