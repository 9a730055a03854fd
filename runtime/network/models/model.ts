/** The type of a latency model: a distribution of one-way delays with its settings, as one value. */
import type { Settings, SettingValues } from "../../contract/settings.ts"
import type { Micros } from "../../contract/units.ts"

export interface LatencyModel<Name extends string = string, S extends Settings = Settings> {
  /** Its name in specs. */
  readonly model: Name
  /** Its forms in specs, each with its meaning; for the documentation. */
  readonly forms: readonly { readonly written: string; readonly doc: string }[]
  readonly settings: S
  /** A condition on the combination of settings. */
  readonly constraint?: LatencyConstraint<S>
  /** The quantile of the delay at `share` (0..1, below 1), in microseconds. */
  quantile(latency: SettingValues<S>, share: number): number
  /** The largest delay; absent if there is none, or if it may be an outlier. */
  bound?(latency: SettingValues<S>): Micros
  /** In words, for tables and charts: `uniform 5ms..15ms`. */
  describe(latency: SettingValues<S>): string
}

/** A condition on several settings, blamed on one of them. */
export interface LatencyConstraint<S extends Settings> {
  readonly setting: keyof S & string
  /** `a min that is not above max`. */
  readonly expected: string
  holds(latency: SettingValues<S>): boolean
}

/** A latency with values for the settings of its model. */
export type LatencyOf<Model> =
  Model extends LatencyModel<infer Name, infer S> ? { readonly model: Name } & SettingValues<S> : never

/** Declares a latency model; the types of its settings follow from their declaration. */
export function latencyModel<const Name extends string, const S extends Settings>(
  model: LatencyModel<Name, S>,
): LatencyModel<Name, S> {
  return model
}
