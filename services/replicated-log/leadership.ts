/** Who leads, from what nodes report: the check that no two lead in one term, and the leader clients begin with. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Belief } from "../../runtime/contract/service.ts"
import type { CheckName } from "./description.ts"

/** Terms remembered; the oldest are forgotten. */
const REMEMBERED = 10_000

export class Leadership {
  readonly #leaderOf = new Map<number, NodeId>()
  readonly #violated: (check: CheckName, witness: string) => void
  /** The node that began to lead last. */
  last: NodeId | undefined
  /** How often a node began to lead. */
  count = 0

  constructor(violated: (check: CheckName, witness: string) => void) {
    this.#violated = violated
  }

  observe(node: NodeId, { leader, epoch }: Belief): void {
    if (leader !== node) return
    const other = this.#leaderOf.get(epoch)
    if (other === node) return
    this.last = node
    this.count++
    if (other !== undefined)
      this.#violated("one-leader-per-term", `nodes ${other} and ${node} both led in term ${epoch}`)
    this.#leaderOf.set(epoch, node)
    if (this.#leaderOf.size > REMEMBERED) this.#leaderOf.delete(this.#leaderOf.keys().next().value ?? epoch)
  }
}
