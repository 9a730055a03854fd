/**
 * The size model: the number of bytes of a message in a plain binary encoding.
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
  /** The size of the whole message, or of the fields of constant size. */
  readonly fixed: number
  /** Sizes the other fields; null if there are none. */
  readonly varying: FieldsSizer | null
  /** The hash of the content, over the fields of the type's first message. */
  readonly contentHash: ContentHash
}

/**
 * Sizes messages by the form of their type, which the first message of that type determines: a field that holds a
 * number or boolean once always holds numbers, booleans or null.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  readonly #codes: SizeCodes
  readonly #contentHashes: ContentHashes
  /** By type; null until the first message of the type. */
  readonly #forms: (Form | null)[]
  /** The last message of varying size, cached: a message to several nodes is measured several times. */
  #lastMessage: object | null = null
  #lastSize = 0
  #lastContentHash = 0
  /** The hash of the content of the last message measured. */
  contentHash = 0

  /**
   * @param types the types that have the indices 0, 1, ...
   * @param codes @param contentHashes code shared with others
   */
  constructor(types: readonly string[] = [], codes = new SizeCodes(), contentHashes = new ContentHashes()) {
    this.#codes = codes
    this.#contentHashes = contentHashes
    this.#types = [...types]
    this.#forms = types.map(() => null)
  }

  /** The index of a message's type; a new type gets the next index. Replies may have no type. */
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
