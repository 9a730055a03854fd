/** Keeps the book of messages: which arrival or loss belongs to which sending. */
import type { DropReason } from "../../runtime/trace.ts"
import type { Micros } from "../../runtime/units.ts"
import { type Fate, FATES, type Messages, PURPOSES } from "./trace.ts"

const NUMBER_OF_FATE = new Map<Fate, number>(FATES.map((fate, index) => [fate, index]))

export class MessageBook {
  readonly #messages: Messages
  readonly #types: string[]
  readonly #numberOfType = new Map<string, number>()
  /** The messages sent with the same content that have not ended, oldest first: a broadcast shares its content. */
  readonly #pending = new Map<object, number[]>()
  /** The last message sent with some content on each link, by `from>to`: what a duplicate is a copy of. */
  readonly #latest = new WeakMap<object, Map<string, number>>()

  constructor(messages: Messages, types: string[]) {
    this.#messages = messages
    this.#types = types
  }

  /** Ends are nodes, or -1 - client. @returns the message's number */
  send(
    from: number,
    to: number,
    content: object,
    type: string,
    purpose: (typeof PURPOSES)[number],
    time: Micros,
    step: number,
    operation = -1,
  ): number {
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
    const pending = this.#pending.get(content)
    if (pending === undefined) this.#pending.set(content, [number])
    else pending.push(number)
    let latest = this.#latest.get(content)
    if (latest === undefined) this.#latest.set(content, (latest = new Map()))
    latest.set(`${from}>${to}`, number)
    return number
  }

  /** A message arrives: one that is in flight on its link, else a copy of the one sent last, else one never sent. */
  arrive(from: number, to: number, content: object, type: string, time: Micros, step: number): number {
    const number = this.#takePending(from, to, content, false)
    if (number !== undefined) return this.#end(number, "arrived", time, step)
    const original = this.#latest.get(content)?.get(`${from}>${to}`)
    const { sent, sentIn, purpose } = this.#messages
    const copy = this.send(
      from,
      to,
      content,
      type,
      PURPOSES[original === undefined ? 0 : purpose[original]!]!,
      original === undefined ? time : sent[original]!,
      original === undefined ? step : sentIn[original]!,
    )
    this.#takePending(from, to, content, true)
    return this.#end(copy, original === undefined ? "arrived" : "duplicate", time, step)
  }

  /** A message is dropped: at once when it is sent, or when it would have arrived. */
  drop(from: number, to: number, content: object, reason: DropReason, time: Micros, step: number): number {
    const last = this.#messages.sent.length - 1
    const atOnce = last >= 0 && this.#messages.content[last] === content && this.#messages.sentIn[last] === step
    const number = this.#takePending(from, to, content, atOnce)
    return number === undefined ? -1 : this.#end(number, reason, time, step)
  }

  #takePending(from: number, to: number, content: object, newest: boolean): number | undefined {
    const pending = this.#pending.get(content)
    if (pending === undefined) return undefined
    const { from: froms, to: tos } = this.#messages
    const isIt = (number: number): boolean => froms[number] === from && tos[number] === to
    const place = newest ? pending.findLastIndex(isIt) : pending.findIndex(isIt)
    if (place < 0) return undefined
    const [number] = pending.splice(place, 1)
    if (pending.length === 0) this.#pending.delete(content)
    return number
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
