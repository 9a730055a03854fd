/**
 * Plain data as a value: copied, serialized, parsed and compared by content.
 *
 * State, disks and messages are trees of numbers, strings, booleans, null, arrays, maps, sets and plain objects
 * (contract, rule 2). Two of them are equal if their serialized forms are: objects with their fields in alphabetical
 * order, maps and sets with their serialized keys in order. So nothing depends on the order in which fields were set or
 * entries added.
 */

/** Raised for a value that is not plain data: in a state, an error of the algorithm. */
export class NotPlainData extends Error {
  override readonly name = "NotPlainData"
}

/** Serializes plain data: equal values give the same text, different ones different texts. @throws NotPlainData */
export function encode(value: unknown): string {
  if (typeof value === "number") return encodeNumber(value)
  if (typeof value === "string") return quoted(value)
  if (value === null || typeof value === "boolean") return String(value)
  // A hole, or a field that is present but undefined.
  if (value === undefined) return "-"
  if (typeof value !== "object") throw new NotPlainData(`a ${typeof value}`)
  if (Array.isArray(value)) return writeList(value, encode)
  if (value instanceof Set) return `<${Array.from(value, encode).toSorted().join()}>`
  if (value instanceof Map) return `(${Array.from(value, encodePair).toSorted().join()})`
  if (!isPlainObject(value)) throw new NotPlainData(`an object of the class ${value.constructor.name}`)
  return writeFields(value, Object.keys(value).toSorted(), encode)
}

function encodePair([key, entry]: readonly [unknown, unknown]): string {
  return `${encode(key)}:${encode(entry)}`
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new NotPlainData(String(value))
  return Object.is(value, -0) ? "0" : String(value)
}

/**
 * Serializes a value as it is, for {@link decode}: fields and entries in their own order, any number, objects of any
 * class by their fields. Functions and symbols are written like undefined. @throws TypeError for a BigInt
 */
export function transcribe(value: unknown): string {
  if (typeof value === "number") return String(value)
  if (typeof value === "string") return quoted(value)
  if (value === null || typeof value === "boolean") return String(value)
  if (typeof value === "bigint") throw new TypeError("a BigInt is no plain data")
  if (typeof value !== "object") return "-"
  if (Array.isArray(value)) return writeList(value, transcribe)
  if (value instanceof Set) return `<${Array.from(value, transcribe).join()}>`
  if (value instanceof Map) return `(${Array.from(value, transcribePair).join()})`
  return writeFields(value, Object.keys(value), transcribe)
}

function transcribePair([key, entry]: readonly [unknown, unknown]): string {
  return `${transcribe(key)}:${transcribe(entry)}`
}

function writeList(list: readonly unknown[], write: (value: unknown) => string): string {
  let text = "["
  for (let place = 0; place < list.length; place++) text += place === 0 ? write(list[place]) : `,${write(list[place])}`
  return `${text}]`
}

function writeFields(value: object, names: readonly string[], write: (value: unknown) => string): string {
  const fields = value as Readonly<Record<string, unknown>>
  let text = "{"
  for (const name of names) text += `${text === "{" ? "" : ","}${quoted(name)}:${write(fields[name])}`
  return `${text}}`
}

/** Strings that need no escaping: testing this is faster than JSON. */
const PLAIN_TEXT = /^[\w .-]*$/

function quoted(text: string): string {
  return PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text)
}

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Parses the output of {@link encode} or {@link transcribe}. @throws SyntaxError if the text is from neither */
export function decode(text: string): unknown {
  const reader = new Reader(text)
  const value = reader.value()
  if (!reader.isAtEnd) reader.fail()
  return value
}

/** A string, a number, true, false or null, as in JSON; or a number that JSON lacks. */
const WORD = /"(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null|NaN|-?Infinity/y

/** The numbers that JSON lacks. */
const UNBOUNDED = /^(?:NaN|-?Infinity)$/

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
        return this.#values("]")
      case "<":
        return new Set(this.#values(">"))
      case "(":
        return this.#map()
      case "{":
        return this.#fields()
      case '"':
        return this.#textUpToMark()
      default:
        return this.#isHole() ? undefined : this.#word()
    }
  }

  fail(): never {
    throw new SyntaxError(`no plain data at character ${this.#at}`)
  }

  /** True at a hyphen that no number follows. */
  #isHole(): boolean {
    if (this.#text[this.#at] !== "-" || /[\dI]/.test(this.#text[this.#at + 1] ?? "")) return false
    this.#at++
    return true
  }

  #word(): unknown {
    return this.#digits() ?? this.#longWord()
  }

  /** Parses a number of a few digits, as most are. */
  #digits(): number | undefined {
    let value = 0
    let end = this.#at
    for (let digit = this.#digitAt(end); digit >= 0; digit = this.#digitAt(++end)) value = 10 * value + digit
    const isMore = end === this.#at || end > this.#at + 15 || ".e".includes(this.#text[end] ?? ",")
    if (isMore) return undefined
    this.#at = end
    return value
  }

  /** The digit at a place; -1 if there is none. */
  #digitAt(place: number): number {
    const code = this.#text.charCodeAt(place) - 48
    return code >= 0 && code <= 9 ? code : -1
  }

  #longWord(): unknown {
    WORD.lastIndex = this.#at
    const [word] = WORD.exec(this.#text) ?? this.fail()
    this.#at += word.length
    return UNBOUNDED.test(word) ? Number(word) : JSON.parse(word)
  }

  /** Parses a string. Few contain escapes. */
  #textUpToMark(): unknown {
    const end = this.#text.indexOf('"', this.#at + 1)
    const text = this.#text.slice(this.#at + 1, end)
    if (end < 0 || !PLAIN_TEXT.test(text)) return this.#word()
    this.#at = end + 1
    return text
  }

  #values(end: string): unknown[] {
    const found: unknown[] = []
    while (this.#hasNext(end, found.length)) found.push(this.value())
    return found
  }

  #map(): Map<unknown, unknown> {
    const found = new Map<unknown, unknown>()
    while (this.#hasNext(")", found.size)) {
      const key = this.value()
      this.#take(":")
      found.set(key, this.value())
    }
    return found
  }

  #fields(): object {
    const found: Record<string, unknown> = {}
    for (let count = 0; this.#hasNext("}", count); count++) {
      const name = this.#textUpToMark()
      if (typeof name !== "string") this.fail()
      this.#take(":")
      if (name in found)
        Object.defineProperty(found, name, {
          value: this.value(),
          enumerable: true,
          writable: true,
          configurable: true,
        })
      else found[name] = this.value()
    }
    return found
  }

  /** Skips the opening of a collection, or the comma between two entries, or its end. */
  #hasNext(end: string, count: number): boolean {
    if (count === 0) this.#at++
    const isOver = this.#text[this.#at] === end
    if (isOver) this.#at++
    else if (count > 0) this.#take(",")
    return !isOver
  }

  #take(mark: string): void {
    if (this.#text[this.#at] !== mark) this.fail()
    this.#at++
  }
}

/** A copy in which no two places share an object, even if they do in the value. @throws NotPlainData */
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

/** A 53-bit fingerprint of a text: among a million different texts, the probability of a collision is 1 in 18,000. */
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
