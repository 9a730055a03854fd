/**
 * The size model: how many bytes a message would take in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
const HEADER = 16
const SCALAR = 8

/** What is known of all messages of one type: the size of the fields that never vary, and the names of the others. */
interface Layout {
  readonly fixed: number
  readonly varying: readonly string[]
}

/**
 * Sizes messages by the layout of their type, which it takes from the first message of that type: a field that holds a
 * number or boolean once holds numbers, booleans or null always. Remembers the message and the nested value it sized
 * last, since messages to several nodes come here several times, and different messages often carry the same entry.
 */
export class MessageSizer {
  /** Types seen so far and their layouts. A run has a handful: comparing literals is faster than any map. */
  readonly #types: unknown[] = []
  readonly #layouts: Layout[] = []
  #lastMessage: object | null = null
  #lastMessageSize = 0
  #lastNested: object | null = null
  #lastNestedSize = 0

  /** The size of a message in bytes. */
  sizeOf(message: object): number {
    if (message === this.#lastMessage) return this.#lastMessageSize
    const fields = message as Readonly<Record<string, unknown>>
    const layout = this.#layoutOf(fields)
    const { varying } = layout
    if (varying.length === 0) return layout.fixed
    let size = layout.fixed
    for (let i = 0; i < varying.length; i++) size += this.#sizeOfValue(fields[varying[i]!])
    this.#lastMessage = message
    this.#lastMessageSize = size
    return size
  }

  #layoutOf(message: Readonly<Record<string, unknown>>): Layout {
    const { type } = message
    const types = this.#types
    for (let i = 0; i < types.length; i++) if (types[i] === type) return this.#layouts[i]!
    const layout = layoutOf(message)
    types.push(type)
    this.#layouts.push(layout)
    return layout
  }

  #sizeOfValue(value: unknown): number {
    if (typeof value === "string") return 2 + value.length
    if (typeof value !== "object" || value === null) return SCALAR
    return Array.isArray(value) ? this.#sizeOfList(value) : this.#sizeOfNested(value)
  }

  #sizeOfList(list: readonly unknown[]): number {
    let size = 4
    for (let i = 0; i < list.length; i++) size += this.#sizeOfValue(list[i])
    return size
  }

  #sizeOfNested(value: object): number {
    if (value === this.#lastNested) return this.#lastNestedSize
    // Collections have no fields: they are looked for last, since most values are records.
    let size = this.#sizeOfFields(value)
    if (size === 0 && (value instanceof Map || value instanceof Set)) size = this.#sizeOfCollection(value)
    this.#lastNested = value
    this.#lastNestedSize = size
    return size
  }

  #sizeOfFields(value: object): number {
    let size = 0
    const fields = value as Readonly<Record<string, unknown>>
    for (const name in fields) {
      const field = fields[name]
      size += typeof field === "number" ? SCALAR : this.#sizeOfValue(field)
    }
    return size
  }

  #sizeOfCollection(collection: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): number {
    let size = 4
    for (const [key, value] of collection.entries()) {
      size += this.#sizeOfValue(key)
      if (collection instanceof Map) size += this.#sizeOfValue(value)
    }
    return size
  }
}

function layoutOf(message: Readonly<Record<string, unknown>>): Layout {
  const names = Object.keys(message).filter(name => name !== "type")
  const isScalar = (name: string): boolean => typeof message[name] === "number" || typeof message[name] === "boolean"
  return {
    fixed: HEADER + SCALAR * names.filter(isScalar).length,
    varying: names.filter(name => !isScalar(name)),
  }
}
