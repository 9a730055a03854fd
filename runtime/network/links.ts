/**
 * The network: cuts of links, losses and delays of messages.
 *
 * The fate of a message depends on the run's seed, its link and its number on that link, and on nothing else: the k-th
 * message from node 0 to node 1 has the same delay regardless of the algorithm that sent it and of events elsewhere.
 */
import type { ClientId, NodeId } from "../contract/algorithm.ts"
import { ClientLinks, type Disturbance } from "./client-links.ts"
import type { DelayTable } from "../lib/delay-table.ts"
import { DelayTables, regionOf } from "./delay-tables.ts"
import { distanceOf } from "./latency.ts"
import { LinkQueues } from "./link-queues.ts"
import { Overridable } from "./overridable.ts"
import { GOLDEN, mix, streamKey, type StreamPurpose } from "../lib/random.ts"
import type { Network, Regions } from "./network.ts"
import { linkNumber, placesOf } from "./places.ts"
import type { Micros } from "../contract/units.ts"

export { linkNumber } from "./places.ts"

/** Values in place of a delay: the message does not arrive, or arrives damaged. */
export const LOST = -1
export const CORRUPTED = -2

/** Distinguish the draws for one message. */
const CORRUPTION_SALT = 0x2545f491
const REORDERING_SALT = 0x5bd1e995

/** The random stream of losses between clients and nodes, numbered above those of all links between nodes. */
const CLIENT_STREAM = 0x7fff_ffff

/** The random streams of roles' links, numbered above those of the links between members, and of clients. */
const ROLE_STREAMS = 0x4000_0000

export class Links {
  /** The number of processes at the ends of links, and the number of members, which come first. */
  readonly #size: number
  readonly #members: number
  readonly #tables: DelayTables
  readonly #delays: DelayTable
  /** The delays of each link; null if all links are alike. */
  readonly #each: readonly DelayTable[] | null
  readonly #clientDelays: DelayTable
  readonly #regions: Regions | null
  readonly #delayKeys: Int32Array
  /** Created when the first message may be lost: most runs are calm to the end. */
  #lossKeys: Int32Array | undefined
  /** Messages sent so far on each link, and on each client's links. */
  readonly #sent: Int32Array
  readonly #clientSent: number[] = []
  readonly #clientTables: DelayTable[] = []
  /** The number of faults that cut each link now; a link works at 0. */
  readonly #cuts: Uint16Array
  readonly #seed: number
  /** The links between clients and nodes, as faults have them. */
  readonly clients: ClientLinks
  /** True if no link is cut and no message can be lost, duplicated or held back now: only delays are drawn. */
  isCalm = true
  /** The constant delay of all messages while calm, or -1. */
  #calmDelay: Micros = -1
  #cutLinks = 0
  /** True if any setting below is nonzero on some link. */
  #isRough = false
  /** Shares of messages, as 32-bit thresholds, by link. */
  readonly #loss: Overridable
  readonly #corruption: Overridable
  readonly #duplication: Overridable
  readonly #reordering: Overridable
  /** The maximum time for which messages are held back (reordering), and the fixed time. */
  readonly #holdBack: Overridable
  readonly #extra: Overridable
  /** The queues of messages on links; null if messages never queue. */
  readonly #queues: LinkQueues | null

  /**
   * @param size number of processes
   * @param members the number of members, which come first; delays between them do not depend on roles
   */
  constructor(size: number, network: Network, seed: number, tables = new DelayTables(), members = size) {
    this.#size = size
    this.#members = members
    this.#seed = seed
    this.clients = new ClientLinks(size, streamKey(seed, "loss", CLIENT_STREAM))
    this.#tables = tables
    this.#delays = tables.of(network.latency)
    this.#each = tables.ofLinks(network, size)
    this.#clientDelays = tables.of(network.clientLatency ?? network.latency)
    this.#regions = network.clientLatency === undefined ? (network.regions ?? null) : null
    const links = size * size
    this.#delayKeys = this.#keysOf("network")
    this.#sent = new Int32Array(links)
    this.#cuts = new Uint16Array(links)
    this.#loss = new Overridable(ofEachLink(network, size, "loss", network.loss, threshold), links)
    this.#duplication = new Overridable(ofEachLink(network, size, "duplication", network.duplication, threshold), links)
    this.#corruption = new Overridable(0, links)
    this.#reordering = new Overridable(0, links)
    this.#holdBack = new Overridable(0, links)
    this.#extra = new Overridable(0, links)
    const bandwidth = ofEachLink(network, size, "bandwidth", network.bandwidth ?? Infinity)
    const isBounded = typeof bandwidth !== "number" || bandwidth < Infinity
    this.#queues = isBounded || network.fifo === true ? new LinkQueues(links, bandwidth, network.fifo === true) : null
    this.#updateSettings()
  }

  /** Draws the delay of the next message on a link, in microseconds, or `LOST` or `CORRUPTED`. */
  delay(from: NodeId, to: NodeId): Micros {
    const link = from * this.#size + to
    const number = this.#sent[link]!++
    if (this.#calmDelay >= 0) return this.#calmDelay
    const table = this.#each === null ? this.#delays : this.#each[link]!
    const delay = table.draw(mix(this.#delayKeys[link]! + Math.imul(number, GOLDEN)))
    return this.isCalm ? delay : this.#disturbed(link, number, delay)
  }

  /** Draws the delay of a second copy of the message sent last on a link, or -1 if there is none. */
  duplicateDelay(from: NodeId, to: NodeId): Micros {
    const link = from * this.#size + to
    const below = this.#duplication.at(link)
    if (below === 0) return -1
    const bits = mix(mix(this.#lossKey(link) - Math.imul(this.#sent[link]!, GOLDEN)))
    const table = this.#each === null ? this.#delays : this.#each[link]!
    return bits < below ? table.draw(mix(bits)) + this.#extra.at(link) : -1
  }

  /**
   * The arrival time of a message sent now: after its delay, unless messages queue on the link.
   *
   * @param delay as drawn, which may be `LOST` or `CORRUPTED`: such messages use the link, too
   * @param isCopy true for a copy made by the network, which was not sent again
   */
  arrival(from: NodeId, to: NodeId, bytes: number, now: Micros, delay: Micros, isCopy = false): Micros {
    if (this.#queues === null) return now + delay
    return this.#queues.arrival(from * this.#size + to, isCopy ? 0 : bytes, now, delay)
  }

  /** Draws the delay of the next message between a client and a node, in either direction. */
  clientDelay(client: ClientId, node: NodeId): Micros {
    const table = this.#regions === null ? this.#clientDelays : this.#clientTable(this.#regions, client, node)
    if (table.constant >= 0) return table.constant
    const number = this.#clientSent[client] ?? 0
    this.#clientSent[client] = number + 1
    return table.draw(
      mix(streamKey(this.#seed, "network", this.#members * this.#members + client) + Math.imul(number, GOLDEN)),
    )
  }

  #clientTable(regions: Regions, client: ClientId, node: NodeId): DelayTable {
    const { clients } = regions
    const place = (client % clients.length) * this.#size + node
    let table = this.#clientTables[place]
    if (table === undefined) {
      table = this.#tables.of(distanceOf(regions, clients[client % clients.length]!, regionOf(regions, node)))
      this.#clientTables[place] = table
    }
    return table
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return this.#cuts[from * this.#size + to] === 0
  }

  /** True if no fault cuts the link from one end to another, each a node or a client. */
  works(from: NodeId, to: NodeId): boolean {
    return isOfClient(from, to) ? this.clients.isConnected(from, to) : this.isConnected(from, to)
  }

  /** The number of the link from one end to another, for the settings below. */
  numberOf(from: NodeId, to: NodeId): number {
    return isOfClient(from, to) ? this.clients.numberOf(from, to) : linkNumber(from, to, this.#size)
  }

  /** Cuts the link from one end to another; each cut of a link needs its own mend. */
  cut(from: NodeId, to: NodeId): void {
    if (isOfClient(from, to)) return this.clients.cut(from, to, 1)
    this.#cuts[from * this.#size + to]!++
    this.#cutLinks++
    this.#updateDisturbance()
  }

  mend(from: NodeId, to: NodeId): void {
    if (isOfClient(from, to)) return this.clients.cut(from, to, -1)
    this.#cuts[from * this.#size + to]!--
    this.#cutLinks--
    this.#updateDisturbance()
  }

  // Each of these changes the links of these numbers, or all between nodes (`null`), and returns a function that undoes
  // it. Shares are 0..1.

  lose(share: number, links: readonly number[] | null): () => void {
    return this.#override(this.#loss, threshold(share), links, "loss")
  }

  corrupt(share: number, links: readonly number[] | null): () => void {
    return this.#override(this.#corruption, threshold(share), links, "loss")
  }

  duplicate(share: number, links: readonly number[] | null): () => void {
    return this.#override(this.#duplication, threshold(share), links)
  }

  reorder(share: number, by: Micros, links: readonly number[] | null): () => void {
    const hold = this.#override(this.#holdBack, by, links)
    const reorder = this.#override(this.#reordering, threshold(share), links)
    return () => {
      hold()
      reorder()
    }
  }

  delayBy(by: Micros, links: readonly number[] | null): () => void {
    return this.#override(this.#extra, by, links, "delay")
  }

  /**
   * @param disturbance the corresponding disturbance of clients' links; absent: these are never duplicated or reordered
   */
  #override(
    setting: Overridable,
    value: number,
    links: readonly number[] | null,
    disturbance?: Disturbance,
  ): () => void {
    const between = links?.filter(link => link >= 0) ?? null
    const ofClients = links?.filter(link => link < 0) ?? []
    const isOfClients = disturbance !== undefined && ofClients.length > 0
    const calm = isOfClients ? this.clients.override(disturbance, value, ofClients) : undefined
    const lower = setting.override(value, between)
    this.#updateSettings()
    return () => {
      calm?.()
      lower()
      this.#updateSettings()
    }
  }

  /** The fate of a message that would take `delay` on a calm network. */
  #disturbed(link: number, number: number, delay: Micros): Micros {
    const bits = mix(this.#lossKey(link) + Math.imul(number, GOLDEN))
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

  #lossKey(link: number): number {
    this.#lossKeys ??= this.#keysOf("loss")
    return this.#lossKeys[link]!
  }

  /** The key of each link's own random stream. */
  #keysOf(purpose: StreamPurpose): Int32Array {
    const size = this.#size
    const members = this.#members
    const keys = new Int32Array(size * size)
    for (let link = 0; link < keys.length; link++) {
      const from = Math.floor(link / size)
      const to = link % size
      const stream = from < members && to < members ? from * members + to : ROLE_STREAMS + link
      keys[link] = streamKey(this.#seed, purpose, stream)
    }
    return keys
  }

  /** Messages sent so far from or to `count` processes from `first` on. */
  messagesOf(first: NodeId, count: number): number {
    const isOne = (id: number): boolean => id >= first && id < first + count
    const ends = (link: number) => [Math.floor(link / this.#size), link % this.#size]
    return this.#sent.reduce((sum, sent, link) => (ends(link).some(isOne) ? sum + sent : sum), 0)
  }

  #updateSettings(): void {
    const settings = [this.#loss, this.#corruption, this.#duplication, this.#reordering, this.#extra]
    this.#isRough = settings.some(({ most }) => most > 0)
    this.#updateDisturbance()
  }

  #updateDisturbance(): void {
    this.isCalm = this.#cutLinks === 0 && !this.#isRough
    this.#calmDelay = this.isCalm && this.#each === null ? this.#delays.constant : -1
  }
}

function isOfClient(from: NodeId, to: NodeId): boolean {
  return from < 0 || to < 0
}

function threshold(share: number): number {
  return Math.round(share * 0x1_0000_0000)
}

/** A setting by link where links differ, otherwise one value for all. */
function ofEachLink(
  { links }: Network,
  size: number,
  key: "loss" | "duplication" | "bandwidth",
  value: number,
  convert = (written: number): number => written,
): number | Float64Array {
  const own = (links ?? []).filter(link => link[key] !== undefined)
  if (own.length === 0) return convert(value)
  const each = new Float64Array(size * size).fill(convert(value))
  for (const link of own) for (const place of placesOf(link, size)) each[place] = convert(link[key] ?? value)
  return each
}
