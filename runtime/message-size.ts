/**
 * The size model: how many bytes a message would take in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
import { compiledSize, type FieldsSize } from "./compiled-size.ts"
import { SCALAR } from "./value-size.ts"

const HEADER = 16

/** What all messages of a type have in common. */
interface Layout {
  /** The size of the fields that never vary; -1 before the first message. */
  fixed: number
  /** The size of the others; null if there are none. */
  varying: FieldsSize | null
}

/**
 * Sizes messages by the layout of their type, which it takes from the first message of that type: a field that holds a
 * number or boolean once holds numbers, booleans or null always.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  readonly #layouts: Layout[]
  /** The message sized last: those to several nodes come here several times. */
  #lastMessage: object | null = null
  #lastSize = 0

  /** @param types the types that have the indices 0, 1, ... */
  constructor(types: readonly string[] = []) {
    this.#types = [...types]
    this.#layouts = types.map(unknownLayout)
  }

  /** The index of a message's type; a type that was never seen gets the next one. Replies may have no type. */
  typeOf(message: object): number {
    const { type } = message as { readonly type?: string }
    const types = this.#types
    for (let index = 0; index < types.length; index++) if (types[index] === type) return index
    types.push(type)
    return this.#layouts.push(unknownLayout()) - 1
  }

  /**
   * The size of a message in bytes.
   *
   * @param type the index of its type
   */
  sizeOf(type: number, message: object): number {
    const layout = this.#layouts[type]!
    if (layout.fixed < 0) learn(layout, message)
    if (layout.varying === null) return layout.fixed
    if (message === this.#lastMessage) return this.#lastSize
    this.#lastMessage = message
    this.#lastSize = layout.fixed + layout.varying(message)
    return this.#lastSize
  }
}

function unknownLayout(): Layout {
  return { fixed: -1, varying: null }
}

function learn(layout: Layout, message: object): void {
  const { type, ...fields } = message as { readonly type?: string }
  const isScalar = ([, value]: [string, unknown]): boolean => typeof value === "number" || typeof value === "boolean"
  const entries = Object.entries(fields)
  const varying = entries.filter(entry => !isScalar(entry)).map(([name]) => name)
  layout.fixed = HEADER + SCALAR * (entries.length - varying.length)
  layout.varying = varying.length === 0 ? null : compiledSize(type ?? "", varying)
}
