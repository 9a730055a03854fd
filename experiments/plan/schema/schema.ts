/**
 * The Effect Schema of a spec: its keys, and the written form of each value.
 *
 * It is built for the algorithms and services that a spec uses, and includes their parameter declarations. Values stay as
 * written, because `2f+1` or `3d` differs from one point of the sweep to the next.
 */
import * as Schema from "effect/Schema"
import { CHART_METRICS } from "../../../analysis/kinds.ts"
import { expectedOf, type Parameter, type Parameters, readParameter } from "../../../runtime/contract/parameters.ts"
import { followsLinkDelay, MILLISECOND, parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import { ENTRY_FORM, MAX_ENTRIES, parseLog, parseRun } from "../../../scenarios/logs.ts"
import { EVERY } from "./behaviour-schema.ts"
import { parseExpression } from "./expression.ts"
import { COUNT_FORM, parseFormula } from "./formula.ts"
import { numericKind } from "./kinds-of-values.ts"
import { comparisons } from "./compare-schema.ts"
import { published } from "./published-schema.ts"
import { fault } from "./fault-schema.ts"
import { latency } from "./latency-schema.ts"
import { bandwidth, network, placements } from "./network-schema.ts"
import { isCountFormula } from "./count-formula.ts"
import {
  absolute,
  count,
  counts,
  duration,
  integerFrom,
  nodeCount,
  nodeCounts,
  oneOrMore,
  scalar,
  share,
  shareOf,
  text,
  type Written,
} from "./scalars.ts"

/** The maximum number of runs of a cell. */
export const MAX_REPEATS = 1_000_000

/** Values of declared parameters; the algorithms or services of a spec may declare the same name differently. */
function valuesOf(declarations: readonly Parameters[]) {
  const names = new Set(declarations.flatMap(declared => Object.keys(declared)))
  return [...names].map(name => ({ name, value: valueOf(declarations.flatMap(declared => declared[name] ?? [])) }))
}

function valueOf(declared: readonly Parameter[]) {
  const expected = [...new Set(declared.map(expectedOf))].join(" and ")
  return scalar(expected, written => declared.every(parameter => accepts(parameter, written)))
}

/** Accepts durations in `d` and expressions, which can be checked only at each point of the sweep. */
function accepts(parameter: Parameter, written: Written): boolean {
  if (parameter.kind === "duration" && typeof written === "string" && followsLinkDelay(written)) {
    if (parseDuration(written, MILLISECOND) !== undefined) return true
  }
  if (readParameter(parameter, written, MILLISECOND) !== undefined || isCountFormula(parameter, written)) return true
  return numericKind(parameter.kind) !== undefined && hasToBeWorkedOut(written)
}

/** Expressions only: a bare number or duration that was out of its parameter's range must be rejected here. */
function hasToBeWorkedOut(written: Written): boolean {
  const expression = parseExpression(written)
  return expression !== undefined && expression.names.size > 0
}

/** Values of the settings that the algorithms, or the workloads of the services, of a spec declare. */
export function settingsSchema(declarations: readonly Parameters[]) {
  return Schema.Struct(
    Object.fromEntries(valuesOf(declarations).map(({ name, value }) => [name, Schema.optionalKey(value)])),
  )
}

/** The keys that can be swept: sizes, the network, the disk, and every declared parameter and workload setting. */
function sweep({ parameters, workload }: Declarations) {
  const dotted = (prefix: string, declarations: readonly Parameters[]) =>
    valuesOf(declarations).map(({ name, value }) => [`${prefix}.${name}`, many(value)] as const)
  return Schema.Struct({
    ...Object.fromEntries([...dotted("parameters", parameters), ...dotted("workload", workload)]),
    f: Schema.optionalKey(counts),
    nodes: Schema.optionalKey(nodeCounts),
    latency: many(latency),
    clientLatency: many(latency),
    loss: many(share),
    duplication: many(share),
    bandwidth: many(bandwidth),
    serviceTime: many(absolute),
    jitter: many(share),
    leader: many(leader),
    regions: Schema.optionalKey(placements),
    clientRegions: Schema.optionalKey(placements),
    syncLatency: many(absolute),
  })
}

function many<S extends Schema.Constraint>(item: S) {
  return Schema.optionalKey(oneOrMore(item, "a value or a list of values"))
}

const REPEAT_FORM =
  `an integer from 1 to ${MAX_REPEATS}, how precise the runs are to be: { until: 1%, of: availability }, ` +
  "or every: a run for every case"
const PRECISION_FORM = "a share above 0 such as 1% or 0.01"
const isPositiveShare = (value: Written): boolean =>
  typeof value === "string" ? (parseShare(value) ?? 0) > 0 : typeof value === "number" && value > 0 && value <= 1
const isProperShare = (value: Written): boolean => isPositiveShare(value) && shareOf(value) < 1
const METRIC_FORM = `one of ${Object.keys(CHART_METRICS).join(", ")}`

/** Runs of each cell: a number, until a metric's interval is narrow enough, or one for each case. */
const repeat = Schema.Union([
  integerFrom(1, MAX_REPEATS),
  Schema.Literal(EVERY),
  Schema.Struct({
    until: scalar(PRECISION_FORM, isPositiveShare),
    of: Schema.Literals(Object.keys(CHART_METRICS)).annotate({ expected: METRIC_FORM }),
    min: Schema.optionalKey(integerFrom(2, MAX_REPEATS)),
    max: Schema.optionalKey(integerFrom(2, MAX_REPEATS)),
  }),
]).annotate({ expected: REPEAT_FORM })

const EXPECT_FORM = "holds, violated, or { violated: a check or a list of them, by: an algorithm or a list of them }"

/** The verdicts that the experiment expects of its checks. */
const expectation = Schema.Union([
  Schema.Literals(["holds", "violated"]),
  Schema.Struct({
    violated: oneOrMore(text("the name of a check"), "a check or a list of them"),
    by: Schema.optionalKey(oneOrMore(text("the name of an algorithm"), "an algorithm or a list of them")),
  }),
]).annotate({ expected: EXPECT_FORM })

/** The declarations of the algorithms and services that a spec uses. */
export interface Declarations {
  readonly parameters: readonly Parameters[]
  readonly workload: readonly Parameters[]
}

const name = text("a name")

const LOG_FORM = `a list of epochs such as [1, 1, 2] or [1x500, 2], of at most ${MAX_ENTRIES} entries`
const INITIAL_FORM = "the logs at the beginning, by node: { 0: [1, 1, 2], 1: [1] }, or all: for the others"

/** The initial log of each node. */
const initial = Schema.Record(
  Schema.String,
  Schema.Array(scalar(ENTRY_FORM, item => parseRun(item) !== undefined))
    .annotate({ expected: LOG_FORM })
    .check(Schema.makeFilter(log => parseLog(log) !== undefined, { expected: LOG_FORM })),
).annotate({ expected: INITIAL_FORM })

/** The initial leader: a node's number, or a region; the regions are known only at each point. */
const leader = scalar(COUNT_FORM, value => typeof value === "string" || parseFormula(value) !== undefined)

/** The algorithms and services that a spec uses; the rest of its schema depends on them. */
const uses = {
  /** One service for all algorithms, or one for each algorithm by name. */
  service: Schema.optionalKey(
    Schema.Union([name, Schema.Record(Schema.String, name)]).annotate({
      expected: "the name of a service, or one for each algorithm by name",
    }),
  ),
  algorithms: Schema.NonEmptyArray(
    Schema.Union([
      name,
      Schema.Struct({
        use: name,
        /** The outside module that defines it: a path relative to the spec, or the name of a package. */
        from: Schema.optionalKey(text("a path such as ./my-raft.ts, or the name of a package")),
        label: Schema.optionalKey(name),
        service: Schema.optionalKey(name),
        parameters: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
      }),
    ]).annotate({ expected: "the name of an algorithm, or { use: its name, label: ..., parameters: ... }" }),
  )
    .annotate({ expected: "a list of algorithms" })
    .annotateKey({ messageMissingKey: "say algorithms: [raft, multi-paxos] (quorate algorithms lists them)" }),
}

export const usesSchema = Schema.Struct(uses)
export type Uses = typeof usesSchema.Type

/** The whole spec. */
export function specSchema(declarations: Declarations) {
  return Schema.Struct({
    question: text("the question the experiment answers, as text"),
    ...uses,
    parameters: Schema.optionalKey(settingsSchema(declarations.parameters)),
    workload: Schema.optionalKey(settingsSchema(declarations.workload)),
    nodes: Schema.optionalKey(nodeCount),
    f: Schema.optionalKey(count),
    network: Schema.optionalKey(network),
    disk: Schema.optionalKey(Schema.Struct({ syncLatency: Schema.optionalKey(duration) })),
    faults: Schema.optionalKey(
      Schema.Array(fault).annotate({ expected: "a list of faults, such as [crash: { count: 1, at: 5s }]" }),
    ),
    /** The initial leader and the initial logs. */
    leader: Schema.optionalKey(leader),
    initial: Schema.optionalKey(initial),
    sweep: Schema.optionalKey(sweep(declarations)),
    warmup: Schema.optionalKey(duration),
    duration: Schema.optionalKey(duration),
    /** A run that needs more events than this fails. */
    eventBudget: Schema.optionalKey(integerFrom(1, Number.MAX_SAFE_INTEGER)),
    repeat: Schema.optionalKey(repeat),
    /** Estimates high availability (many nines) from cycles of failure and repair. */
    rare: Schema.optionalKey(
      Schema.Struct({
        settle: duration,
        bias: Schema.optionalKey(scalar("a share between 0 and 1 such as 50%", isProperShare)),
      }).annotate({ expected: "how long until the group has settled after a failure, e.g. { settle: 10s }" }),
    ),
    seed: Schema.optionalKey(integerFrom(0, Number.MAX_SAFE_INTEGER)),
    expect: Schema.optionalKey(expectation),
    /** Values of the sweep that are compared with each other: see `compare-schema.ts`. */
    compare: Schema.optionalKey(comparisons),
    /** The statements that answer the question: see `answer.ts`. */
    answer: Schema.optionalKey(
      oneOrMore(text("what would answer the question, as text"), "what would answer the question, or a list of that"),
    ),
    /** Figures that papers published for comparison: see `published-schema.ts`. */
    published: Schema.optionalKey(published),
    charts: Schema.optionalKey(Schema.Array(name).annotate({ expected: "a list of charts" })),
  })
}

export type Spec = ReturnType<typeof specSchema>["Type"]
