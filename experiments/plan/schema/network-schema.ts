/** The part of a spec that says how messages travel. */
import * as Schema from "effect/Schema"
import { parseBandwidth, parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import { absolute, integerFrom, MOST_NODES, positive, scalar, share, text } from "./scalars.ts"

const QUANTILES_FORM =
  "shares from 0% to 100%, each with the delay that it does not exceed: { 0%: 1ms, 50%: 2ms, 99%: 20ms, 100%: 80ms }"

const LATENCY_FORM =
  "a duration such as 10ms, or a model: constant, uniform, normal, lognormal, exponential, pareto or empirical " +
  "({ model: uniform, min: 5ms, max: 15ms })"

/** One-way delay of links; see `Latency` of the runtime for the models. */
export const latency = Schema.Union([
  absolute,
  Schema.Struct({ model: Schema.Literal("constant"), delay: absolute }),
  Schema.Struct({ model: Schema.Literal("uniform"), min: absolute, max: absolute }).check(
    Schema.makeFilter(({ min, max }) => parseDuration(min)! <= parseDuration(max)!, {
      expected: "a min that is not above max",
    }),
  ),
  Schema.Struct({
    model: Schema.Literal("normal"),
    mean: absolute,
    deviation: absolute,
    min: Schema.optionalKey(absolute),
  }).check(
    Schema.makeFilter(({ mean, min = "0us" }) => parseDuration(min)! <= parseDuration(mean)!, {
      expected: "a min that is not above the mean",
    }),
  ),
  Schema.Struct({ model: Schema.Literal("lognormal"), median: absolute, sigma: positive("a number above 0") }),
  Schema.Struct({ model: Schema.Literal("exponential"), floor: absolute, mean: absolute }),
  Schema.Struct({ model: Schema.Literal("pareto"), scale: absolute, shape: positive("a number above 0") }),
  Schema.Struct({
    model: Schema.Literal("empirical"),
    samples: Schema.optionalKey(Schema.NonEmptyArray(absolute)),
    quantiles: Schema.optionalKey(
      Schema.Record(Schema.String, absolute).check(
        Schema.makeFilter(written => readQuantiles(written) !== undefined, { expected: QUANTILES_FORM }),
      ),
    ),
  }).check(
    Schema.makeFilter(({ samples, quantiles }) => (samples === undefined) !== (quantiles === undefined), {
      expected: "samples (a list of delays) or quantiles, one of the two",
    }),
  ),
]).annotate({ expected: LATENCY_FORM })

export type LatencySpec = typeof latency.Type

/** Measured quantiles in order, or `undefined` if they do not go from 0 to 1 or a delay falls as shares rise. */
export function readQuantiles(written: Readonly<Record<string, string>>) {
  const quantiles = Object.entries(written)
    .map(([upTo, delay]) => [parseShare(upTo) ?? Number.NaN, parseDuration(delay) ?? Number.NaN] as const)
    .toSorted(([a], [b]) => a - b)
  const rises = quantiles.every(
    ([upTo, delay], index) => index === 0 || (upTo > quantiles[index - 1]![0] && delay >= quantiles[index - 1]![1]),
  )
  return rises && quantiles[0]?.[0] === 0 && quantiles.at(-1)?.[0] === 1 ? quantiles : undefined
}

const BANDWIDTH_FORM = "a bandwidth such as 10MB/s or 100Mbit/s"
export const bandwidth = scalar(BANDWIDTH_FORM, value => (parseBandwidth(String(value)) ?? 0) > 0)

const node = integerFrom(0, MOST_NODES - 1)

/** A link that differs from the others. */
const link = Schema.Struct({
  between: Schema.Tuple([node, node]).annotate({ expected: "a link: two nodes such as [0, 1]" }),
  oneWay: Schema.optionalKey(Schema.Literal(true).annotate({ expected: "true" })),
  latency: Schema.optionalKey(latency),
  loss: Schema.optionalKey(share),
  duplication: Schema.optionalKey(share),
  bandwidth: Schema.optionalKey(bandwidth),
})

const region = text("the name of a region")
const regionList = Schema.NonEmptyArray(region).annotate({ expected: "a list of regions" })

/** Where nodes and clients are: regions between which round-trip times have been measured. */
const regions = Schema.Struct({
  data: Schema.optionalKey(text("the name of a table of regions")),
  nodes: regionList,
  clients: Schema.optionalKey(regionList),
  jitter: Schema.optionalKey(share),
})

export const network = Schema.Struct({
  latency: Schema.optionalKey(latency),
  clientLatency: Schema.optionalKey(latency),
  loss: Schema.optionalKey(share),
  duplication: Schema.optionalKey(share),
  bandwidth: Schema.optionalKey(bandwidth),
  fifo: Schema.optionalKey(Schema.Boolean.annotate({ expected: "true or false" })),
  serviceTime: Schema.optionalKey(absolute),
  links: Schema.optionalKey(Schema.Array(link).annotate({ expected: "a list of links" })),
  regions: Schema.optionalKey(regions),
})

export type NetworkSpec = typeof network.Type
