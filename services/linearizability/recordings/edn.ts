/**
 * Reads EDN, the notation of Clojure's data in which Jepsen and Knossos keep histories. Strict: anything unclosed or
 * unknown is an error. Integers and decimals keep all their digits. Tags are ignored; the values they tag are kept.
 */
import { type Datum, type Fields, jsonOf, MAX_DEPTH, numberOf, textOf, WrongLine } from "./datum.ts"

/** A value of a file, and the line on which it begins, counted from 1. */
export interface EdnValue {
  readonly line: number
  readonly value: Datum
}

/** A fault of the text, with its line. */
export class EdnError extends WrongLine {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
])
const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["newline", "\n"],
  ["return", "\r"],
  ["space", " "],
  ["tab", "\t"],
])
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["b", "\b"],
  ["f", "\f"],
  ["\\", "\\"],
  ['"', '"'],
])

/**
 * All values of a text; if it is a single list or vector, its elements: so a file may hold maps, or one vector of maps.
 *
 * @throws EdnError at the first thing that is wrong
 */
export function parseEdn(text: string): EdnValue[] {
  return new Reader(text).file()
}

class Reader {
  readonly #text: string
  #at = 0
  #line = 1

  constructor(text: string) {
    this.#text = text
  }

  file(): EdnValue[] {
    const values: EdnValue[] = []
    this.#skip()
    const opening = this.#text[this.#at]
    if (opening === "[" || opening === "(") {
      this.#at++
      this.#elements(CLOSING.get(opening)!, values)
      this.#skip()
      if (this.#at < this.#text.length) this.#fail("more follows after the list of events")
    } else this.#elements("", values)
    return values
  }

  /** Reads values up to a closing bracket, or up to the end of the text. */
  #elements(closing: string, values: EdnValue[]): void {
    const line = this.#line
    for (;;) {
      this.#skip()
      const char = this.#text[this.#at]
      if (char === undefined) {
        if (closing !== "") throw new EdnError(line, `not EDN: the bracket opened here is never closed by ${closing}`)
        return
      }
      if (char === closing) {
        this.#at++
        return
      }
      const value = { line: this.#line, value: this.#value(1) }
      values.push(value)
    }
  }

  /** Skips white space, commas, comments and discarded values. */
  #skip(): void {
    const text = this.#text
    for (;;) {
      const code = text.charCodeAt(this.#at)
      if (code === NEWLINE || code === RETURN) {
        // CR and LF together end one line.
        if (code === NEWLINE || text.charCodeAt(this.#at + 1) !== NEWLINE) this.#line++
        this.#at++
      } else if (code === SPACE || code === COMMA || (code >= TAB && code <= RETURN)) this.#at++
      else if (code === SEMICOLON) this.#at = endOfLine(text, this.#at)
      else if (code === HASH && text[this.#at + 1] === "_") {
        this.#at += 2
        this.#value(1)
      } else return
    }
  }

  #value(depth: number): Datum {
    if (depth > MAX_DEPTH) this.#fail(`nested more than ${MAX_DEPTH} deep`)
    this.#skip()
    const char = this.#text[this.#at]
    switch (char) {
      case undefined:
        return this.#fail("the text ends where a value is missing")
      case "{":
        return this.#map(depth)
      case "[":
      case "(":
        return this.#list(depth)
      case '"':
        return this.#string()
      case "\\":
        return this.#character()
      case "#":
        return this.#tagged(depth)
      case "}":
      case "]":
      case ")":
        return this.#fail(`${char} closes nothing`)
      default:
        return this.#atom()
    }
  }

  #list(depth: number): Datum[] {
    const closing = CLOSING.get(this.#text[this.#at]!)!
    const line = this.#line
    this.#at++
    const list: Datum[] = []
    for (;;) {
      this.#skip()
      const char = this.#text[this.#at]
      if (char === undefined) throw new EdnError(line, `not EDN: the bracket opened here is never closed by ${closing}`)
      if (char === closing) {
        this.#at++
        return list
      }
      list.push(this.#value(depth + 1))
    }
  }

  /** A map; keys that are keywords lose their colon. */
  #map(depth: number): Fields {
    const entries = this.#list(depth)
    if (entries.length % 2 === 1) this.#fail("a map with a key that has no value")
    const fields: Record<string, Datum> = Object.create(null)
    for (let i = 0; i < entries.length; i += 2) {
      const key = entries[i]!
      const name = typeof key === "string" && key.startsWith(":") ? key.slice(1) : (textOf(key) ?? "nil")
      if (name in fields) this.#fail(`a map with two values for ${name}`)
      fields[name] = entries[i + 1]!
    }
    return fields
  }

  #tagged(depth: number): Datum {
    const next = this.#text[this.#at + 1]
    if (next === "{") {
      this.#at++
      return this.#list(depth).toSorted((a, b) => (jsonOf(a) < jsonOf(b) ? -1 : 1))
    }
    if (next === "#") {
      this.#at += 2
      return this.#infinite()
    }
    if (next === undefined || !/[A-Za-z]/.test(next)) return this.#fail(`#${next ?? ""} is not known`)
    this.#token()
    return this.#value(depth + 1)
  }

  /** `##Inf`, `##-Inf` and `##NaN`: values like any others, not numbers to compare. */
  #infinite(): string {
    const token = this.#token()
    if (token !== "Inf" && token !== "-Inf" && token !== "NaN") this.#fail(`##${token} is not known`)
    return `##${token}`
  }

  #character(): string {
    const start = this.#at + 1
    this.#at = start + 1
    const token = (this.#text[start] ?? "") + this.#token()
    const code = /^u([0-9a-fA-F]{4})$/.exec(token)?.[1]
    const named = CHARACTERS.get(token) ?? (code === undefined ? token : String.fromCharCode(Number.parseInt(code, 16)))
    return /^.$/su.test(named) ? named : this.#fail(`\\${token} is not a character`)
  }

  #string(): string {
    const line = this.#line
    let text = ""
    let from = ++this.#at
    for (;;) {
      const char = this.#text[this.#at]
      if (char === undefined) throw new EdnError(line, "not EDN: a string that is never closed")
      if (char === "\n") this.#line++
      if (char === '"') {
        text += this.#text.slice(from, this.#at++)
        return text
      }
      if (char === "\\") {
        text += this.#text.slice(from, this.#at) + this.#escape()
        from = this.#at
      } else this.#at++
    }
  }

  #escape(): string {
    const char = this.#text[this.#at + 1] ?? ""
    const code = char === "u" ? /^[0-9a-fA-F]{4}/.exec(this.#text.slice(this.#at + 2, this.#at + 6))?.[0] : undefined
    this.#at += code === undefined ? 2 : 6
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
    return ESCAPES.get(char) ?? this.#fail(`\\${char} in a string is not known`)
  }

  #atom(): Datum {
    const token = this.#token()
    if (token === "nil") return null
    if (token === "true") return true
    if (token === "false") return false
    if (!/^[+-]?\d/.test(token)) return token === ":" ? this.#fail("a keyword without a name") : token
    try {
      return numberOf(token.replace(/(?<=\d)[NM]$/, ""))
    } catch (error) {
      if (!(error instanceof WrongLine)) throw error
      // A ratio, or a number in another base: values like any others.
      return /^[+-]?\d+(\/\d+|r\w+)$/.test(token) ? token : this.#fail(`${token} is not a number`)
    }
  }

  /** The characters up to the next white space, bracket, string or comment. */
  #token(): string {
    const start = this.#at
    while (this.#at < this.#text.length && !DELIMITERS.has(this.#text.charCodeAt(this.#at))) this.#at++
    return this.#text.slice(start, this.#at)
  }

  #fail(message: string): never {
    throw new EdnError(this.#line, `not EDN: ${message}`)
  }
}

/** The place of the next line end of any kind; the end of the text if there is none. */
function endOfLine(text: string, from: number): number {
  LINE_END.lastIndex = from
  return LINE_END.exec(text)?.index ?? text.length
}

const LINE_END = /[\n\r]/g

const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const HASH = 0x23
const COMMA = 0x2c
const SEMICOLON = 0x3b

const DELIMITERS: ReadonlySet<number> = new Set(Array.from(' ,\n\t\r\f()[]{}";', char => char.charCodeAt(0)))
