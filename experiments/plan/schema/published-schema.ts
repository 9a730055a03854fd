/** The part of a spec that gives published values of the same figures. */
import * as Schema from "effect/Schema"
import { oneOrMore, scalar, share, text } from "./scalars.ts"

const VALUE_FORM = "a number, a time such as 287ms or a share"
export const VALUES_FORM = "values with where they are, such as { nodes: 5, is: 287ms }"

const value = scalar(VALUE_FORM, () => true)

const series = Schema.Struct({
  source: text("where it was published, as text"),
  of: text("what it is of: a metric, or a share of a distribution such as recovery at 50%"),
  by: Schema.optionalKey(text("the label of an algorithm")),
  tolerance: share,
  values: Schema.NonEmptyArray(Schema.Record(Schema.String, value).annotate({ expected: VALUES_FORM })).annotate({
    expected: `a list of ${VALUES_FORM}`,
  }),
})

export const published = oneOrMore(series, "{ source, of, tolerance, values }, or a list of that")

export type PublishedSpec = typeof series.Type
