/**
 * Elections as operations: their requests, beginnings and completions.
 *
 * An election is complete once every live node connected with the leader believes in it in its epoch. It began when a
 * client asked for it; failing that, when its winner lost its leader, or with the present outage if that came later
 * (the winner may have been cut off long before).
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Micros } from "../../runtime/contract/units.ts"

export class Elections {
  /** From the election's beginning to its completion, in microseconds; unfinished ones are censored. */
  readonly latency = new Histogram()
  completed = 0
  /** Elections requested, or needed at the end, that nobody had won. */
  unfinished = 0
  /** Elections requested that were not held: the leader was asked and stayed, or the request got lost. */
  declined = 0
  changes = 0
  /** The number of times that clients asked for one. */
  rounds = 0
  readonly #measureFrom: Micros
  /** By node: the start of the election that it claims to have won, and the last epoch in which it was elected. */
  readonly #begun: Float64Array
  readonly #elected: Float64Array
  #asked: Micros | null = null
  /** True if the group has been without a leader since an election was requested. */
  #isHeld = false
  #last: NodeId | null = null

  /** Elections completed before `measureFrom` are not counted. */
  constructor(size: number, measureFrom: Micros) {
    this.#measureFrom = measureFrom
    this.#begun = new Float64Array(size)
    this.#elected = new Float64Array(size).fill(Number.NaN)
  }

  /** Clients ask for an election now. @param isLeaderless whether the group is without a leader already */
  ask(now: Micros, isLeaderless: boolean): void {
    this.#giveUp()
    this.#asked = now
    this.#isHeld = isLeaderless
    this.rounds++
  }

  /** The group is without a leader: a requested election is being held. */
  leaderMissed(): void {
    this.#isHeld = true
  }

  /** The leader goes down: an election requested but not yet held is unrelated to the one to come. */
  leaderDown(): void {
    if (this.#asked === null || this.#isHeld) return
    this.declined++
    this.#asked = null
  }

  /** A node begins to lead, having been without a leader since `lostSince`, in an outage since `outageSince`. */
  claim(leader: NodeId, now: Micros, lostSince: Micros | undefined, outageSince: Micros | undefined): void {
    this.#begun[leader] = lostSince === undefined ? now : Math.max(lostSince, outageSince ?? lostSince)
  }

  /** True if a node was already counted as elected in this epoch. */
  isKnown(leader: NodeId, epoch: number): boolean {
    return this.#elected[leader] === epoch
  }

  /** Everyone whom the leader reaches follows it. */
  complete(leader: NodeId, epoch: number, now: Micros): void {
    this.#elected[leader] = epoch
    const begun = this.#asked ?? this.#begun[leader]!
    const changed = this.#last !== leader
    this.#asked = null
    this.#last = leader
    if (now < this.#measureFrom) return
    this.completed++
    if (changed) this.changes++
    this.latency.record(now - begun)
  }

  /** Ends counting; `needed` is true during an outage, which only an election could end. */
  finish(needed: boolean): void {
    if (this.#asked !== null) this.#giveUp()
    else if (needed) this.#fail()
    this.#asked = null
  }

  /** The requested election, if any, was not won; or not held, if the group had a leader all the time. */
  #giveUp(): void {
    if (this.#asked === null) return
    if (this.#isHeld) this.#fail()
    else this.declined++
  }

  #fail(): void {
    this.unfinished++
    this.latency.recordOver()
  }
}
