/** The part of a spec that says what goes wrong: the kinds of faults, whom they hit, and when. */
import * as Schema from "effect/Schema"
import { CONDITIONS, DIRECTIONS, type FaultKind, SPANS } from "../../../runtime/faults/fault.ts"
import { DURATION_FORM } from "../../../runtime/contract/units.ts"
import {
  count,
  counts,
  duration,
  durations,
  integerFrom,
  MOST_NODES,
  shares,
  signedDurations,
  signedShares,
} from "./scalars.ts"
import { behaviour } from "./behaviour-schema.ts"

const node = integerFrom(0, MOST_NODES - 1)
const nodes = Schema.NonEmptyArray(node)
const one = <const W extends readonly string[]>(words: W) =>
  Schema.Literals(words).annotate({ expected: `one of ${words.join(", ")}` })
const flag = Schema.Literal(true).annotate({ expected: "true" })

/** Which nodes a fault hits: exactly one of the three. */
const target = {
  /** So many nodes, drawn at random; a range or a list is swept. */
  count: Schema.optionalKey(counts),
  nodes: Schema.optionalKey(
    Schema.Union([nodes, Schema.Literal("all")]).annotate({ expected: "a list of nodes such as [0, 1], or all" }),
  ),
  leader: Schema.optionalKey(flag),
}

/** Which links a fault hits: those named, all links of some nodes, or every link. */
const scope = {
  ...target,
  links: Schema.optionalKey(
    Schema.NonEmptyArray(Schema.Tuple([node, node]).annotate({ expected: "a link: two nodes such as [0, 1]" })),
  ),
  oneWay: Schema.optionalKey(flag),
}

const times = Schema.optionalKey(integerFrom(1, Number.MAX_SAFE_INTEGER))

const AT_FORM = `${DURATION_FORM}, or { from: 5s, to: 6s } (a random time)`

/** A time, a list of times to sweep, or two between which it is drawn. */
const at = Schema.Union([Schema.Struct({ from: duration, to: duration }), durations]).annotate({ expected: AT_FORM })

/** When a fault strikes: `at` a time, `every` so often, or `when` something happens. */
const strikes = {
  at: Schema.optionalKey(at),
  every: Schema.optionalKey(durations),
  times,
  when: Schema.optionalKey(one(CONDITIONS)),
  after: Schema.optionalKey(durations),
  until: Schema.optionalKey(duration),
}

/** The same for faults that last: for a while each time, or at random by `mtbf` and `mttr`. */
const lasts = {
  ...strikes,
  for: Schema.optionalKey(durations),
  mtbf: Schema.optionalKey(durations),
  mttr: Schema.optionalKey(durations),
  spans: Schema.optionalKey(one(SPANS)),
}

const side = Schema.Union([nodes, count]).annotate({
  expected: "a list of nodes such as [0, 1], or how many nodes the side has",
})

/** A fault: one of these kinds; see `Effect` of the runtime for what each does. */
export const fault = Schema.Struct({
  crash: Schema.optionalKey(Schema.Struct({ ...target, ...lasts })),
  restart: Schema.optionalKey(Schema.Struct({ nodes: target.nodes, ...strikes })),
  pause: Schema.optionalKey(Schema.Struct({ ...target, ...lasts })),
  amnesia: Schema.optionalKey(Schema.Struct({ ...target, ...lasts })),
  tornWrite: Schema.optionalKey(Schema.Struct({ ...target, ...lasts })),
  slow: Schema.optionalKey(Schema.Struct({ serviceTime: durations, ...target, ...lasts })),
  isolate: Schema.optionalKey(Schema.Struct({ direction: Schema.optionalKey(one(DIRECTIONS)), ...target, ...lasts })),
  partition: Schema.optionalKey(
    Schema.Struct({
      /** A side is a list of nodes, or how many nodes it has. */
      sides: Schema.NonEmptyArray(side),
      /** Sides given by how many nodes they have consist of random ones. */
      random: Schema.optionalKey(flag),
      bridge: Schema.optionalKey(nodes),
      oneWay: Schema.optionalKey(flag),
      ...lasts,
    }),
  ),
  cut: Schema.optionalKey(Schema.Struct({ ...scope, ...lasts })),
  loss: Schema.optionalKey(Schema.Struct({ share: shares, ...scope, ...lasts })),
  corruption: Schema.optionalKey(Schema.Struct({ share: shares, ...scope, ...lasts })),
  duplication: Schema.optionalKey(Schema.Struct({ share: shares, ...scope, ...lasts })),
  reordering: Schema.optionalKey(Schema.Struct({ share: shares, by: durations, ...scope, ...lasts })),
  delay: Schema.optionalKey(Schema.Struct({ by: durations, ...scope, ...lasts })),
  clockOffset: Schema.optionalKey(Schema.Struct({ by: signedDurations, ...target, ...lasts })),
  clockDrift: Schema.optionalKey(Schema.Struct({ by: signedShares, ...target, ...lasts })),
  slowDisk: Schema.optionalKey(Schema.Struct({ syncLatency: durations, ...target, ...lasts })),
  failingDisk: Schema.optionalKey(Schema.Struct({ ...target, ...lasts })),
  membership: Schema.optionalKey(Schema.Struct({ members: nodes, ...strikes, for: lasts.for })),
  byzantine: Schema.optionalKey(Schema.Struct({ behaviour, ...target, ...strikes })),
})

export type FaultSpec = typeof fault.Type

export function isFaultKind(name: string): name is FaultKind & keyof FaultSpec {
  return name in fault.fields
}

type AnySettings = NonNullable<FaultSpec[keyof FaultSpec]>
type KeyOf<Union> = Union extends unknown ? keyof Union : never
type ValueAt<Union, Key> = Union extends unknown ? (Key extends keyof Union ? Union[Key] : never) : never

/** What faults of all kinds may say, taken together. */
export type FaultSettings = { readonly [Key in KeyOf<AnySettings>]?: NonNullable<ValueAt<AnySettings, Key>> }

/** The one kind that a fault names, and what it says of it. */
export function settingsOf(spec: FaultSpec): readonly [FaultKind, FaultSettings] | undefined {
  const [kind, ...others] = Object.keys(spec).filter(isFaultKind)
  const settings = kind && spec[kind]
  return kind === undefined || settings === undefined || others.length > 0 ? undefined : [kind, settings]
}
