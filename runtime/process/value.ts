/**
 * Plain data as a value: copied, written down, read back and compared by what is in it.
 *
 * State, disks and messages are trees of numbers, strings, booleans, null, arrays, maps, sets and plain objects (contract,
 * rule 2). Two of them are the same if they are written the same: objects by their fields in alphabetical order, maps and
 * sets by their keys as written. So nothing hangs on the order in which a field was set or an entry made.
 */

/** Anything that is no plain data: in a state it is a mistake of the algorithm's. */
export class NotPlainData extends Error {
  override readonly name = "NotPlainData"
}

/** Writes plain data down: equal values give the same text, different ones different texts. @throws NotPlainData */
export function encode(value: unknown): string {
  if (typeof value === "number") return encodeNumber(value)
  if (typeof value === "string") return JSON.stringify(value)
  if (value === null || typeof value === "boolean") return String(value)
  // A hole, or a field that is there and says nothing.
  if (value === undefined) return "-"
  if (typeof value !== "object") throw new NotPlainData(`a ${typeof value}`)
  if (Array.isArray(value)) return `[${Array.from(value, encode).join()}]`
  if (value instanceof Set) return `<${Array.from(value, encode).toSorted().join()}>`
  if (value instanceof Map) return `(${Array.from(value, encodePair).toSorted().join()})`
  if (!isPlainObject(value)) throw new NotPlainData(`an object of the class ${value.constructor.name}`)
  const fields = Object.keys(value).toSorted()
  return `{${fields.map(field => `${JSON.stringify(field)}:${encode(value[field])}`).join()}}`
}

function encodePair([key, entry]: readonly [unknown, unknown]): string {
  return `${encode(key)}:${encode(entry)}`
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new NotPlainData(String(value))
  return Object.is(value, -0) ? "0" : String(value)
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Reads back what {@link encode} wrote. @throws SyntaxError if it did not write this */
export function decode(text: string): unknown {
  const reader = new Reader(text)
  const value = reader.value()
  if (!reader.isAtEnd) reader.fail()
  return value
}

/** A word that JSON has too: a text, a number, true, false or null. */
const WORD = /"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null/y

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  value(): unknown {
    switch (this.#text[this.#at]) {
      case "[":
        return this.#list("]", () => this.value())
      case "<":
        return new Set(this.#list(">", () => this.value()))
      case "(":
        return new Map(this.#list(")", () => this.#pair(this.value())))
      case "{":
        return Object.fromEntries(this.#list("}", () => this.#pair(this.#field())))
      default:
        return this.#isHole() ? undefined : this.#word()
    }
  }

  fail(): never {
    throw new SyntaxError(`no plain data at character ${this.#at}`)
  }

  /** A hyphen without a digit behind it. */
  #isHole(): boolean {
    if (this.#text[this.#at] !== "-" || /\d/.test(this.#text[this.#at + 1] ?? "")) return false
    this.#at++
    return true
  }

  #word(): unknown {
    WORD.lastIndex = this.#at
    const [word] = WORD.exec(this.#text) ?? this.fail()
    this.#at += word.length
    return JSON.parse(word)
  }

  #field(): string {
    const name = this.#word()
    return typeof name === "string" ? name : this.fail()
  }

  #pair<K>(key: K): readonly [K, unknown] {
    this.#take(":")
    return [key, this.value()]
  }

  #list<T>(end: string, read: () => T): T[] {
    this.#at++
    const found: T[] = []
    while (this.#text[this.#at] !== end) {
      if (found.length > 0) this.#take(",")
      found.push(read())
    }
    this.#at++
    return found
  }

  #take(mark: string): void {
    if (this.#text[this.#at] !== mark) this.fail()
    this.#at++
  }
}

/** A copy in which no two places share an object, whatever the value shared. @throws NotPlainData */
export function copied<T>(value: T): T
export function copied(value: unknown): unknown {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new NotPlainData(String(value))
    return value
  }
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") encode(value)
    return value
  }
  if (Array.isArray(value)) return Array.from(value, entry => copied(entry))
  if (value instanceof Set) return new Set(Array.from(value, entry => copied(entry)))
  if (value instanceof Map) return new Map(Array.from(value, ([key, entry]) => [copied(key), copied(entry)]))
  if (!isPlainObject(value)) throw new NotPlainData(`an object of the class ${value.constructor.name}`)
  const copy: Record<string, unknown> = {}
  for (const field of Object.keys(value)) copy[field] = copied(value[field])
  return copy
}

/** A fingerprint of a text, of 53 bits: among a million different texts two are alike once in 18,000 times. */
export function hash(text: string): number {
  let high = 0x9e3779b9
  let low = 0x85ebca6b
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place)
    high = Math.imul(high ^ unit, 0x21f0aaad)
    low = Math.imul(low ^ unit, 0x735a2d97)
    high ^= low >>> 15
    low ^= high >>> 13
  }
  high = Math.imul(high ^ (high >>> 16), 0x735a2d97)
  low = Math.imul(low ^ (low >>> 15), 0x21f0aaad)
  return ((high >>> 0) & 0x1f_ffff) * 0x1_0000_0000 + ((low ^ (high >>> 13)) >>> 0)
}
