/**
 * The values of recordings in any format: JSON, EDN or a log. No number loses a digit: a number that JavaScript may not
 * represent exactly is kept as its digits.
 */

/** Raised for input that cannot be read; becomes a problem of its line. */
export class WrongLine extends Error {}

/** Raised for a fault that makes the whole file unfit for judgement; reported once, however many lines have it. */
export class WrongFile extends WrongLine {
  readonly line: number | undefined

  constructor(message: string, line?: number) {
    super(message)
    this.line = line
  }
}

/** Raised for an option that does not apply to the object that is judged. */
export class WrongOption extends Error {}

/** A number as its digits: `123`, `-0.5`, `1e-500`; equal numbers have equal digits. */
export class Digits {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Keywords of EDN are strings that begin with a colon; its sets and lists are arrays. */
export type Datum = null | boolean | number | string | Digits | readonly Datum[] | Fields

export type Fields = { readonly [name: string]: Datum }

export function isList(datum: Datum | undefined): datum is readonly Datum[] {
  return Array.isArray(datum)
}

export function isFields(datum: Datum | undefined): datum is Fields {
  return typeof datum === "object" && datum !== null && !Array.isArray(datum) && !(datum instanceof Digits)
}

/** Decimal digits that a JavaScript number holds exactly. */
const EXACT_DIGITS = 15
/** Places before or behind the point beyond which a number is written with an exponent. */
const MAX_PLACES = 40

/**
 * Parses a decimal number in JSON's form or EDN's: into a JavaScript number if that loses nothing.
 *
 * @throws WrongLine if it is no decimal number
 */
export function numberOf(source: string): number | Digits {
  if (source.length <= EXACT_DIGITS && /^\d+$/.test(source)) return Number(source)
  const match = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(source)
  if (match === null) throw new WrongLine(`${source.slice(0, 40)} is not a number that can be read exactly`)
  const [, sign, whole, fraction = "", exponent = "0"] = match
  const digits = (whole! + fraction).replace(/^0+/, "").replace(/0+$/, "")
  if (digits === "") return 0
  const zeros = (whole! + fraction).length - (whole! + fraction).replace(/0+$/, "").length
  // The number is `digits` times ten to the power of `power`.
  const power = Number(exponent) - fraction.length + zeros
  const text = (sign === "-" ? "-" : "") + writeOut(digits, power)
  const isSafe = digits.length + Math.max(power, 0) <= EXACT_DIGITS && power > -EXACT_DIGITS
  return isSafe ? Number(text) : new Digits(text)
}

function writeOut(digits: string, power: number): string {
  const places = digits.length + power
  if (places > MAX_PLACES || power < -MAX_PLACES) return `${digits}e${power}`
  if (power >= 0) return digits + "0".repeat(power)
  if (places > 0) return `${digits.slice(0, places)}.${digits.slice(places)}`
  return `0.${"0".repeat(-places)}${digits}`
}

/** The text that stands for a value in a history: numbers are their digits, lists and maps their JSON. */
export function textOf(datum: Datum): string | null {
  if (datum === null || typeof datum === "string") return datum
  return jsonOf(datum)
}

/** The maximum nesting of lists and maps in values. */
export const MAX_DEPTH = 100

/** A value as JSON, with the names of its fields in order: equal values have equal texts. */
export function jsonOf(datum: Datum, depth = 0): string {
  if (depth > MAX_DEPTH) throw new WrongLine(`a value is nested more than ${MAX_DEPTH} deep`)
  if (datum instanceof Digits) return datum.text
  if (typeof datum === "number") return digitsOf(datum)
  if (isList(datum)) return `[${datum.map(element => jsonOf(element, depth + 1)).join(",")}]`
  if (!isFields(datum)) return JSON.stringify(datum)
  const fields = Object.keys(datum).toSorted()
  return `{${fields.map(name => `${JSON.stringify(name)}:${jsonOf(datum[name]!, depth + 1)}`).join(",")}}`
}

function digitsOf(number: number): string {
  if (Number.isSafeInteger(number)) return String(number)
  const read = numberOf(String(number))
  return read instanceof Digits ? read.text : String(read)
}

/** A value for messages: as JSON, shortened. */
export function quote(datum: Datum): string {
  const text = jsonOf(datum)
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`
}
