/**
 * The size model: how many bytes a message would take in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
const HEADER = 16
const SCALAR = 8

type Fields = Readonly<Record<string, unknown>>

/**
 * Sizes messages by the layout of their type, which it takes from the first message of that type: a field that holds a
 * number or boolean once holds numbers, booleans or null always.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  /** For each type the size of the fields that never vary (-1 before its first message), and the names of the others. */
  readonly #fixed: number[] = []
  readonly #varying: (readonly string[])[] = []
  /** The message sized last: those to several nodes come here several times. */
  #lastMessage: object | null = null
  #lastSize = 0

  /** @param types the types that have the indices 0, 1, ... */
  constructor(types: readonly string[] = []) {
    this.#types = [...types]
    for (let type = 0; type < types.length; type++) this.#noteType()
  }

  /** The index of a message's type; a type that was never seen gets the next one. Replies may have no type. */
  typeOf(message: object): number {
    const { type } = message as { readonly type?: string }
    const types = this.#types
    for (let index = 0; index < types.length; index++) if (types[index] === type) return index
    types.push(type)
    return this.#noteType()
  }

  /**
   * The size of a message in bytes.
   *
   * @param type the index of its type
   */
  sizeOf(type: number, message: object): number {
    const fixed = this.#fixed[type]!
    if (fixed < 0) return this.#sizeOfFirst(type, message)
    const varying = this.#varying[type]!
    if (varying.length === 0) return fixed
    if (message === this.#lastMessage) return this.#lastSize
    let size = fixed
    const fields = message as Fields
    for (let i = 0; i < varying.length; i++) size += this.#sizeOfValue(fields[varying[i]!])
    this.#lastMessage = message
    this.#lastSize = size
    return size
  }

  #noteType(): number {
    this.#varying.push([])
    return this.#fixed.push(-1) - 1
  }

  #sizeOfFirst(type: number, message: object): number {
    const fields = message as Fields
    const names = Object.keys(message).filter(name => name !== "type")
    const isScalar = (name: string): boolean => typeof fields[name] === "number" || typeof fields[name] === "boolean"
    this.#fixed[type] = HEADER + SCALAR * names.filter(isScalar).length
    this.#varying[type] = names.filter(name => !isScalar(name))
    return this.sizeOf(type, message)
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
    let size = 0
    const fields = value as Fields
    for (const name in fields) {
      const field = fields[name]
      size += typeof field === "number" ? SCALAR : this.#sizeOfValue(field)
    }
    // Collections have no fields: they are looked for last, since most values are records.
    return size === 0 && (value instanceof Map || value instanceof Set) ? this.#sizeOfCollection(value) : size
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
