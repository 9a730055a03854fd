/** The part of a spec that says which values of the sweep are compared with each other. */
import * as Schema from "effect/Schema"
import { oneOrMore, scalar, text } from "./scalars.ts"

const VALUE_FORM = "a value of what is swept, such as 3 or 5ms"
const value = scalar(VALUE_FORM, () => true)

export const MARGIN_FORM = "a share such as 1%, a time such as 5ms or a number, above 0"

const comparison = Schema.Struct({
  along: text("the name of something swept"),
  /** The value that others are compared with. */
  to: Schema.optionalKey(value),
  /** The values to compare; default: all. */
  of: Schema.optionalKey(oneOrMore(value, `${VALUE_FORM}, or a list of them`)),
  /** The amounts by which they may be worse, by metric. */
  margin: Schema.optionalKey(
    Schema.Record(
      Schema.String,
      scalar(MARGIN_FORM, () => true),
    ).annotate({ expected: "margins by metric: { availability: 0.1% }" }),
  ),
})

export const comparisons = oneOrMore(comparison, "a comparison such as { along: nodes, to: 3 }, or a list of them")

export type ComparisonSpec = typeof comparison.Type
