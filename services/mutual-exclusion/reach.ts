/**
 * Determines which node could have been served in place of another: the basis for judging unfairness while faults
 * separate nodes.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Oracle } from "../../runtime/contract/service.ts"

/** The nodes as reach depends on them. */
type Nodes = Pick<Oracle, "size" | "processes" | "isUp" | "isLoyal" | "isConnected">

/** Answers are cached until the next fault: nothing else changes which nodes are up, loyal and connected. */
export class Reach {
  readonly #nodes: Nodes
  readonly #known = new Map<number, boolean>()

  constructor(nodes: Nodes) {
    this.#nodes = nodes
  }

  /** A fault, or its end, changed which nodes are up or connected. */
  changed(): void {
    this.#known.clear()
  }

  /**
   * True if a waiting node could have been served instead of the one that entered: it is up and loyal, the two reach
   * each other, and it exchanges messages with every live process with which the other one does (any of them may be the
   * one that grants).
   */
  couldHaveBeenServed(waits: NodeId, entered: NodeId): boolean {
    const pair = waits * this.#nodes.size + entered
    const known = this.#known.get(pair)
    if (known !== undefined) return known
    const could = this.#could(waits, entered)
    this.#known.set(pair, could)
    return could
  }

  #could(waits: NodeId, entered: NodeId): boolean {
    const nodes = this.#nodes
    if (!nodes.isUp(waits) || !nodes.isLoyal(waits) || !this.#areConnected(waits, entered)) return false
    for (let node = 0; node < nodes.processes; node++) {
      if (nodes.isUp(node) && this.#areConnected(entered, node) && !this.#areConnected(waits, node)) return false
    }
    return true
  }

  #areConnected(a: NodeId, b: NodeId): boolean {
    return this.#nodes.isConnected(a, b) && this.#nodes.isConnected(b, a)
  }
}
