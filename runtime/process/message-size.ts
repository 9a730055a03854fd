/**
 * The size model: how many bytes a message would take in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
import { type FieldsSizer, SizeCodes } from "./compiled-size.ts"
import { type ContentHash, ContentHashes } from "./content-hash.ts"
import { SCALAR } from "./value-size.ts"

const HEADER = 16

/** The form that messages of a type share. */
interface Form {
  /** The size of all of them, or of the fields that never vary. */
  readonly fixed: number
  /** The size of the others; null if there are none. */
  readonly varying: FieldsSizer | null
  /** The hash of the content, over the fields of the first of them. */
  readonly contentHash: ContentHash
}

/**
 * Sizes messages by the form of their type, which it takes from the first message of that type: a field that holds a
 * number or boolean once holds numbers, booleans or null always.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  readonly #codes: SizeCodes
  readonly #contentHashes: ContentHashes
  /** By type; null until one was seen. */
  readonly #forms: (Form | null)[]
  /** The message of varying size that came last: those to several nodes come here several times. */
  #lastMessage: object | null = null
  #lastSize = 0
  #lastContentHash = 0
  /** The hash of the content of the message measured last. */
  contentHash = 0

  /**
   * @param types the types that have the indices 0, 1, ...
   * @param codes @param contentHashes code that others use, too
   */
  constructor(types: readonly string[] = [], codes = new SizeCodes(), contentHashes = new ContentHashes()) {
    this.#codes = codes
    this.#contentHashes = contentHashes
    this.#types = [...types]
    this.#forms = types.map(() => null)
  }

  /** The index of a message's type; a type that was never seen gets the next one. Replies may have no type. */
  typeOf(message: object): number {
    const { type } = message as { readonly type?: string }
    const types = this.#types
    for (let index = 0; index < types.length; index++) if (types[index] === type) return index
    types.push(type)
    return this.#forms.push(null) - 1
  }

  /**
   * Measures a message, and leaves its hash in `contentHash`.
   *
   * @param type the index of its type
   * @returns its size, in bytes
   */
  measure(type: number, message: object): number {
    const form = this.#forms[type] ?? this.#learn(type, message)
    if (form.varying === null) {
      this.contentHash = form.contentHash(message)
      return form.fixed
    }
    if (message !== this.#lastMessage) {
      this.#lastMessage = message
      this.#lastContentHash = form.contentHash(message)
      this.#lastSize = form.fixed + form.varying.size(message)
    }
    this.contentHash = this.#lastContentHash
    return this.#lastSize
  }

  #learn(index: number, message: object): Form {
    const fields = message as { readonly type?: string } & Readonly<Record<string, unknown>>
    const varying: string[] = []
    let scalars = 0
    for (const name of Object.keys(message)) {
      if (name === "type") continue
      const kind = typeof fields[name]
      if (kind === "number" || kind === "boolean") scalars++
      else varying.push(name)
    }
    return (this.#forms[index] = {
      fixed: HEADER + SCALAR * scalars,
      varying: varying.length > 0 ? this.#codes.of(fields.type ?? "", varying) : null,
      contentHash: this.#contentHashes.of(message),
    })
  }
}
