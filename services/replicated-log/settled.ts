/**
 * Judges whether the group has settled: all nodes are up, reach the leader and believe in it, and it has been calm long
 * enough for all log entries to be executed. Only then is the end of the executed entries the end of the log.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Belief, World } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** The calm required, in deadlines of an operation, without a fault, a change of leader or an executed entry. */
const CALM_DEADLINES = 4

const NOBODY = -1

export class Settled {
  readonly #world: World
  readonly #calm: Micros
  readonly #leader: Int32Array
  readonly #epoch: Float64Array
  /** When a belief, a fault or an executed entry was last reported. */
  #changedAt: Micros = 0
  /** When each node last executed an entry since it booted; NaN if it has not. */
  readonly #appliedAt: Float64Array
  /** When each node's belief last changed. */
  readonly #believedAt: Float64Array

  /** @param deadline an operation ends at most this long after it began */
  constructor(world: World, deadline: Micros) {
    this.#world = world
    this.#calm = CALM_DEADLINES * deadline
    this.#leader = new Int32Array(world.size).fill(NOBODY)
    this.#epoch = new Float64Array(world.size)
    this.#appliedAt = new Float64Array(world.size).fill(Number.NaN)
    this.#believedAt = new Float64Array(world.size)
  }

  applied(node: NodeId): void {
    this.#changedAt = this.#world.now()
    this.#appliedAt[node] = this.#changedAt
  }

  believes(node: NodeId, { leader, epoch }: Belief): void {
    this.#changedAt = this.#world.now()
    this.#leader[node] = leader ?? NOBODY
    this.#epoch[node] = epoch
    this.#believedAt[node] = this.#changedAt
  }

  nodeDown(node: NodeId): void {
    this.#leader[node] = NOBODY
    this.#appliedAt[node] = Number.NaN
    this.#changedAt = this.#world.now()
  }

  faultOccurred(): void {
    this.#changedAt = this.#world.now()
  }

  /** True if the group has settled by now; this also requires that the leader has executed an entry while it led. */
  isSettled(): boolean {
    const world = this.#world
    if (world.now() - this.#changedAt < this.#calm) return false
    const leader = this.#leader[0]!
    if (leader === NOBODY || !(this.#appliedAt[leader]! >= this.#believedAt[leader]!)) return false
    for (let node = 0; node < world.size; node++) {
      if (!world.isUp(node) || !world.isLoyal(node)) return false
      if (!world.isConnected(node, leader) || !world.isConnected(leader, node)) return false
      if (this.#leader[node] !== leader || this.#epoch[node] !== this.#epoch[leader]) return false
    }
    return true
  }
}
