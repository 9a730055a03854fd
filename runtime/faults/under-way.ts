/** Counts of the faults under way at each node, by kind: what several began is over with the last of them. */
import type { NodeId } from "../contract/algorithm.ts"

export class UnderWay {
  readonly #counts = new Map<string, number>()

  begin(kind: string, node: NodeId): void {
    this.#add(kind, node, 1)
  }

  /** @returns how many of this kind remain at the node */
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
