/** The facts that nodes report, for observer and service, and the leader that each node believes in. */
import type { NodeId, Tagged } from "../contract/algorithm.ts"
import type { Belief } from "../contract/service.ts"
import type { Shared } from "./shared.ts"

export class Facts {
  /** Whom each node believes to lead (-1: nobody). */
  readonly believed: Int32Array
  readonly #shared: Shared

  constructor(shared: Shared) {
    this.believed = new Int32Array(shared.scenario.nodes).fill(-1)
    this.#shared = shared
  }

  /** A node reports a fact. */
  observe(node: NodeId, fact: Tagged): void {
    const { observer, queue, service } = this.#shared
    if (isBelief(fact)) this.#noteBelief(node, fact)
    if (observer !== undefined) observer({ type: "fact", time: queue.time, node, fact })
    service.observe(node, fact)
  }

  /**
   * The live node that most live nodes believe to lead, the lowest of several; undefined if there is none.
   *
   * @param nodes the members
   */
  leaderAmong(nodes: readonly { readonly id: NodeId; readonly up: boolean }[]): NodeId | undefined {
    const votes = new Int32Array(nodes.length)
    for (const { id, up } of nodes) if (up && this.believed[id]! >= 0) votes[this.believed[id]!]!++
    let leader: NodeId | undefined
    for (const { id, up } of nodes) {
      if (up && votes[id]! > (leader === undefined ? 0 : votes[leader]!)) leader = id
    }
    return leader
  }

  #noteBelief(node: NodeId, { leader }: Belief): void {
    const before = this.believed[node]
    this.believed[node] = leader ?? -1
    if (leader === node && before !== node) this.#shared.faults.leaderElected(node)
  }
}

function isBelief(fact: Tagged): fact is Belief {
  return fact.type === "believes"
}
