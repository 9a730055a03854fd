/**
 * Compiles functions that size messages of the shapes seen so far: the same sizes as `value-size.ts`, several times faster.
 *
 * Walking a record by its field names takes an engine far longer than code that names the fields. So for each place in
 * a message (a field, the elements of a list) the shapes of the records found there are learnt, and code that names
 * their fields is generated. A record has a known shape if it has all of the shape's field names and no others; any
 * other record is walked, and its shape learnt. So no size depends on earlier messages.
 */
import { COLLECTION, SCALAR, sizeOfValue, TEXT } from "./value-size.ts"

/** Sums the sizes of some fields of a message, in bytes. */
export interface FieldsSizer {
  /** Replaced whenever a new shape is learnt. */
  readonly size: (message: object) => number
}

/**
 * Limits of learning: places in one type of message, shapes at one place, fields of one shape, nesting of records.
 * Values beyond them are walked.
 */
const MAX_PLACES = 256
const MAX_SHAPES = 8
const MAX_FIELDS = 24
const DEEPEST = 8

/** A place of values in a message, with the types and shapes found there. */
interface Place {
  readonly depth: number
  /** The type of the first value, which is tested first. */
  readonly type: string
  readonly shapes: Shape[]
  /** The place of the elements of its lists; null if there were none. */
  elements: Place | null
}

/** Records with the same fields. */
interface Shape {
  readonly names: readonly string[]
  readonly places: readonly Place[]
}

/** The code generated so far. Any number of runs can share it, since it is correct for all values. */
export class SizeCodes {
  readonly #codes = new Map<string, FieldsSizer>()

  /**
   * The function that sizes the fields with these names.
   *
   * @param type the type of the messages
   */
  of(type: string, names: readonly string[]): FieldsSizer {
    const key = [type, ...names].join("\n")
    let code = this.#codes.get(key)
    if (code === undefined) this.#codes.set(key, (code = new SizeCode(names)))
    return code
  }
}

class SizeCode implements FieldsSizer {
  size: FieldsSizer["size"]
  readonly #shape: Shape

  constructor(names: readonly string[]) {
    const places = names.map(() => newPlace(0, null))
    this.#shape = { names, places }
    // What the first message is made of is learnt before anything is compiled.
    this.size = message => {
      const room = { places: MAX_PLACES - places.length }
      for (const [i, name] of names.entries()) learn(places[i]!, valueOf(message, name), room)
      this.size = this.#compile()
      return this.size(message)
    }
  }

  #compile(): FieldsSizer["size"] {
    const writer = new Writer()
    const sum = writer.sumOfFields(this.#shape, "message")
    const code = `${writer.functions.join("\n")}\nreturn message => ${sum}`
    const walk = (place: number, value: object): number => {
      const room = { places: MAX_PLACES - writer.places.length }
      if (learn(writer.places[place]!, value, room)) this.size = this.#compile()
      return sizeOfValue(value)
    }
    try {
      // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- made of quoted names
      return new Function("walk", code)(walk) as FieldsSizer["size"]
    } catch {
      // For environments that forbid generating code from strings.
      return message => sumOfValues(message, this.#shape.names)
    }
  }
}

/** Generates one function for each place; values that it does not cover go to `walk(place, value)`. */
class Writer {
  readonly functions: string[] = []
  /** The places by number. */
  readonly places: Place[] = []

  sumOfFields({ names, places }: Shape, record: string): string {
    return names.map((name, i) => this.#sizeAt(places[i]!, field(record, name))).join(" + ")
  }

  /** The size of a value, as an expression: fast for values of the type seen first. */
  #sizeAt(place: Place, value: string): string {
    const size = `${this.#functionFor(place)}(${value})`
    if (place.type === "number") return `(typeof ${value} === "number" ? ${SCALAR} : ${size})`
    if (place.type === "string") return `(typeof ${value} === "string" ? ${TEXT} + ${value}.length : ${size})`
    return size
  }

  /** The name of the function that sizes the values at a place. */
  #functionFor(place: Place): string {
    const number = this.places.push(place) - 1
    const body = [
      `if (typeof value !== "object" || value === null) return typeof value === "string" ? ${TEXT} + value.length : ${SCALAR}`,
      ...(place.elements === null ? [] : this.#sizeOfList(place.elements)),
      ...(place.shapes.length === 0 ? [] : this.#sizeOfRecord(place.shapes)),
      `return walk(${number}, value)`,
    ]
    this.functions.push(`function size${number}(value) {\n  ${body.join("\n  ")}\n}`)
    return `size${number}`
  }

  #sizeOfList(elements: Place): string[] {
    return [
      "if (Array.isArray(value)) {",
      `  let size = ${COLLECTION}`,
      `  for (let i = 0; i < value.length; i++) size += ${this.#sizeAt(elements, "value[i]")}`,
      "  return size",
      "}",
    ]
  }

  #sizeOfRecord(shapes: readonly Shape[]): string[] {
    const cases = shapes.map(shape => {
      const areThere = shape.names.map(name => `${field("value", name)} !== undefined`).join(" && ")
      return `if (fields === ${shape.names.length} && ${areThere}) return ${this.sumOfFields(shape, "value")}`
    })
    return ["let fields = 0", "for (const name in value) fields++", ...cases]
  }
}

function newPlace(depth: number, first: unknown): Place {
  return { depth, type: typeof first, shapes: [], elements: null }
}

function field(record: string, name: string): string {
  return `${record}[${JSON.stringify(name)}]`
}

function sumOfValues(record: object, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + sizeOfValue(valueOf(record, name)), 0)
}

/** A field of a record. */
export function valueOf(record: object, name: string): unknown {
  return (record as Readonly<Record<string, unknown>>)[name]
}

/** The places that may still be learnt. */
interface Room {
  places: number
}

/**
 * Learns the shape of a record, or that there are lists, and all that is nested in them: what is compiled is known at once.
 * False if there is nothing to learn.
 */
function learn(place: Place, value: unknown, room: Room): boolean {
  if (typeof value !== "object" || value === null) return false
  if (room.places <= 0 || place.depth === DEEPEST || value instanceof Map || value instanceof Set) return false
  const below = (first: unknown): Place => {
    room.places--
    return newPlace(place.depth + 1, first)
  }
  if (Array.isArray(value)) {
    // An empty list shows nothing about its elements, and is walked at once.
    if (place.elements !== null || value.length === 0) return false
    place.elements = below(value[0])
    learn(place.elements, value[0], room)
    return true
  }
  if (place.shapes.length === MAX_SHAPES) return false
  const names: string[] = []
  for (const name in value) names.push(name)
  if (names.length === 0 || names.length > MAX_FIELDS) return false
  // Records without such a field would appear to have it, or records with it not to.
  if (names.some(name => name in Object.prototype || valueOf(value, name) === undefined)) return false
  const places = names.map(name => below(valueOf(value, name)))
  place.shapes.push({ names, places })
  for (const [i, name] of names.entries()) learn(places[i]!, valueOf(value, name), room)
  return true
}
