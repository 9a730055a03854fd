/**
 * The beliefs that nodes last reported about who leads, and which of them are right.
 *
 * Traitors (nodes that no longer follow the algorithm because of a Byzantine fault) are neither asked nor waited for.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Belief, World } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"

const NOBODY = -1

/** A summary of one moment. */
export interface Opinion {
  /** Live nodes. */
  live: number
  /** Live nodes whose answer to "who leads?" is right. */
  right: number
  /** Live nodes that believe that they lead. */
  leaders: number
}

export class Beliefs {
  /** As of the last change; changed in place. */
  readonly opinion: Readonly<Opinion>
  readonly #opinion: Opinion = { live: 0, right: 0, leaders: 0 }
  readonly #world: World
  readonly #leader: Int32Array
  readonly #epoch: Float64Array
  /** Since when a node's answer has not been right; NaN while it is. */
  readonly #lostSince: Float64Array
  /** Flags for each node: it answers, and it is right; as counted in the opinion. */
  readonly #answered: Uint8Array
  readonly #right: Uint8Array

  constructor(world: World) {
    this.opinion = this.#opinion
    this.#world = world
    this.#leader = new Int32Array(world.size).fill(NOBODY)
    this.#epoch = new Float64Array(world.size)
    this.#lostSince = new Float64Array(world.size)
    this.#answered = new Uint8Array(world.size)
    this.#right = new Uint8Array(world.size)
    this.survey()
  }

  /** A node reports its new belief. O(1), or O(n) if it begins or ceases to lead. */
  adopt(node: NodeId, belief: Belief): void {
    const led = this.#leader[node] === node
    this.#leader[node] = belief.leader ?? NOBODY
    this.#epoch[node] = belief.epoch
    if (led || belief.leader === node || !this.#answered[node]) this.survey()
    else this.#judge(node)
  }

  /**
   * The node lost its memory and believes in nobody. Once it is back, its time without a leader counts from its return.
   */
  forget(node: NodeId): void {
    this.#leader[node] = NOBODY
    this.#lostSince[node] = Number.NaN
    this.survey()
  }

  /** The epoch in which a node believes that it leads; `undefined` if it is down or does not. */
  leadsIn(node: NodeId): number | undefined {
    return this.#world.isUp(node) && this.#leader[node] === node ? this.#epoch[node] : undefined
  }

  /** True if a node, which may have gone down just now, believes that it leads. */
  hasLed(node: NodeId): boolean {
    return this.#leader[node] === node
  }

  /** The time since which a node has been up without a correct belief; `undefined` if its belief is right. */
  lostSince(node: NodeId): Micros | undefined {
    const since = this.#lostSince[node]!
    return Number.isNaN(since) ? undefined : since
  }

  /** Asks every live node who leads: after a fault, or when a node begins or ceases to lead. O(n). */
  survey(): void {
    const opinion = this.#opinion
    opinion.live = 0
    opinion.right = 0
    opinion.leaders = 0
    for (let node = 0; node < this.#world.size; node++) {
      this.#right[node] = 0
      this.#answered[node] = this.#answers(node) ? 1 : 0
      if (!this.#answered[node]) continue
      opinion.live++
      if (this.#leader[node] === node) opinion.leaders++
      this.#judge(node)
    }
  }

  /** True if every live node connected with `leader` believes in it, in the epoch in which it leads. O(n). */
  isFollowedByAll(leader: NodeId): boolean {
    for (let node = 0; node < this.#world.size; node++) {
      if (!this.#answers(node) || !this.#areConnected(node, leader)) continue
      if (this.#leader[node] !== leader || this.#epoch[node] !== this.#epoch[leader]) return false
    }
    return true
  }

  /** Counts whether a node that answers is right now. */
  #judge(node: NodeId): void {
    const right = this.#isRight(node)
    this.#opinion.right += Number(right) - this.#right[node]!
    this.#right[node] = Number(right)
    if (right) this.#lostSince[node] = Number.NaN
    else if (Number.isNaN(this.#lostSince[node]!)) this.#lostSince[node] = this.#world.now()
  }

  #answers(node: NodeId): boolean {
    return this.#world.isUp(node) && this.#world.isLoyal(node)
  }

  #isRight(node: NodeId): boolean {
    const leader = this.#leader[node]!
    return leader !== NOBODY && this.#world.isConnected(node, leader) && this.leadsIn(leader) !== undefined
  }

  #areConnected(a: NodeId, b: NodeId): boolean {
    return this.#world.isConnected(a, b) && this.#world.isConnected(b, a)
  }
}
