/** The small values of a spec: durations, shares, counts and formulas, each with a description of the allowed values. */
import * as Schema from "effect/Schema"
import { DURATION_FORM, followsLinkDelay, parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import { showControls } from "../../../runtime/lib/show.ts"
import { parseExpression } from "./expression.ts"
import { COUNTS_FORM, COUNT_FORM, evaluate, type Formula, isConstant, parseCounts, parseFormula } from "./formula.ts"

/** A scalar as written in YAML. */
export type Written = string | number | boolean

/** The maximum number of nodes in a group. */
export const MAX_NODES = 1_000

/** A scalar accepted by `isAllowed`; `expected` describes the allowed values. */
export function scalar(expected: string, isAllowed: (written: Written) => boolean) {
  return Schema.Union([Schema.Finite, Schema.String, Schema.Boolean])
    .annotate({ expected })
    .check(Schema.makeFilter(isAllowed, { expected }))
}

/** A list of at least one item, or a single item in place of a list of one. */
export function oneOrMore<S extends Schema.Constraint>(item: S, expected: string) {
  return Schema.Union([Schema.NonEmptyArray(item), item]).annotate({ expected })
}

export function integerFrom(min: number, max: number) {
  const expected = `an integer from ${min} to ${max}`
  return Schema.Finite.annotate({ expected }).check(
    Schema.makeFilter(value => Number.isSafeInteger(value) && value >= min && value <= max, { expected }),
  )
}

/** A text that is not empty and is printable: it appears in file names, charts and tables. */
export const text = (expected: string) =>
  Schema.String.annotate({ expected }).check(
    Schema.makeFilter(value => value.trim() !== "" && showControls(value) === value, { expected }),
  )

/** A duration, or an expression; expressions can be checked only at each point of the sweep, where their names have values. */
export const duration = Schema.String.annotate({ expected: DURATION_FORM }).check(
  Schema.makeFilter(value => parseDuration(value) !== undefined || parseExpression(value) !== undefined, {
    expected: DURATION_FORM,
  }),
)

/** A duration or an expression, but not a bare name, which would be a typo here. */
export const moment = Schema.String.annotate({ expected: DURATION_FORM }).check(
  Schema.makeFilter(value => parseDuration(value) !== undefined || parseExpression(value)?.isBare === false, {
    expected: DURATION_FORM,
  }),
)

const ABSOLUTE_FORM = "a duration such as 150ms, 2s or 500us"

/** A duration that defines the network, and so cannot be given in its unit `d`. */
export const absolute = Schema.String.annotate({ expected: ABSOLUTE_FORM }).check(
  Schema.makeFilter(value => parseDuration(value) !== undefined && !followsLinkDelay(value), {
    expected: ABSOLUTE_FORM,
  }),
)

const SHARE_FORM = "a share such as 10% or 0.1, from 0 to 1"
export const share = scalar(SHARE_FORM, value =>
  typeof value === "number" ? value >= 0 && value <= 1 : typeof value === "string" && parseShare(value) !== undefined,
)

export const count = scalar(COUNT_FORM, value => parseFormula(value) !== undefined)
export const counts = oneOrMore(
  scalar(COUNTS_FORM, value => parseCounts(value) !== undefined),
  COUNTS_FORM,
)

const NODES_FORM = `a number of nodes from 1 to ${MAX_NODES}, or a formula such as 2f+1`
export const nodeCount = scalar(NODES_FORM, value => isNodeCount(parseFormula(value)))
export const nodeCounts = oneOrMore(
  scalar(NODES_FORM, value => isNodeCount(parseCounts(value)?.from) && isNodeCount(parseCounts(value)?.to)),
  NODES_FORM,
)

/** A formula can be checked only once f is known. */
function isNodeCount(formula: Formula | undefined): boolean {
  if (formula === undefined || !isConstant(formula)) return formula !== undefined
  const nodes = evaluate(formula, {}) ?? 0
  return nodes >= 1 && nodes <= MAX_NODES
}

export const positive = (what: string) =>
  Schema.Finite.annotate({ expected: what }).check(Schema.makeFilter(value => value > 0, { expected: what }))

// A list in place of a value is swept.

export const durations = oneOrMore(duration, DURATION_FORM)
export const moments = oneOrMore(moment, DURATION_FORM)
export const shares = oneOrMore(share, SHARE_FORM)

const SIGNED_DURATION_FORM = "a duration such as 150ms or -2s"
const SIGNED_SHARE_FORM = "a share such as 1% or -0.5%, above -100% and at most 100%"

export const signedDurations = oneOrMore(
  scalar(SIGNED_DURATION_FORM, value => parseSigned(String(value), parseDuration) !== undefined),
  SIGNED_DURATION_FORM,
)
export const signedShares = oneOrMore(
  scalar(SIGNED_SHARE_FORM, value => (parseSigned(String(value), parseShare) ?? -1) > -1),
  SIGNED_SHARE_FORM,
)

/** Parses a quantity with an optional sign. */
export function parseSigned(written: string, parse: (text: string) => number | undefined): number | undefined {
  const [sign, size] = /^[+-]/.test(written) ? [written[0], written.slice(1)] : ["+", written]
  const value = parse(size)
  return value === undefined || sign === "+" ? value : -value
}

/** The value of a share that has been checked. */
export function shareOf(written: Written): number {
  return typeof written === "number" ? written : parseShare(String(written))!
}
