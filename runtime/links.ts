/**
 * The network: which links are cut, which messages are lost, and how long the others take.
 *
 * The fate of a message depends on the run's seed, its link and its number on that link, and on nothing else: the
 * k-th message from node 0 to node 1 takes equally long whatever algorithm sent it and whatever happens elsewhere.
 */
import type { ClientId, NodeId } from "./algorithm.ts"
import { DelayTable } from "./latency.ts"
import { GOLDEN, mix, streamKey } from "./random.ts"
import type { Latency, Network } from "./scenario.ts"
import type { Micros } from "./units.ts"

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
  /** No link is cut and no message lost or doubled now: delays are all there is to draw. */
  isCalm: boolean
  #cutLinks = 0
  /** Shares as 32-bit thresholds. */
  #lossBelow: number
  readonly #duplicationBelow: number

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
    this.#lossBelow = threshold(network.loss)
    this.#duplicationBelow = threshold(network.duplication)
    this.isCalm = this.#lossBelow === 0 && this.#duplicationBelow === 0
  }

  /** Draws the delay of the next message on a link, in microseconds, or -1 if it is lost. */
  delay(from: NodeId, to: NodeId): Micros {
    const link = from * this.#size + to
    const number = this.#sent[link]!++
    if (this.#lossBelow > 0 && mix(this.#lossKeys[link]! + Math.imul(number, GOLDEN)) < this.#lossBelow) return -1
    const constant = this.#delays.constant
    return constant >= 0 ? constant : this.#delays.draw(mix(this.#delayKeys[link]! + Math.imul(number, GOLDEN)))
  }

  /** Draws the delay of a second copy of the message sent last on a link, or -1 if there is none. */
  duplicateDelay(from: NodeId, to: NodeId): Micros {
    if (this.#duplicationBelow === 0) return -1
    const link = from * this.#size + to
    const bits = mix(mix(this.#lossKeys[link]! - Math.imul(this.#sent[link]!, GOLDEN)))
    return bits < this.#duplicationBelow ? this.#delays.draw(mix(bits)) : -1
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

  /** Sets the share of messages between nodes that are lost, 0..1. */
  setLoss(share: number): void {
    this.#lossBelow = threshold(share)
    this.#noteDisturbance()
  }

  #noteDisturbance(): void {
    this.isCalm = this.#cutLinks === 0 && this.#lossBelow === 0 && this.#duplicationBelow === 0
  }
}

function threshold(share: number): number {
  return Math.round(share * 0x1_0000_0000)
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
