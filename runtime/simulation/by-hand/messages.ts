/** Interventions on messages in flight. */
import type { Act } from "../../scenario/interventions.ts"
import { NOTHING } from "../events/event-kinds.ts"
import type { Shared } from "../shared.ts"
import type { Transport } from "../transport.ts"
import { findUnderWay, messagesUnderWay, type MessageUnderWay, taggedOf } from "./under-way.ts"

type MessageAct = Extract<Act, { readonly message: string }>

export class MessagesByHand {
  readonly #shared: Shared
  readonly #transport: Transport
  readonly #types: readonly string[]

  constructor(stage: { readonly shared: Shared; readonly transport: Transport; readonly types: readonly string[] }) {
    this.#shared = stage.shared
    this.#transport = stage.transport
    this.#types = stage.types
  }

  /** @returns whether there is such a message */
  perform(act: MessageAct): boolean {
    const { queue } = this.#shared
    const found = findUnderWay(messagesUnderWay(queue, this.#types), act)
    if (found === undefined) return false
    if (act.type === "duplicate") {
      this.#arriveAt(found.arrives, found)
      return true
    }
    queue.alter(found.place, NOTHING)
    if (act.type === "deliver") this.#arriveAt(queue.time, found)
    else if (act.type === "delay") this.#arriveAt(found.arrives + act.by, found)
    else this.#lose(found)
    return true
  }

  #arriveAt(time: number, { kind, source, target, content }: MessageUnderWay): void {
    this.#shared.queue.push(time, kind, source, target, content)
  }

  #lose(found: MessageUnderWay): void {
    const { source, target, content } = found
    const message = taggedOf(found)
    // Observers identify a message by its object.
    if (message !== undefined && isSame(content, message)) this.#transport.drop(source, target, content, "lost")
  }
}

/** Always true: all content sent between nodes has this type. */
function isSame<T extends { readonly type: string }>(content: object, message: T): content is T {
  return "type" in content && content.type === message.type
}
