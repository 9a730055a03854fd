/** Matches each arrival or loss with the message that was sent. */
import type { DropReason } from "../../runtime/simulation/trace.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { type Fate, FATES, type Messages, PURPOSES } from "./trace.ts"

const NUMBER_OF_FATE = new Map<Fate, number>(FATES.map((fate, index) => [fate, index]))

/** A kind of message that arrives at an end of a link. Ends are nodes, or -1 - client. */
export interface Arrival {
  readonly from: number
  readonly to: number
  readonly content: object
  readonly type: string
}

/** A kind of message that is sent to an end, with its purpose. */
export interface Sending extends Arrival {
  readonly purpose: (typeof PURPOSES)[number]
  /** The client's operation that it serves. */
  readonly operation?: number | undefined
}

export class MessageBook {
  readonly #messages: Messages
  readonly #types: string[]
  readonly #numberOfType = new Map<string, number>()
  /** The messages on each link that have not ended, oldest first. */
  readonly #pending = new Map<number, number[]>()

  constructor(messages: Messages, types: string[]) {
    this.#messages = messages
    this.#types = types
  }

  /** @returns the message's number */
  send({ from, to, content, type, purpose, operation = -1 }: Sending, time: Micros, step: number): number {
    const messages = this.#messages
    const number = messages.content.push(content) - 1
    messages.type.push(this.#typeNumber(type))
    messages.from.push(from)
    messages.to.push(to)
    messages.sent.push(time)
    messages.ended.push(-1)
    messages.fate.push(0)
    messages.purpose.push(PURPOSES.indexOf(purpose))
    messages.sentIn.push(step)
    messages.endedIn.push(-1)
    messages.operation.push(operation)
    const link = linkOf(from, to)
    const pending = this.#pending.get(link)
    if (pending === undefined) this.#pending.set(link, [number])
    else pending.push(number)
    return number
  }

  /** Records an arrival: of a message in flight on its link, else a copy of the one sent last, else one never sent. */
  arrive(arrival: Arrival, time: Micros, step: number): number {
    const { from, to, content } = arrival
    const number = this.#takePending(from, to, content, false)
    if (number !== undefined) return this.#end(number, "arrived", time, step)
    const original = this.#lastSent(from, to, content)
    if (original === undefined) {
      this.send({ ...arrival, purpose: "protocol" }, time, step)
    } else {
      const { sent, sentIn, purpose } = this.#messages
      this.send({ ...arrival, purpose: PURPOSES[purpose[original]!]! }, sent[original]!, sentIn[original]!)
    }
    const copy = this.#takePending(from, to, content, true)!
    return this.#end(copy, original === undefined ? "arrived" : "duplicate", time, step)
  }

  /** Records a drop: on sending, or at the time of arrival. */
  drop({ from, to, content }: Omit<Arrival, "type">, reason: DropReason, time: Micros, step: number): number {
    const last = this.#messages.sent.length - 1
    const atOnce = last >= 0 && this.#messages.content[last] === content && this.#messages.sentIn[last] === step
    const number = this.#takePending(from, to, content, atOnce)
    return number === undefined ? -1 : this.#end(number, reason, time, step)
  }

  #takePending(from: number, to: number, content: object, newest: boolean): number | undefined {
    const pending = this.#pending.get(linkOf(from, to))
    if (pending === undefined) return undefined
    const isIt = (number: number): boolean => this.#messages.content[number] === content
    const place = newest ? pending.findLastIndex(isIt) : pending.findIndex(isIt)
    return place < 0 ? undefined : pending.splice(place, 1)[0]
  }

  /** The last message with some content on a link; a duplicate follows its original soon. */
  #lastSent(from: number, to: number, content: object): number | undefined {
    const { content: contents, from: froms, to: tos } = this.#messages
    for (let number = contents.length - 1; number >= 0; number--) {
      if (contents[number] === content && froms[number] === from && tos[number] === to) return number
    }
    return undefined
  }

  #end(number: number, fate: Fate, time: Micros, step: number): number {
    this.#messages.ended[number] = time
    this.#messages.fate[number] = NUMBER_OF_FATE.get(fate)!
    this.#messages.endedIn[number] = step
    return number
  }

  #typeNumber(type: string): number {
    let number = this.#numberOfType.get(type)
    if (number === undefined) {
      number = this.#types.push(type) - 1
      this.#numberOfType.set(type, number)
    }
    return number
  }
}

/** Numbers of nodes and clients are below this. */
const MAX_ENDS = 2 ** 20

function linkOf(from: number, to: number): number {
  return (from + MAX_ENDS) * 2 * MAX_ENDS + to + MAX_ENDS
}
