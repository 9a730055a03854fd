/** Who could have been served in whose place: what unfairness is judged by while faults keep nodes apart. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Oracle } from "../../runtime/contract/service.ts"

/** The nodes as reach depends on them. */
type Nodes = Pick<Oracle, "size" | "processes" | "isUp" | "isLoyal" | "isConnected">

/** Answers are kept until the next fault: nothing else changes who is up, loyal and connected. */
export class Reach {
  readonly #nodes: Nodes
  readonly #known = new Map<number, boolean>()

  constructor(nodes: Nodes) {
    this.#nodes = nodes
  }

  /** A fault, or the end of one, changed who is up or who reaches whom. */
  changed(): void {
    this.#known.clear()
  }

  /**
   * True if a node that waits could have been served where another one was: it is up and loyal, the two reach each other,
   * and it exchanges messages with every live process that the other one does (whoever grants may be any of them).
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
