/**
 * Searches for a leader: their duration, their number of epochs, and their cost.
 *
 * A search begins when no live node leads any more (at the end of the warm-up at the earliest), or when clients ask for
 * an election. It has found its first leader when a node begins to lead, and a stable one when the last election before
 * the next search, or the end of the run, is complete: everybody whom that leader reaches follows it.
 */
import type { Micros } from "../../runtime/contract/units.ts"

interface Search {
  readonly begun: Micros
  /** Protocol messages sent before. */
  readonly messages: number
  /** The highest epoch reported before. */
  readonly epoch: number
  /** The epochs reported since. */
  readonly epochs: Set<number>
  hasLeader: boolean
  /** The time since which all nodes follow the present leader; null while there is no such leader. */
  completed: Micros | null
}

/** Sums over the searches that found a leader within the measured time. */
interface Totals {
  found: number
  untilFirst: Micros
  epochs: number
  leaderless: number
  messages: number
  stable: number
  untilStable: Micros
}

export class Searches {
  readonly #end: Micros
  readonly #messages: () => number
  readonly #totals: Totals = {
    found: 0,
    untilFirst: 0,
    epochs: 0,
    leaderless: 0,
    messages: 0,
    stable: 0,
    untilStable: 0,
  }
  #search: Search | null = null
  #highestEpoch = 0
  /** Searches begun. */
  count = 0

  /** @param messages protocol messages sent so far since the end of the warm-up */
  constructor(end: Micros, messages: () => number) {
    this.#end = end
    this.#messages = messages
  }

  /** The group is without a leader, or is asked for another; a search may be under way already. */
  begin(now: Micros): void {
    if (now >= this.#end || this.#search?.hasLeader === false) return
    this.#close()
    this.count++
    this.#search = {
      begun: now,
      messages: this.#messages(),
      epoch: this.#highestEpoch,
      epochs: new Set(),
      hasLeader: false,
      completed: null,
    }
  }

  /** A loyal node reports an epoch. */
  reported(epoch: number): void {
    if (epoch > this.#highestEpoch) this.#highestEpoch = epoch
    const search = this.#search
    if (search !== null && !search.hasLeader && epoch > search.epoch) search.epochs.add(epoch)
  }

  /** A node begins to lead. */
  claimed(epoch: number, now: Micros): void {
    const search = this.#search
    if (search === null || now > this.#end) return
    search.completed = null
    if (search.hasLeader) return
    search.hasLeader = true
    search.epochs.delete(epoch)
    const totals = this.#totals
    totals.found++
    totals.untilFirst += now - search.begun
    totals.leaderless += search.epochs.size
    totals.epochs += search.epochs.size + 1
    totals.messages += this.#messages() - search.messages
  }

  /** All nodes that the leader reaches follow it; called once for each node that claims to lead. */
  completed(now: Micros): void {
    const search = this.#search
    if (search?.hasLeader === true) search.completed = now
  }

  /** The run is over. */
  finish(): void {
    this.#close()
  }

  /** Means over the searches; NaN where none found a leader. */
  get means() {
    const { found, untilFirst, epochs, leaderless, messages, stable, untilStable } = this.#totals
    return {
      first: untilFirst / found,
      stable: untilStable / stable,
      epochs: epochs / found,
      leaderless: leaderless / found,
      messages: messages / found,
    }
  }

  #close(): void {
    const { begun, completed = null } = this.#search ?? {}
    if (begun !== undefined && completed !== null) {
      this.#totals.stable++
      this.#totals.untilStable += completed - begun
    }
    this.#search = null
  }
}
