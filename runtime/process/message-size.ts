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

/** The form that messages of a type share. */
interface Form {
  /** The size of all of them, or of the fields that never vary. */
  readonly fixed: number
  /** The size of the others; null if there are none. */
  readonly varying: FieldsSizer | null
  /** The content, by the fields of the first of them. */
  readonly said: Said
}

/**
 * Sizes messages by the form of their type, which it takes from the first message of that type: a field that holds a
 * number or boolean once holds numbers, booleans or null always.
 */
export class MessageSizer {
  /** Types seen so far. A run has a handful: comparing literals is faster than any map. */
  readonly #types: (string | undefined)[]
  readonly #codes: SizeCodes
  readonly #saidCodes: SaidCodes
  /** By type; null until one was seen. */
  readonly #forms: (Form | null)[]
  /** The message of varying size that came last: those to several nodes come here several times. */
  #lastMessage: object | null = null
  #lastSize = 0
  #lastSaid = 0
  /** The content of the message measured last, as a number for fingerprints: see `said.ts`. */
  said = 0

  /**
   * @param types the types that have the indices 0, 1, ...
   * @param codes @param saidCodes code that others use, too
   */
  constructor(types: readonly string[] = [], codes = new SizeCodes(), saidCodes = new SaidCodes()) {
    this.#codes = codes
    this.#saidCodes = saidCodes
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
   * Measures a message, and says in `said` what it says.
   *
   * @param type the index of its type
   * @returns its size, in bytes
   */
  measure(type: number, message: object): number {
    const form = this.#forms[type] ?? this.#learn(type, message)
    if (form.varying === null) {
      this.said = form.said(message)
      return form.fixed
    }
    if (message !== this.#lastMessage) {
      this.#lastMessage = message
      this.#lastSaid = form.said(message)
      this.#lastSize = form.fixed + form.varying.size(message)
    }
    this.said = this.#lastSaid
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
      said: this.#saidCodes.of(message),
    })
  }
}
