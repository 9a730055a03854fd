/** Reads JSON without losing a digit of its numbers, and finds the values of a file with the lines they begin on. */
import { type Datum, Digits, isList, numberOf, WrongLine } from "./datum.ts"

/** Matches numbers that JavaScript may round: 16 places or more, or an exponent. */
const MAY_BE_ROUNDED = /[\d.]{16}|\d[eE]/

/** @throws WrongLine if the text is not JSON */
export function parseJson(text: string): Datum {
  const value = parse(text)
  if (namesIn(text) !== fieldsIn(value)) throw new WrongLine("an object with two values for one name")
  return value
}

function parse(text: string): Datum {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whatever JSON holds is a datum
    return (MAY_BE_ROUNDED.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)) as Datum
  } catch (error) {
    if (error instanceof SyntaxError) throw new WrongLine("not JSON")
    throw error
  }
}

/** The number of names in the text of a JSON value: strings before a colon. */
function namesIn(text: string): number {
  let names = 0
  let isInString = false
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place)
    if (isInString && code === BACKSLASH) place++
    else if (code === QUOTE) isInString = !isInString
    // Outside of strings, JSON has colons behind names only.
    else if (code === COLON && !isInString) names++
  }
  return names
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a]

/**
 * The number of fields of all objects in a value: fewer than its text has names if an object has duplicates, of which
 * the last wins.
 */
function fieldsIn(value: Datum): number {
  let fields = 0
  const waiting: Datum[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null || next instanceof Digits) continue
    const elements = isList(next) ? next : Object.values(next)
    if (!isList(next)) fields += elements.length
    for (const element of elements) waiting.push(element)
  }
  return fields
}

/** Replaces each number by its exact value, from its source text (`JSON.parse` source text access). */
function exactly(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number") return value
  if (context?.source === undefined) throw new WrongLine(`${value} may have been rounded: this runtime cannot tell`)
  return numberOf(context.source)
}

/** A piece of a file, and the line on which it begins, counted from 1. */
export interface Piece {
  readonly line: number
  readonly text: string
}

/** The lines of a text that are not empty. @param first the number of the first line @returns that of the last one */
export function* linesOf(text: string, first = 1): Generator<Piece, number> {
  let [line, start] = [first, 0]
  // Line by line: all lines at once would take more memory than the text.
  for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r|$/g)) {
    const piece = text.slice(start, index)
    if (piece.trim() !== "") yield { line, text: piece }
    start = index + end.length
    line++
  }
  return line - 1
}

/**
 * The elements of a JSON array, each with the line on which it begins. A text that does not look like an array is one
 * piece.
 */
export function* elementsOf(text: string): Generator<Piece> {
  let [line, depth, start, startLine] = [1, 0, -1, 1]
  let isInString = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === "\n" || (char === "\r" && text[i + 1] !== "\n")) line++
    if (isInString) {
      if (char === "\\") i++
      else if (char === '"') isInString = false
      continue
    }
    const ends = depth === 1 && (char === "," || char === "]")
    if (ends && start >= 0) {
      yield { line: startLine, text: text.slice(start, i) }
      start = -1
    } else if (!ends && depth >= 1 && start < 0 && char.trim() !== "") [start, startLine] = [i, line]
    if (char === '"') isInString = true
    else if (char === "[" || char === "{") depth++
    else if (char === "]" || char === "}") depth--
    if (depth === 0 && char === "]") {
      const rest = text.slice(i + 1)
      if (rest.trim() !== "") yield { line, text: rest }
      return
    }
  }
  // An array that is never closed: no JSON.
  yield { line: startLine, text: "[" }
}
