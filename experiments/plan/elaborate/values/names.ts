/** The names that expressions may use at one point of the sweep: sizes, swept dimensions, and other keys of the spec. */
import type { Parameter, Parameters } from "../../../../runtime/contract/parameters.ts"
import { readParameter } from "../../../../runtime/contract/parameters.ts"
import { own } from "../../../../runtime/lib/own.ts"
import { type Micros, parseDuration } from "../../../../runtime/contract/units.ts"
import { shortName } from "../../../../analysis/words.ts"
import type { Coordinate, Dimension } from "../../../../scenarios/cell.ts"
import { didYouMean, shown } from "../../../../lib/problems.ts"
import {
  type Expression,
  ExpressionError,
  parseExpression,
  type Quantity,
  type Scope,
} from "../../schema/expression.ts"
import type { Sizes } from "../../schema/formula.ts"
import { type NumericKind, numericKind, quantityOf, writtenAs } from "../../schema/kinds-of-values.ts"
import type { Written } from "../../schema/scalars.ts"

/** Values by name. */
export interface Named {
  readonly scope: Scope
  readonly names: readonly string[]
}

/** A name's value: a quantity, or an expression of other names. */
type Value = Quantity | { readonly expression: Expression; readonly kind: NumericKind }

/** f and n as far as they are known; d, the longest delay of a link; and the initial leader. */
export function sizesByName(
  { f, n }: Sizes,
  linkDelay: Micros,
  leader: number | undefined,
): ReadonlyMap<string, Quantity> {
  const plain = (value: number): Quantity => ({ value, time: 0, bytes: 0 })
  return new Map([
    ...(n === undefined ? [] : [["n", plain(n)] as const]),
    ...(f === undefined ? [] : [["f", plain(f)] as const]),
    ...(leader === undefined ? [] : [["leader", plain(leader)] as const]),
    ["d", { value: linkDelay, time: 1, bytes: 0 }],
  ])
}

/** The coordinates of a point that are quantities, by name and short name. */
export function coordinatesByName(
  coordinates: Iterable<readonly [Dimension, Coordinate]>,
  linkDelay: Micros,
): ReadonlyMap<string, Quantity> {
  return new Map(
    [...coordinates].flatMap(([{ name, unit }, { value }]) => {
      const quantity = quantityIn(unit, value, linkDelay)
      return quantity === undefined ? [] : [[shortName(name), quantity] as const, [name, quantity] as const]
    }),
  )
}

const UNITS: Readonly<Record<string, readonly [factor: number, time: number, bytes: number]>> = {
  "": [1, 0, 0],
  ms: [1_000, 1, 0],
  per_s: [1e-6, -1, 0],
  bytes: [1, 0, 1],
  bytes_per_s: [1e-6, -1, 1],
}

function quantityIn(unit: string, value: number | string, linkDelay: Micros): Quantity | undefined {
  if (typeof value === "string") {
    const micros = parseDuration(value, linkDelay)
    return micros === undefined ? undefined : { value: micros, time: 1, bytes: 0 }
  }
  const [factor, time, bytes] = own(UNITS, unit) ?? [Number.NaN, 0, 0]
  return { value: value * factor, time, bytes }
}

/**
 * Settings that are quantities, by name: as written or, with `withDefaults`, as declared; also with the prefix of a section,
 * e.g. `parameters.`.
 */
export function settingsByName(
  section: string,
  declared: Parameters,
  written: Readonly<Record<string, unknown>>,
  linkDelay: Micros,
  withDefaults: boolean,
): ReadonlyMap<string, Value> {
  return new Map(
    Object.entries(declared).flatMap(([name, parameter]) => {
      const value = own(written, name) ?? (withDefaults ? parameter.default : undefined)
      const found = value === undefined ? undefined : valueOf(parameter, value, linkDelay)
      return found === undefined ? [] : [[name, found] as const, [`${section}.${name}`, found] as const]
    }),
  )
}

function valueOf(parameter: Parameter, written: unknown, linkDelay: Micros): Value | undefined {
  const kind = numericKind(parameter.kind)
  if (kind === undefined) return undefined
  const read = readParameter(parameter, written, linkDelay)
  if (typeof read === "number") return quantityOf(kind, read)
  const expression = parseExpression(written)
  return expression && { expression, kind }
}

/**
 * Merges several sources of names; the first that has a name wins.
 *
 * @param sources called only when an expression is evaluated: most settings are none
 */
export function named(sources: () => readonly ReadonlyMap<string, Value>[]): Named {
  let merged: ReadonlyMap<string, Value> | undefined
  const all = (): ReadonlyMap<string, Value> =>
    (merged ??= new Map(
      sources()
        .toReversed()
        .flatMap(source => [...source]),
    ))
  const open = new Set<string>()
  const scope: Scope = name => {
    const value = all().get(name)
    if (value === undefined || !("expression" in value)) return value
    if (open.has(name)) throw new ExpressionError(`${name} depends on itself`)
    open.add(name)
    try {
      return value.expression.at(scope)
    } finally {
      open.delete(name)
    }
  }
  return {
    scope,
    get names() {
      return [...all().keys()].filter(name => !name.includes("."))
    },
  }
}

/**
 * The value of an expression as a spec would write it, or what is wrong with it.
 *
 * @param expected the allowed values, in words
 */
export function workedOut(
  expression: Expression,
  kind: NumericKind,
  { scope, names }: Named,
  expected: string,
): { readonly written: Written } | { readonly problem: string } {
  const found = `found ${shown(expression.text)}`
  const unknown = [...expression.names].find(name => !names.includes(name) && isUnknown(name, scope))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, names)
    return {
      problem: expression.isBare
        ? `${found}, expected ${expected}${hint}`
        : `${found}, but there is no ${unknown} here${hint}`,
    }
  }
  try {
    const written = writtenAs(kind, expression.at(scope))
    return "problem" in written ? { problem: `${found}, ${written.problem}, expected ${expected}` } : written
  } catch (error) {
    if (error instanceof ExpressionError) return { problem: `${found}, but ${error.message}` }
    throw error
  }
}

function isUnknown(name: string, scope: Scope): boolean {
  try {
    return scope(name) === undefined
  } catch (error) {
    if (error instanceof ExpressionError) return false
    throw error
  }
}
