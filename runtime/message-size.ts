/**
 * The size model: how many bytes a message would take in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
const HEADER = 16
const SCALAR = 8

type Fields = Readonly<Record<string, unknown>>

/** What all messages of a type have in common. */
interface Layout {
  /** The size of the fields that never vary; -1 before the first message. */
  fixed: number
  /** The names of the others. */
  varying: readonly string[]
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
    if (layout.varying.length === 0) return layout.fixed
    if (message === this.#lastMessage) return this.#lastSize
    this.#lastMessage = message
    this.#lastSize = sizeBy(layout, message)
    return this.#lastSize
  }
}

// Plain functions: as private methods, which check their object at every step, these take twice as long.

function unknownLayout(): Layout {
  return { fixed: -1, varying: [] }
}

function learn(layout: Layout, message: object): void {
  const fields = message as Fields
  const names = Object.keys(message).filter(name => name !== "type")
  const isScalar = (name: string): boolean => typeof fields[name] === "number" || typeof fields[name] === "boolean"
  layout.fixed = HEADER + SCALAR * names.filter(isScalar).length
  layout.varying = names.filter(name => !isScalar(name))
}

function sizeBy({ fixed, varying }: Layout, message: object): number {
  let size = fixed
  const fields = message as Fields
  for (let i = 0; i < varying.length; i++) size += sizeOfValue(fields[varying[i]!])
  return size
}

function sizeOfValue(value: unknown): number {
  if (typeof value === "string") return 2 + value.length
  if (typeof value !== "object" || value === null) return SCALAR
  return Array.isArray(value) ? sizeOfList(value) : sizeOfNested(value)
}

function sizeOfList(list: readonly unknown[]): number {
  let size = 4
  for (let i = 0; i < list.length; i++) size += sizeOfValue(list[i])
  return size
}

function sizeOfNested(value: object): number {
  let size = 0
  const fields = value as Fields
  for (const name in fields) {
    const field = fields[name]
    size += typeof field === "number" ? SCALAR : sizeOfValue(field)
  }
  // Collections have no fields: they are looked for last, since most values are records.
  return size === 0 && (value instanceof Map || value instanceof Set) ? sizeOfCollection(value) : size
}

function sizeOfCollection(collection: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): number {
  let size = 4
  for (const [key, value] of collection.entries()) {
    size += sizeOfValue(key)
    if (collection instanceof Map) size += sizeOfValue(value)
  }
  return size
}
