/**
 * The meter of a run: sizes and counts of all messages, by these rules.
 *
 * - A unicast is one message; a broadcast to the others is n-1; a message to oneself is none.
 * - Replies count. A message to a crashed or cut-off node counts: it was sent.
 * - Messages between nodes are `protocol`, `heartbeat` (failure detection, without new content) or `retransmission`
 *   (sent before), as the algorithm declares them; messages between clients and nodes are `client`. These are counted
 *   separately.
 * - Counting starts when the warm-up ends.
 */
import type { Tagged } from "../contract/algorithm.ts"
import { MessageSizer } from "../process/message-size.ts"
import type { MessageCounts } from "../scenario/scenario.ts"
import type { RunDigest } from "./events/run-digest.ts"
import { purposeNumberOf, typeOf } from "./events/event-kinds.ts"
import type { RunPool } from "./pool.ts"

/** The purposes as numbers: see {@link purposeNumberOf}. */
const PROTOCOL = 0
const HEARTBEAT = 1
const RETRANSMISSION = 2
const CLIENT = 3
/** The counts of a type: messages by purpose, then bytes by purpose. */
const BYTES = 4
const ROW = 8

export class Meter {
  /** The algorithm's message types; elsewhere a type is known by its index here. */
  readonly types: readonly string[]
  /** The number of times that a handler's writes had to be made durable. */
  diskSyncs = 0
  /** Messages delivered to live nodes and to clients since the run began, including the warm-up. */
  delivered = 0
  /** Messages and bytes for each (type, purpose), and a row for messages of clients. */
  readonly #counts: Float64Array
  readonly #digest: RunDigest
  readonly #sizer: MessageSizer
  readonly #clientSizer: MessageSizer

  constructor(types: readonly string[], digest: RunDigest, { forms }: RunPool) {
    this.#digest = digest
    this.types = types
    this.#counts = new Float64Array((types.length + 1) * ROW)
    this.#sizer = new MessageSizer(types, forms)
    this.#clientSizer = new MessageSizer([], forms)
  }

  /** Adds the content of a message between nodes to the digest. @returns its size, in bytes */
  measure(type: number, message: Tagged): number {
    const bytes = this.#sizer.measure(type, message)
    if (this.#digest.isRecorded) this.#digest.recordContent(this.#sizer.contentHash, bytes)
    return bytes
  }

  /** Counts one message between nodes. @param kind the kind of its arrival */
  countMessage(kind: number, bytes: number): void {
    const purpose = purposeNumberOf(kind)
    // An invalid purpose does not hide a message: it counts as protocol.
    this.#count(typeOf(kind) * ROW + (purpose > RETRANSMISSION ? PROTOCOL : purpose), bytes)
  }

  /** Measures one message between a client and a node, and counts it. */
  countClientMessage(message: object): void {
    const sizer = this.#clientSizer
    const bytes = sizer.measure(sizer.typeOf(message), message)
    if (this.#digest.isRecorded) this.#digest.recordContent(sizer.contentHash, bytes)
    this.#count(this.types.length * ROW + CLIENT, bytes)
  }

  #count(place: number, bytes: number): void {
    const counts = this.#counts
    counts[place]!++
    counts[place + BYTES]! += bytes
  }

  /** Resets all counts except `delivered`. */
  reset(): void {
    this.#counts.fill(0)
    this.diskSyncs = 0
  }

  /** The number of protocol messages only: some services read it with each operation. */
  get protocolMessages(): number {
    return this.#ofAllTypes(PROTOCOL)
  }

  get messages(): MessageCounts {
    return named(purpose => this.#ofAllTypes(purpose))
  }

  get bytes(): MessageCounts {
    return named(purpose => this.#ofAllTypes(purpose + BYTES))
  }

  #ofAllTypes(place: number): number {
    let sum = 0
    for (let i = place; i < this.#counts.length; i += ROW) sum += this.#counts[i]!
    return sum
  }

  /** Protocol messages by type. */
  get protocolByType(): Record<string, number> {
    return Object.fromEntries(this.types.map((name, type) => [name, this.#counts[type * ROW + PROTOCOL]!]))
  }

  /** Messages between nodes by type, for all purposes. */
  get byType(): Record<string, number> {
    return Object.fromEntries(this.types.map((name, type) => [name, this.#ofAllPurposes(type)]))
  }

  #ofAllPurposes(type: number): number {
    let sum = 0
    for (let purpose = 0; purpose < BYTES; purpose++) sum += this.#counts[type * ROW + purpose]!
    return sum
  }
}

function named(count: (purpose: number) => number): MessageCounts {
  return {
    protocol: count(PROTOCOL),
    heartbeat: count(HEARTBEAT),
    retransmission: count(RETRANSMISSION),
    client: count(CLIENT),
  }
}
