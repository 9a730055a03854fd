/** Every latency model, by name. A new model is one line here. */
import { constant } from "./constant.ts"
import { empirical } from "./empirical.ts"
import { exponential } from "./exponential.ts"
import { lognormal } from "./lognormal.ts"
import type { LatencyModel, LatencyOf } from "./model.ts"
import { normal } from "./normal.ts"
import { pareto } from "./pareto.ts"
import { uniform } from "./uniform.ts"

const MODELS = [constant, uniform, normal, lognormal, exponential, pareto, empirical] as const

/** One-way delay of a link: a model with its settings, durations in microseconds. */
export type Latency = LatencyOf<(typeof MODELS)[number]>

export const LATENCY_MODELS: ReadonlyMap<string, LatencyModel> = new Map(
  MODELS.map((model: LatencyModel) => [model.model, model]),
)

/** The model of a latency. */
export function modelOf({ model }: Latency): LatencyModel {
  return LATENCY_MODELS.get(model)!
}

/** A latency of a model, with parsed values for its settings. */
export function latencyWith(model: string, values: Readonly<Record<string, unknown>>): Latency {
  return { model, ...values } as Latency
}
