/**
 * The size model: how many bytes a message would take in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
import { type FieldsSizer, SizeCodes } from "./compiled-size.ts"
import { type Said, SaidCodes } from "./said.ts"
import { SCALAR } from "./value-size.ts"

const HEADER = 16

/** In place of a size: messages of the type differ in it, or none was seen yet. */
const UNKNOWN = -1

/** The layout that messages of a type share, where they differ in size. */
interface Layout {
  /** The size of the fields that never vary. */
  readonly fixed: number
  /** The size of the others. */
  readonly varying: FieldsSizer
}

/**
 * Sizes messages by the layout of their type, which it takes from the first message of that type: a field that holds a
 * number or boolean once holds numbers, booleans or null always.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  readonly #codes: SizeCodes
  readonly #saidCodes: SaidCodes
  /** The content of messages of a type, by the fields of the first. */
  readonly #said: (Said | null)[]
  /** The one size of all messages of a type, or else their layout. */
  readonly #sizes: number[]
  readonly #layouts: (Layout | null)[]
  /** The message sized last: those to several nodes come here several times. */
  #lastMessage: object | null = null
  #lastSize = 0
  /** Its content, once somebody has asked for it. */
  #lastSaid: number | null = null

  /**
   * @param types the types that have the indices 0, 1, ...
   * @param codes @param saidCodes code that others use, too
   */
  constructor(types: readonly string[] = [], codes = new SizeCodes(), saidCodes = new SaidCodes()) {
    this.#codes = codes
    this.#saidCodes = saidCodes
    this.#said = types.map(() => null)
    this.#types = [...types]
    this.#sizes = types.map(() => UNKNOWN)
    this.#layouts = types.map(() => null)
  }

  /** The index of a message's type; a type that was never seen gets the next one. Replies may have no type. */
  typeOf(message: object): number {
    const { type } = message as { readonly type?: string }
    const types = this.#types
    for (let index = 0; index < types.length; index++) if (types[index] === type) return index
    types.push(type)
    this.#layouts.push(null)
    this.#said.push(null)
    return this.#sizes.push(UNKNOWN) - 1
  }

  /**
   * The size of a message in bytes.
   *
   * @param type the index of its type
   */
  sizeOf(type: number, message: object): number {
    const size = this.#sizes[type]!
    return size >= 0 ? size : this.#sizeOfVarying(type, message)
  }

  /**
   * The content of a message, as a number for fingerprints: see `said.ts`.
   *
   * @param type the index of its type
   */
  saidBy(type: number, message: object): number {
    const said = this.#said[type] ?? (this.#said[type] = this.#saidCodes.of(message))
    if (message !== this.#lastMessage) return said(message)
    this.#lastSaid ??= said(message)
    return this.#lastSaid
  }

  #sizeOfVarying(type: number, message: object): number {
    if (message === this.#lastMessage) return this.#lastSize
    const layout = this.#layouts[type] ?? this.#learn(type, message)
    if (layout === null) return this.#sizes[type]!
    this.#lastMessage = message
    this.#lastSaid = null
    this.#lastSize = layout.fixed + layout.varying.size(message)
    return this.#lastSize
  }

  /** Null if all messages of the type have one size. */
  #learn(index: number, message: object): Layout | null {
    const fields = message as { readonly type?: string } & Readonly<Record<string, unknown>>
    const { type } = fields
    const varying: string[] = []
    let scalars = 0
    for (const name of Object.keys(message)) {
      if (name === "type") continue
      const kind = typeof fields[name]
      if (kind === "number" || kind === "boolean") scalars++
      else varying.push(name)
    }
    const fixed = HEADER + SCALAR * scalars
    if (varying.length > 0) return (this.#layouts[index] = { fixed, varying: this.#codes.of(type ?? "", varying) })
    this.#sizes[index] = fixed
    return null
  }
}
