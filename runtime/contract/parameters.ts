/**
 * Parameters of algorithms and workloads, declared as plain data: unit, range, default and meaning.
 *
 * One declaration serves everybody: specs are checked against it, `quorate algorithms` prints it, labs hand it out.
 */
import { DURATION_FORM, formatDuration, type Micros, parseDuration, parseRate, parseShare, parseSize } from "./units.ts"
import { own } from "../lib/own.ts"

/** One declared parameter. `T` is the type its values have inside the workbench. */
export interface Parameter<T = unknown> {
  readonly kind: "duration" | "integer" | "number" | "share" | "rate" | "size" | "choice" | "flag"
  /** The default as a user would write it in a spec. */
  readonly default: string | number | boolean
  /** One sentence: its meaning, and its effect. */
  readonly doc: string
  /** The title of its axis in charts, if its name in words is unsuitable: `Share of reads`. */
  readonly title?: string
  /** The meaning of 0 if it is not a quantity but its absence: `never`. Charts print this word. */
  readonly zero?: string
  /** Smallest and largest allowed value, in the parameter's own unit (microseconds, count, share, 1/s, bytes). */
  readonly min?: number
  readonly max?: number
  /** The allowed words of a `choice`. */
  readonly values?: readonly string[]
  /** The values that a `choice` allows in addition to its words. */
  readonly others?: OtherValues
  /** Only for the type checker: the type of the value. */
  readonly value?: T
}

/** Values of a choice that cannot be listed. */
export interface OtherValues {
  /** A regular expression that matches them from beginning to end. */
  readonly pattern: string
  /** The values in words: `values such as 1_0_0`. */
  readonly form: string
}

export type Parameters = Readonly<Record<string, Parameter>>

/** The values of declared parameters: durations in microseconds, shares as 0..1, sizes in bytes. */
export type ParameterValues<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never
}

/**
 * True if no declared setting is missing: settings have been completed with the defaults ({@link resolveParameters}).
 */
export function isComplete<P extends Parameters>(
  declared: P,
  settings: Readonly<Record<string, unknown>>,
): settings is ParameterValues<P> {
  return Object.keys(declared).every(name => settings[name] !== undefined)
}

/** Options of every declaration. */
type Named = Pick<Parameter, "title" | "zero">

interface Range extends Named {
  readonly min?: number
  readonly max?: number
}

/** A span of time. Defaults may follow the network: `2d + 1ms`, where d is the link delay bound of the scenario. */
export function duration(byDefault: string, doc: string, range: Range = {}): Parameter<Micros> {
  return { kind: "duration", default: byDefault, doc, min: 0, ...range }
}

export function integer(byDefault: number, doc: string, range: Range = {}): Parameter<number> {
  return { kind: "integer", default: byDefault, doc, min: 0, ...range }
}

/** A plain number, such as the exponent of a distribution. */
export function number(byDefault: number, doc: string, range: Range = {}): Parameter<number> {
  return { kind: "number", default: byDefault, doc, min: 0, ...range }
}

/** A probability or proportion, written `10%` or `0.1`. */
export function share(byDefault: string, doc: string, named: Named = {}): Parameter<number> {
  return { kind: "share", default: byDefault, doc, min: 0, max: 1, ...named }
}

/** Events per second, written `100/s`. */
export function rate(byDefault: string, doc: string): Parameter<number> {
  return { kind: "rate", default: byDefault, doc, min: 0 }
}

/** A size in bytes, written `64B` or `1KiB`. */
export function size(byDefault: string, doc: string): Parameter<number> {
  return { kind: "size", default: byDefault, doc, min: 0 }
}

/** One of a few words. */
export function choice<const V extends readonly string[]>(
  values: V,
  byDefault: V[number],
  doc: string,
): Parameter<V[number]> {
  return { kind: "choice", default: byDefault, doc, values }
}

/** One of a few words, or another value of a given form. */
export function choiceOr(
  values: readonly string[],
  others: OtherValues,
  byDefault: string,
  doc: string,
): Parameter<string> {
  return { kind: "choice", default: byDefault, doc, values, others }
}

export function flag(byDefault: boolean, doc: string): Parameter<boolean> {
  return { kind: "flag", default: byDefault, doc }
}

/** A problem with one given value; `expected` describes the allowed ones. */
export interface ParameterProblem {
  readonly name: string
  readonly found: unknown
  readonly expected: string
}

/** The values that a parameter accepts, in words: `an integer from 1 to 9`, `one of majority, median`. */
export function expectedOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case "duration":
      return DURATION_FORM + rangeOf(parameter, formatDuration)
    case "integer":
      return `an integer${rangeOf(parameter, String)}`
    case "number":
      return `a number${rangeOf(parameter, String)}`
    case "share":
      return "a share such as 10% or 0.1, from 0 to 1"
    case "rate":
      return "a rate such as 100/s"
    case "size":
      return "a size such as 64B or 1KiB"
    case "choice":
      return `one of ${parameter.values!.join(", ")}${parameter.others === undefined ? "" : `, or ${parameter.others.form}`}`
    case "flag":
      return "true or false"
  }
}

function rangeOf(parameter: Parameter, write: (value: number) => string): string {
  const { min = 0, max } = parameter
  if (max !== undefined) return `, from ${write(min)} to ${write(max)}`
  return min > 0 ? `, at least ${write(min)}` : ""
}

/**
 * Parses one written value into the value used inside the workbench.
 *
 * @returns the value, or `undefined` if `written` is not allowed
 */
export function readParameter(
  parameter: Parameter,
  written: unknown,
  linkDelay: Micros,
): number | string | boolean | undefined {
  if (parameter.kind === "flag") return typeof written === "boolean" ? written : undefined
  if (parameter.kind === "choice") {
    const isScalar = typeof written === "string" || typeof written === "number" || typeof written === "boolean"
    const word = isScalar ? String(written) : ""
    return parameter.values!.includes(word) || isOther(parameter, word) ? word : undefined
  }
  const value = readNumber(parameter.kind, written, linkDelay)
  if (value === undefined || value < (parameter.min ?? 0) || value > (parameter.max ?? Infinity)) return undefined
  return value
}

function isOther({ others }: Parameter, word: string): boolean {
  return others !== undefined && new RegExp(`^(?:${others.pattern})$`).test(word)
}

function readNumber(kind: Parameter["kind"], written: unknown, linkDelay: Micros): number | undefined {
  if (typeof written === "number") {
    if (kind === "integer") return Number.isSafeInteger(written) ? written : undefined
    return (kind === "share" || kind === "number") && Number.isFinite(written) ? written : undefined
  }
  if (typeof written !== "string") return undefined
  if (kind === "duration") return parseDuration(written, linkDelay)
  if (kind === "share") return parseShare(written)
  if (kind === "rate") return parseRate(written)
  if (kind === "size") return parseSize(written)
  return undefined
}

/**
 * Completes given values with the defaults.
 *
 * @param declared the declared parameters
 * @param given values as a user writes them
 * @param linkDelay the value of the unit `d`, in microseconds
 * @returns the values, or all problems found (including unknown names)
 */
export function resolveParameters<P extends Parameters>(
  declared: P,
  given: Readonly<Record<string, unknown>>,
  linkDelay: Micros,
): { readonly values: ParameterValues<P> } | { readonly problems: readonly ParameterProblem[] } {
  const values: [name: string, value: unknown][] = []
  const problems: ParameterProblem[] = []
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) {
      problems.push({ name, found: given[name], expected: `one of ${Object.keys(declared).join(", ")}` })
    }
  }
  for (const [name, parameter] of Object.entries(declared)) {
    const written = own(given, name) ?? parameter.default
    const value = readParameter(parameter, written, linkDelay)
    if (value === undefined) problems.push({ name, found: written, expected: expectedOf(parameter) })
    else values.push([name, value])
  }
  if (problems.length > 0) return { problems }
  // Built at once: an object filled key by key becomes a dictionary beyond some twenty keys, which is slow to read.
  return { values: Object.fromEntries(values) as ParameterValues<P> }
}
