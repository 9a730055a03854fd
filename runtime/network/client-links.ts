/**
 * The links between clients and nodes under faults: cut, lossy or slow. Without such a fault they only have a delay.
 *
 * Few faults name clients, and they name few: links are stored by number, only while a fault affects them.
 */
import { clientAt, type NodeId } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
import { GOLDEN, mix } from "../lib/random.ts"

/** A share of messages, or a delay, that a fault imposes on some links. */
interface Override {
  readonly value: number
  readonly links: ReadonlySet<number>
}

/** Settings that faults override. A message to or from a client that is damaged is lost. */
export type Disturbance = "loss" | "delay"

export class ClientLinks {
  /** No link is cut, lossy or slowed down now. */
  isCalm = true
  readonly #nodes: number
  readonly #key: number
  /** The number of faults that cut each link now; absent: none. */
  readonly #cuts = new Map<number, number>()
  readonly #overrides: Readonly<Record<Disturbance, Set<Override>>> = { loss: new Set(), delay: new Set() }
  /** The number of messages on each link whose fate was drawn. */
  readonly #drawn = new Map<number, number>()

  /**
   * @param nodes number of processes to which clients have links
   * @param key of the random stream from which losses are drawn
   */
  constructor(nodes: number, key: number) {
    this.#nodes = nodes
    this.#key = key
  }

  /** The number of a link with a client at one end: negative, unlike those of links between nodes. */
  numberOf(from: NodeId, to: NodeId): number {
    const client = clientAt(from) ?? clientAt(to) ?? 0
    const isTowardsNode = from < 0
    const node = isTowardsNode ? to : from
    return -1 - (2 * (client * this.#nodes + node) + (isTowardsNode ? 0 : 1))
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return !this.#cuts.has(this.numberOf(from, to))
  }

  /** Cuts a link (1), or undoes one cut of it (-1). */
  cut(from: NodeId, to: NodeId, by: 1 | -1): void {
    const link = this.numberOf(from, to)
    const cuts = (this.#cuts.get(link) ?? 0) + by
    if (cuts === 0) this.#cuts.delete(link)
    else this.#cuts.set(link, cuts)
    this.#updateCalm()
  }

  /** Overrides a setting on links: it becomes at least `value`. @returns a function that undoes it */
  override(disturbance: Disturbance, value: number, links: readonly number[]): () => void {
    const override = { value, links: new Set(links) }
    this.#overrides[disturbance].add(override)
    this.#updateCalm()
    return () => {
      this.#overrides[disturbance].delete(override)
      this.#updateCalm()
    }
  }

  /** The delay of a message that would take `delay` on a calm network; undefined if it does not arrive. */
  disturbed(from: NodeId, to: NodeId, delay: Micros): Micros | undefined {
    const link = this.numberOf(from, to)
    if (this.#cuts.has(link)) return undefined
    const loss = this.#at("loss", link)
    return loss > 0 && this.#draw(link) < loss ? undefined : delay + this.#at("delay", link)
  }

  #draw(link: number): number {
    const number = this.#drawn.get(link) ?? 0
    this.#drawn.set(link, number + 1)
    return mix(mix(this.#key ^ Math.imul(link, GOLDEN)) + Math.imul(number, GOLDEN))
  }

  /** The largest of the values in force on a link. */
  #at(disturbance: Disturbance, link: number): number {
    let most = 0
    for (const { value, links } of this.#overrides[disturbance]) if (links.has(link)) most = Math.max(most, value)
    return most
  }

  #updateCalm(): void {
    this.isCalm = this.#cuts.size + this.#overrides.loss.size + this.#overrides.delay.size === 0
  }
}
