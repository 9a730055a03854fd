/** The part of a spec that describes faults: their kinds, whom they hit, and when. */
import * as Schema from "effect/Schema"
import type { SettingKind, Settings } from "../../../runtime/contract/settings.ts"
import { CONDITIONS, type FaultKind, SPANS } from "../../../runtime/faults/fault.ts"
import type { FaultDescriptor, Hits } from "../../../runtime/faults/kind.ts"
import { FAULT_KINDS, faultKindNamed } from "../../../runtime/faults/registry.ts"
import { DURATION_FORM } from "../../../runtime/contract/units.ts"
import {
  count,
  counts,
  duration,
  durations,
  integerFrom,
  moment,
  moments,
  positive,
  shares,
  signedDurations,
  signedShares,
  text,
} from "./scalars.ts"
import { behaviour, EVERY, isEveryBehaviour } from "./behaviour-schema.ts"
import { namedNode } from "./named-node.ts"

const node = namedNode
const nodes = Schema.NonEmptyArray(node)
const receivers = Schema.Union([Schema.Array(node), Schema.Literal(EVERY)]).annotate({
  expected: "a list of nodes such as [0, 1], [] (none) or every (with repeat: every)",
})
const one = <const W extends readonly string[]>(words: W) =>
  Schema.Literals(words).annotate({ expected: `one of ${words.join(", ")}` })
/** One of a few words, or a list of them to sweep. */
const oneOrMore = (words: readonly string[]) => {
  const expected = `one of ${words.join(", ")}, or a list of them`
  return Schema.Union([Schema.Literals(words), Schema.NonEmptyArray(Schema.Literals(words))]).annotate({ expected })
}
const flag = Schema.Literal(true).annotate({ expected: "true" })
const TOGGLE_FORM = "true or false, or [false, true] to sweep both"
const toggle = Schema.Union([Schema.Boolean, Schema.NonEmptyArray(Schema.Boolean)]).annotate({ expected: TOGGLE_FORM })

const office = text("the name of an office, such as tail")
const offices = Schema.Union([office, Schema.NonEmptyArray(office)]).annotate({
  expected: "the name of an office such as tail, or a list of them",
})

const region = text("the name of a region")
const targetRegions = Schema.Union([region, Schema.NonEmptyArray(region)]).annotate({
  expected: "the name of a region such as us-east-1, or a list of them",
})

/** The nodes that a fault hits: exactly one of these; `region` goes with `count` and with `nodes: all`. */
const target = {
  /** A number of nodes, drawn at random; a range or a list is swept. */
  count: Schema.optionalKey(counts),
  nodes: Schema.optionalKey(
    Schema.Union([nodes, text("all, or the name of a role")]).annotate({
      expected: "a list of nodes such as [0, 1], or all",
    }),
  ),
  leader: Schema.optionalKey(flag),
  /** The holder of an office, or a role; a list is swept. */
  office: Schema.optionalKey(offices),
  /** One node of a region, `count` of them, or all; a list is swept. */
  region: Schema.optionalKey(targetRegions),
}

/** The maximum number of nodes, any of them: for faults whose cases the runs can enumerate. */
const upTo = { upTo: Schema.optionalKey(count) }

/** The links that a fault hits: those named, all links of some nodes, or every link. */
const scope = {
  ...target,
  links: Schema.optionalKey(
    Schema.NonEmptyArray(Schema.Tuple([node, node]).annotate({ expected: "a link: two nodes such as [0, 1]" })),
  ),
  oneWay: Schema.optionalKey(flag),
}

const times = Schema.optionalKey(integerFrom(1, Number.MAX_SAFE_INTEGER))

const AT_FORM = `${DURATION_FORM}, or { from: 5s, to: 6s } (a random time)`

/** A time, a list of times to sweep, or an interval from which it is drawn. */
const at = Schema.Union([Schema.Struct({ from: moment, to: moment }), moments]).annotate({ expected: AT_FORM })

/** The time of a fault: `at` a time, periodically (`every`), or `when` something happens. */
const strikes = {
  at: Schema.optionalKey(at),
  every: Schema.optionalKey(durations),
  times,
  when: Schema.optionalKey(one(CONDITIONS)),
  after: Schema.optionalKey(durations),
  until: Schema.optionalKey(duration),
}

/** The same for faults that last: for a given time, or random by `mtbf` and `mttr`. */
const lasts = {
  ...strikes,
  for: Schema.optionalKey(durations),
  mtbf: Schema.optionalKey(durations),
  mttr: Schema.optionalKey(durations),
  spans: Schema.optionalKey(one(SPANS)),
  crews: times,
}

const side = Schema.Union([nodes, count]).annotate({
  expected: "a list of nodes such as [0, 1], or how many nodes the side has",
})

const sides = Schema.NonEmptyArray(side)

export type Sides = typeof sides.Type

export const isNodes = Schema.is(nodes)
/** A list of nodes that may be empty. */
export const isNodeList = Schema.is(Schema.Array(node))
export const isSides = Schema.is(sides)

/** Values of settings, by the kind of setting. */
const SCHEMAS: Readonly<Record<Exclude<SettingKind, "word" | "quantiles">, Schema.ConstraintDecoder<unknown>>> = {
  duration: durations,
  offset: signedDurations,
  share: shares,
  drift: signedShares,
  positive: positive("a number above 0"),
  ordinal: integerFrom(1, Number.MAX_SAFE_INTEGER),
  flag,
  toggle,
  nodes,
  receivers,
  sides,
  behaviour,
}

type Fields = Readonly<Record<string, Schema.ConstraintDecoder<unknown>>>

function settingFields(settings: Settings): Fields {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, { kind, words = [], isOptional, isDrawn }]) => {
      if (isDrawn === true || kind === "quantiles") return []
      const value = kind === "word" ? oneOrMore(words) : SCHEMAS[kind]
      const field = [name, isOptional === true ? Schema.optionalKey(value) : value] as const
      // Sides given by size consist of random nodes.
      return kind === "sides" ? [field, ["random", Schema.optionalKey(flag)] as const] : [field]
    }),
  )
}

const TARGETS: Readonly<Record<Hits, Fields>> = {
  nodes: target,
  "listed nodes": { nodes: target.nodes },
  links: scope,
  group: {},
  clients: {},
}

const TIMES: Readonly<Record<NonNullable<FaultDescriptor["ends"]>, Fields>> = {
  repaired: lasts,
  bounded: { ...strikes, for: lasts.for },
  never: strikes,
}

function hasCases(settings: Settings): boolean {
  return Object.values(settings).some(({ kind }) => kind === "receivers" || kind === "behaviour")
}

/** A fault, of one of the kinds. */
export const fault = Schema.Struct(
  Object.fromEntries(
    FAULT_KINDS.map(({ kind, settings, target: hits, ends = "repaired" }) => {
      const fields: Fields = {
        ...settingFields(settings),
        ...TARGETS[hits],
        ...(hasCases(settings) ? upTo : {}),
        ...TIMES[ends],
      }
      return [kind, Schema.optionalKey(Schema.Struct(fields))]
    }),
  ),
)

export type FaultSpec = typeof fault.Type

const shared = Schema.Struct({ ...scope, ...upTo, ...lasts })

/** The settings of a fault: those that many kinds share, and those of its own kind. */
export type FaultSettings = typeof shared.Type & Readonly<Record<string, unknown>>

const isShared = Schema.is(shared)

/** The kind of a fault, and its settings in the spec. */
export function settingsOf(spec: FaultSpec): readonly [FaultDescriptor<FaultKind>, FaultSettings] | undefined {
  const [[kind, settings] = ["", undefined], ...others] = Object.entries(spec)
  const descriptor = faultKindNamed(kind)
  if (descriptor === undefined || !isShared(settings) || others.length > 0) return undefined
  return [descriptor, settings]
}

/** True if a fault stands for all possible cases of its kind, in a spec with `repeat: every`. */
export function isEvery(spec: FaultSpec): boolean {
  const [, settings] = settingsOf(spec) ?? []
  return settings !== undefined && Object.values(settings).some(value => value === EVERY || isEveryBehaviour(value))
}
