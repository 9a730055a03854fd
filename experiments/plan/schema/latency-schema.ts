/** Latencies in specs: a duration, or a latency model with its settings. */
import * as Schema from "effect/Schema"
import type { Setting, SettingKind, Settings } from "../../../runtime/contract/settings.ts"
import { type Micros, parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import type { Quantiles } from "../../../runtime/network/models/empirical.ts"
import type { LatencyModel } from "../../../runtime/network/models/model.ts"
import { type Latency, LATENCY_MODELS, latencyWith } from "../../../runtime/network/models/registry.ts"
import { absolute, positive, share, shareOf } from "./scalars.ts"

const LATENCY_FORM =
  `a duration such as 10ms, or a model: ${names([...LATENCY_MODELS.keys()])} ` +
  `(${LATENCY_MODELS.get("uniform")!.forms[0]!.written})`

/** `a, b or c`. */
function names(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`
}

const QUANTILES_FORM =
  "shares from 0% to 100%, each with the delay that it does not exceed: { 0%: 1ms, 50%: 2ms, 99%: 20ms, 100%: 80ms }"

/** A list of measured delays, or delays by quantile. */
const measured = {
  samples: Schema.optionalKey(Schema.NonEmptyArray(absolute)),
  quantiles: Schema.optionalKey(
    Schema.Record(Schema.String, absolute).check(
      Schema.makeFilter(written => readQuantiles(Object.entries(written)) !== undefined, { expected: QUANTILES_FORM }),
    ),
  ),
}
const oneOfTheTwo = Schema.makeFilter(
  ({ samples, quantiles }: Readonly<Record<string, unknown>>) => (samples === undefined) !== (quantiles === undefined),
  { expected: "samples (a list of delays) or quantiles, one of the two" },
)

/** Schemas of settings, by the kinds that settings of latency models may have; quantiles apart. */
const SCHEMAS: Readonly<Partial<Record<SettingKind, Schema.ConstraintDecoder<unknown>>>> = {
  duration: absolute,
  share,
  positive: positive("a number above 0"),
}

type Fields = Readonly<Record<string, Schema.ConstraintDecoder<unknown>>>

/** The fields of a setting, as a spec writes it. */
function fieldsOf(name: string, { kind, isOptional }: Setting): Fields {
  if (kind === "quantiles") return measured
  const value = SCHEMAS[kind]
  if (value === undefined) throw new Error(`latency models have no settings of the kind ${kind}`)
  return { [name]: isOptional === true ? Schema.optionalKey(value) : value }
}

function modelSchema({ model, settings, constraint }: LatencyModel) {
  const fields = Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) => Object.entries(fieldsOf(name, setting))),
  )
  const written = Schema.Struct({ ...fields, model: Schema.Literal(model) })
  const isMeasured = Object.values(settings).some(({ kind }) => kind === "quantiles")
  const judged = isMeasured ? written.check(oneOfTheTwo) : written
  if (constraint === undefined) return judged
  const { expected, holds } = constraint
  return judged.check(Schema.makeFilter(values => holds(settingsIn(settings, values)), { expected }))
}

/** One-way delay of links. */
export const latency = Schema.Union([absolute, ...[...LATENCY_MODELS.values()].map(modelSchema)]).annotate({
  expected: LATENCY_FORM,
})

export type LatencySpec = typeof latency.Type

/** Parses a latency that the schema has accepted. */
export function readLatency(spec: LatencySpec): Latency {
  if (typeof spec === "string") return { model: "constant", delay: micros(spec) }
  const { model, ...written } = spec
  return latencyWith(model, settingsIn(LATENCY_MODELS.get(model)!.settings, written))
}

function settingsIn(settings: Settings, written: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, { kind }]) => {
      const value = kind === "quantiles" ? quantilesIn(written) : valueOf(kind, written[name])
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

function valueOf(kind: Setting["kind"], written: unknown): number | undefined {
  if (typeof written !== "string" && typeof written !== "number") return undefined
  if (kind === "duration") return micros(String(written))
  return kind === "share" ? shareOf(written) : Number(written)
}

function quantilesIn({ samples, quantiles }: Readonly<Record<string, unknown>>): Quantiles {
  if (Array.isArray(samples)) return ranked(samples.map(sample => micros(String(sample))))
  return readQuantiles(Object.entries(quantiles ?? {})) ?? []
}

/** Samples as evenly spaced quantiles. */
function ranked(samples: readonly Micros[]): Quantiles {
  const delays = samples.toSorted((a, b) => a - b)
  const single = delays.length === 1 ? [delays[0]!, delays[0]!] : delays
  return single.map((delay, index) => [index / (single.length - 1), delay])
}

/** Measured quantiles in order, or `undefined` if they do not span 0 to 1 or the delays are not monotonic. */
function readQuantiles(written: readonly (readonly [upTo: string, delay: unknown])[]): Quantiles | undefined {
  const quantiles = written
    .map(([upTo, delay]) => [parseShare(upTo) ?? Number.NaN, parseDuration(String(delay)) ?? Number.NaN] as const)
    .toSorted(([a], [b]) => a - b)
  const rises = quantiles.every(
    ([upTo, delay], index) => index === 0 || (upTo > quantiles[index - 1]![0] && delay >= quantiles[index - 1]![1]),
  )
  return rises && quantiles[0]?.[0] === 0 && quantiles.at(-1)?.[0] === 1 ? quantiles : undefined
}

function micros(written: string): Micros {
  return parseDuration(written)!
}
