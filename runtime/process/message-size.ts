/**
 * The size model: the number of bytes of a message in a plain binary encoding.
 *
 * A header of 16 bytes (type, sender, receiver), then 8 for each number, boolean or null, 2 plus its length for each
 * string, 4 plus its elements for each list. Field names cost nothing. It is not the length of any JSON.
 */
import { type FieldsSizer, SizeCodes, valueOf } from "./compiled-size.ts"
import { type ContentHash, ContentHashes } from "./content-hash.ts"
import { SCALAR } from "./value-size.ts"

const HEADER = 16

/** The kinds of a field: a number or boolean, whose size is constant, `null`, or anything else. */
type Kind = "scalar" | "null" | "other"

/** The form that messages of a type share. */
interface Form {
  /** The names and kinds of the fields of a message that has this form. */
  readonly names: readonly string[]
  readonly kinds: readonly Kind[]
  /** The size of the whole message, or of the fields of constant size. */
  readonly fixed: number
  /** Sizes the other fields; null if there are none. */
  readonly varying: FieldsSizer | null
  /** The hash of the content, over the fields of the type's first message. */
  readonly contentHash: ContentHash
}

/** The forms found so far, with their code. Any number of runs can share them. */
export class MessageForms {
  readonly #byType = new Map<string, Form[]>()
  readonly #codes = new SizeCodes()
  readonly #contentHashes = new ContentHashes()

  /** The form of a message. */
  of(message: object): Form {
    const { type = "" } = message as { readonly type?: string }
    let forms = this.#byType.get(type)
    if (forms === undefined) this.#byType.set(type, (forms = []))
    let form = forms.find(known => hasForm(message, known))
    if (form === undefined) forms.push((form = this.#learn(type, message)))
    return form
  }

  #learn(type: string, message: object): Form {
    const names = Object.keys(message)
    const kinds = names.map(name => kindOf(valueOf(message, name)))
    const varying = names.filter((name, field) => name !== "type" && kinds[field] !== "scalar")
    return {
      names,
      kinds,
      fixed: HEADER + SCALAR * kinds.filter(kind => kind === "scalar").length,
      varying: varying.length > 0 ? this.#codes.of(type, varying) : null,
      contentHash: this.#contentHashes.of(message),
    }
  }
}

/** Allocates nothing, since every run asks it about each type of message. */
function hasForm(message: object, { names, kinds }: Form): boolean {
  let field = 0
  for (const name in message) {
    if (names[field] !== name || kinds[field] !== kindOf(valueOf(message, name))) return false
    field++
  }
  return field === names.length
}

function kindOf(value: unknown): Kind {
  if (typeof value === "number" || typeof value === "boolean") return "scalar"
  return value === null ? "null" : "other"
}

/**
 * Sizes messages by the form of their type, which the first message of that type determines: a field that holds a
 * number or boolean once always holds numbers, booleans or null.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  readonly #known: MessageForms
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
   * @param known forms shared with others
   */
  constructor(types: readonly string[] = [], known = new MessageForms()) {
    this.#known = known
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
    const form = this.#forms[type] ?? (this.#forms[type] = this.#known.of(message))
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
}
