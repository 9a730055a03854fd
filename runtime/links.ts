/**
 * The network: which links are cut, which messages are lost, and how long the others take.
 *
 * The fate of a message depends on the run's seed, its link and its number on that link, and on nothing else: the
 * k-th message from node 0 to node 1 takes equally long whatever algorithm sent it and whatever happens elsewhere.
 */
import type { ClientId, NodeId } from "./algorithm.ts"
import { DelayTable } from "./latency.ts"
import { Raised } from "./raised.ts"
import { GOLDEN, mix, streamKey } from "./random.ts"
import type { Latency, Network } from "./scenario.ts"
import type { Micros } from "./units.ts"

/** In place of a delay: the message does not arrive, or arrives damaged. */
export const LOST = -1
export const CORRUPTED = -2

/** Tell the draws for one message apart. */
const CORRUPTION_SALT = 0x2545f491
const REORDERING_SALT = 0x5bd1e995

export class Links {
  readonly #size: number
  readonly #delays: DelayTable
  readonly #clientDelays: DelayTable
  readonly #delayKeys: Int32Array
  readonly #lossKeys: Int32Array
  /** Messages sent so far on each link, and on each client's links. */
  readonly #sent: Int32Array
  readonly #clientSent: number[] = []
  /** How many faults cut each link now; a link works at 0. */
  readonly #cuts: Uint16Array
  readonly #seed: number
  /** No link is cut and no message lost, doubled or held back now: a delay is all there is to draw. */
  isCalm = true
  /** The one delay of all messages while it is calm, or -1. */
  #calmDelay: Micros = -1
  #cutLinks = 0
  /** Whether any setting below is not 0 on some link. */
  #isRough = false
  /** Shares of messages, as 32-bit thresholds, by link. */
  readonly #loss: Raised
  readonly #corruption: Raised
  readonly #duplication: Raised
  readonly #reordering: Raised
  /** By how much messages are held back at most (reordering), or in any case. */
  readonly #holdBack: Raised
  readonly #extra: Raised

  constructor(size: number, network: Network, seed: number) {
    this.#size = size
    this.#seed = seed
    this.#delays = tableFor(network.latency)
    this.#clientDelays = tableFor(network.clientLatency ?? network.latency)
    const links = size * size
    this.#delayKeys = Int32Array.from({ length: links }, (_, link) => streamKey(seed, "network", link))
    this.#lossKeys = Int32Array.from({ length: links }, (_, link) => streamKey(seed, "loss", link))
    this.#sent = new Int32Array(links)
    this.#cuts = new Uint16Array(links)
    this.#loss = new Raised(threshold(network.loss), links)
    this.#duplication = new Raised(threshold(network.duplication), links)
    this.#corruption = new Raised(0, links)
    this.#reordering = new Raised(0, links)
    this.#holdBack = new Raised(0, links)
    this.#extra = new Raised(0, links)
    this.#noteSettings()
  }

  /** Draws the delay of the next message on a link, in microseconds, or `LOST` or `CORRUPTED`. */
  delay(from: NodeId, to: NodeId): Micros {
    const link = from * this.#size + to
    const number = this.#sent[link]!++
    if (this.#calmDelay >= 0) return this.#calmDelay
    const delay = this.#delays.draw(mix(this.#delayKeys[link]! + Math.imul(number, GOLDEN)))
    return this.isCalm ? delay : this.#disturbed(link, number, delay)
  }

  /** Draws the delay of a second copy of the message sent last on a link, or -1 if there is none. */
  duplicateDelay(from: NodeId, to: NodeId): Micros {
    const link = from * this.#size + to
    const below = this.#duplication.at(link)
    if (below === 0) return -1
    const bits = mix(mix(this.#lossKeys[link]! - Math.imul(this.#sent[link]!, GOLDEN)))
    return bits < below ? this.#delays.draw(mix(bits)) + this.#extra.at(link) : -1
  }

  /** Draws the delay of the next message between a client and a node, in either direction. */
  clientDelay(client: ClientId): Micros {
    const constant = this.#clientDelays.constant
    if (constant >= 0) return constant
    const number = this.#clientSent[client] ?? 0
    this.#clientSent[client] = number + 1
    return this.#clientDelays.draw(
      mix(streamKey(this.#seed, "network", this.#size * this.#size + client) + Math.imul(number, GOLDEN)),
    )
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return this.#cuts[from * this.#size + to] === 0
  }

  /** Cuts the link from one node to another; several cuts of one link need as many mends. */
  cut(from: NodeId, to: NodeId): void {
    this.#cuts[from * this.#size + to]!++
    this.#cutLinks++
    this.#noteDisturbance()
  }

  mend(from: NodeId, to: NodeId): void {
    this.#cuts[from * this.#size + to]!--
    this.#cutLinks--
    this.#noteDisturbance()
  }

  // Each of these changes links, or all of them (`null`), and returns how to take that back. Shares are 0..1.

  lose(share: number, links: readonly number[] | null): () => void {
    return this.#raise(this.#loss, threshold(share), links)
  }

  corrupt(share: number, links: readonly number[] | null): () => void {
    return this.#raise(this.#corruption, threshold(share), links)
  }

  duplicate(share: number, links: readonly number[] | null): () => void {
    return this.#raise(this.#duplication, threshold(share), links)
  }

  reorder(share: number, by: Micros, links: readonly number[] | null): () => void {
    const hold = this.#raise(this.#holdBack, by, links)
    const reorder = this.#raise(this.#reordering, threshold(share), links)
    return () => {
      hold()
      reorder()
    }
  }

  delayBy(by: Micros, links: readonly number[] | null): () => void {
    return this.#raise(this.#extra, by, links)
  }

  #raise(setting: Raised, value: number, links: readonly number[] | null): () => void {
    const lower = setting.raise(value, links)
    this.#noteSettings()
    return () => {
      lower()
      this.#noteSettings()
    }
  }

  /** What becomes of a message that would take `delay` on a calm network. */
  #disturbed(link: number, number: number, delay: Micros): Micros {
    const bits = mix(this.#lossKeys[link]! + Math.imul(number, GOLDEN))
    if (bits < this.#loss.at(link)) return LOST
    const corrupted = this.#corruption.at(link)
    if (corrupted > 0 && mix(bits ^ CORRUPTION_SALT) < corrupted) return CORRUPTED
    let late = delay + this.#extra.at(link)
    const reordered = this.#reordering.at(link)
    if (reordered > 0 && mix(bits ^ REORDERING_SALT) < reordered) {
      late += Math.ceil((mix(bits ^ GOLDEN) / 0x1_0000_0000) * this.#holdBack.at(link))
    }
    return late
  }

  #noteSettings(): void {
    const settings = [this.#loss, this.#corruption, this.#duplication, this.#reordering, this.#extra]
    this.#isRough = settings.some(({ most }) => most > 0)
    this.#noteDisturbance()
  }

  #noteDisturbance(): void {
    this.isCalm = this.#cutLinks === 0 && !this.#isRough
    this.#calmDelay = this.isCalm ? this.#delays.constant : -1
  }
}

function threshold(share: number): number {
  return Math.round(share * 0x1_0000_0000)
}

/** The number of a link in a group of `size` nodes, from 0. */
export function linkNumber(from: NodeId, to: NodeId, size: number): number {
  return from * size + to
}

/** Tables are pure functions of the model: one for all runs of a sweep. */
const tables = new Map<string, DelayTable>()

function tableFor(latency: Latency): DelayTable {
  const key = JSON.stringify(latency)
  let table = tables.get(key)
  if (table === undefined) {
    table = new DelayTable(latency)
    tables.set(key, table)
  }
  return table
}
