/**
 * The links between clients and nodes as faults have them: cut, lossy or slow. Without such a fault they only take their time.
 *
 * Few faults name clients, and few clients are named: links are kept by number, for as long as something is wrong with them.
 */
import { clientAt, type NodeId } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
import { GOLDEN, mix } from "../lib/random.ts"

/** A share of messages, or a delay, that a fault imposes on some links. */
interface Override {
  readonly value: number
  readonly links: ReadonlySet<number>
}

/** Settings that faults override. Whatever is damaged on its way to or from a client is lost. */
export type Disturbance = "loss" | "delay"

export class ClientLinks {
  /** No link is cut, lossy or slowed down now. */
  isCalm = true
  readonly #nodes: number
  readonly #key: number
  /** The number of faults that cut each link now; absent: none. */
  readonly #cuts = new Map<number, number>()
  readonly #overrides: Readonly<Record<Disturbance, Set<Override>>> = { loss: new Set(), delay: new Set() }
  /** Messages on each link whose fate was drawn. */
  readonly #drawn = new Map<number, number>()

  /**
   * @param nodes number of processes that clients have links to
   * @param key of the random stream from which losses are drawn
   */
  constructor(nodes: number, key: number) {
    this.#nodes = nodes
    this.#key = key
  }

  /** The number of a link, of which one end is a client: below 0, unlike those of links between nodes. */
  numberOf(from: NodeId, to: NodeId): number {
    const client = clientAt(from) ?? clientAt(to) ?? 0
    const isTowardsNode = from < 0
    const node = isTowardsNode ? to : from
    return -1 - (2 * (client * this.#nodes + node) + (isTowardsNode ? 0 : 1))
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return !this.#cuts.has(this.numberOf(from, to))
  }

  /** Cuts a link (1), or takes one cut of it back (-1). */
  cut(from: NodeId, to: NodeId, by: 1 | -1): void {
    const link = this.numberOf(from, to)
    const cuts = (this.#cuts.get(link) ?? 0) + by
    if (cuts === 0) this.#cuts.delete(link)
    else this.#cuts.set(link, cuts)
    this.#updateCalm()
  }

  /** Overrides a setting on links: it is at least `value`. @returns how to take it back */
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

  /** Of several values that hold on one link at the same time, the largest counts. */
  #at(disturbance: Disturbance, link: number): number {
    let most = 0
    for (const { value, links } of this.#overrides[disturbance]) if (links.has(link)) most = Math.max(most, value)
    return most
  }

  #updateCalm(): void {
    this.isCalm = this.#cuts.size + this.#overrides.loss.size + this.#overrides.delay.size === 0
  }
}
