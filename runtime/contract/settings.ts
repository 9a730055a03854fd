/**
 * Settings of faults and latency models, declared as plain data.
 *
 * One declaration serves everybody: specs and scenario files are checked against it, sweeps and charts take their axes
 * from it, the documentation prints it. Unlike {@link Parameter}s, settings have no default: they are given, or absent.
 */
import type { NodeId } from "./ids.ts"
import type { Micros } from "./units.ts"

/**
 * The kinds of settings, which decide how a setting is written:
 *
 * - `duration`, and `offset`: one that may be negative
 * - `share` (0..1), and `drift`: a share that may be negative, above -1
 * - `positive`: a number above 0; `ordinal`: 1, 2, 3, ...; `flag`: `true`; `toggle`: `true` or `false`; `word`: one of `words`
 * - `nodes`: a list of nodes; `receivers`: one that may be empty; `sides`: nodes by the sides of a partition
 * - `behaviour`: what a traitor says; `quantiles`: the distribution of measured delays
 */
export type SettingKind =
  | "duration"
  | "offset"
  | "share"
  | "drift"
  | "positive"
  | "ordinal"
  | "flag"
  | "toggle"
  | "word"
  | "nodes"
  | "receivers"
  | "sides"
  | "behaviour"
  | "quantiles"

/** One declared setting. `T` is the type of its values inside the workbench. */
export interface Setting<T = unknown> {
  readonly kind: SettingKind
  /** Its meaning: a phrase. */
  readonly doc: string
  /** The title of the axis of a sweep of it; default: its name and the fault's. */
  readonly title?: string
  /** The name of that axis in charts, and the words that complete "... as" in a question. */
  readonly axis?: { readonly name: string; readonly question: string }
  /** The allowed words of a `word`. */
  readonly words?: readonly string[]
  /** True if it may be absent. */
  readonly isOptional?: true
  /** True if it is drawn for each run: scenario files contain the drawn value, and specs do not mention it. */
  readonly isDrawn?: true
  /** Only for the type checker: the type of the value. */
  readonly value?: T
}

export type Settings = Readonly<Record<string, Setting>>

type ValueOf<S> = S extends Setting<infer T> ? T : never
type OptionalKeys<S extends Settings> = { [K in keyof S]: S[K] extends { isOptional: true } ? K : never }[keyof S]

/** The values of declared settings: durations in microseconds, shares as 0..1. */
export type SettingValues<S extends Settings> = {
  readonly [K in Exclude<keyof S, OptionalKeys<S>>]: ValueOf<S[K]>
} & { readonly [K in OptionalKeys<S>]?: ValueOf<S[K]> }

type Titled = Pick<Setting, "title" | "axis">

/** A span of time. */
export function duration(doc: string, title: Titled = {}): Setting<Micros> {
  return { kind: "duration", doc, ...title }
}

/** A span of time in either direction. */
export function offset(doc: string, title: Titled = {}): Setting<Micros> {
  return { kind: "offset", doc, ...title }
}

/** A proportion, 0..1. */
export function share(doc: string, title: Titled = {}): Setting<number> {
  return { kind: "share", doc, ...title }
}

/** A relative change, above -1. */
export function drift(doc: string, title: Titled = {}): Setting<number> {
  return { kind: "drift", doc, ...title }
}

/** A number above 0. */
export function positive(doc: string): Setting<number> {
  return { kind: "positive", doc }
}

/** A place in an order, from 1. */
export function ordinal(doc: string): Setting<number> {
  return { kind: "ordinal", doc }
}

/** Only ever `true`; absent otherwise. */
export function flag(doc: string): Setting<boolean> {
  return { kind: "flag", doc }
}

/** `true` or `false`; a sweep tries both. */
export function toggle(doc: string, title: Titled = {}): Setting<boolean> {
  return { kind: "toggle", doc, ...title }
}

/** The ids of the nodes that messages reach; may be empty. */
export function receivers(doc: string): Setting<readonly NodeId[]> {
  return { kind: "receivers", doc }
}

/** One of a few words. */
export function word<const V extends readonly string[]>(words: V, doc: string, title: Titled = {}): Setting<V[number]> {
  return { kind: "word", words, doc, ...title }
}

/** Makes a setting optional. */
export function optional<T>(setting: Setting<T>): Setting<T> & { readonly isOptional: true } {
  return { ...setting, isOptional: true }
}

/** A setting that is drawn for each run. */
export function drawn<T>(setting: Setting<T>): Setting<T> & { readonly isOptional: true } {
  return { ...setting, isOptional: true, isDrawn: true }
}
