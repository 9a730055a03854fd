/** Rounds: whose turn it is once all messages have arrived, and which have to arrive before. */
import type { NodeId } from "../contract/algorithm.ts"
import type { Steps } from "./steps.ts"

/** In place of a sender: the message is a client's. */
const NO_NODE = -1

export class Rounds {
  readonly #steps: Steps
  readonly #actors: number
  readonly #traitors: readonly NodeId[]
  /** By event, its sender. */
  readonly #senders: (NodeId | undefined)[] = []

  constructor(steps: Steps, actors: number, traitors: readonly NodeId[] = []) {
    this.#steps = steps
    this.#actors = actors
    this.#traitors = traitors
  }

  /**
   * True if the sender of a message is alive and loyal, so that the message arrives.
   *
   * @param row the place of the state in `words`
   */
  isCorrect(words: Int32Array, row: number, event: number): boolean {
    const sender = (this.#senders[event] ??= this.#senderOf(event))
    return sender === NO_NODE || !(this.#traitors.includes(sender) || this.#steps.isDead(words[row + sender]!))
  }

  /** The turn of the first process from one on with a timer; 0: there is none. */
  turnFrom(words: Int32Array, row: number, first: NodeId): number {
    for (let id = first; id < this.#actors; id++) if (this.#steps.armedOf(words[row + id]!).length > 0) return id + 1
    return 0
  }

  #senderOf(event: number): NodeId {
    const { happening } = this.#steps.occurrenceOf(event)
    return happening.type === "receive" ? happening.from : NO_NODE
  }
}
