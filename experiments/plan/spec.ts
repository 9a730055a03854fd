/** Reads an experiment's spec, checks everything in it, and resolves it. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as SchemaParser from "effect/SchemaParser"
import type * as Schema from "effect/Schema"
import type { ParseOptions } from "effect/SchemaAST"
import * as bundledRegistry from "../../algorithms/registry.ts"
import { casesOf } from "../../scenarios/cases.ts"
import type { Registry } from "../../scenarios/cell.ts"
import type { Experiment } from "../model/experiment.ts"
import { nameOfSpec } from "../model/name.ts"
import { chartProblem, defaultCharts } from "../../reports/charts/registry.ts"
import { comparisonsIn } from "./compare.ts"
import { isApart, tracked, withoutWrong } from "./further.ts"
import { publishedIn } from "./published.ts"
import { writtenOut } from "./written-out.ts"
import { parseAnswer } from "./schema/answer.ts"
import { dimensionsOf } from "./elaborate/dimensions.ts"
import type { Precision } from "../model/experiment.ts"
import { DEFAULTS, elaborate } from "./elaborate/elaborate.ts"
import { EVERY } from "./schema/behaviour-schema.ts"
import { expectationOf } from "./schema/expectation.ts"
import { shareOf } from "./schema/scalars.ts"
import { problemsOf } from "../../lib/issues.ts"
import { loadModules, type Outside } from "./elaborate/outside.ts"
import { inOrder, type Problem, SpecError } from "../../lib/problems.ts"
import { reasonOf } from "../../lib/errors.ts"
import { IS_DEVICE, isDevice } from "../../lib/device.ts"
import { type Declarations, settingsSchema, type Spec, specSchema, usesSchema } from "./schema/schema.ts"
import { type Path, readSource, type Source } from "../../lib/source.ts"
import { type ResolvedVariant, resolveVariants } from "./elaborate/variants.ts"

export { formatProblem, type Problem, SpecError } from "../../lib/problems.ts"

export interface LoadOptions {
  /** The algorithms and services that the spec may name; default: the workbench's own. */
  readonly registry?: Registry
  /** Outside modules with further algorithms: paths relative to the working directory, or names of packages. */
  readonly outside?: readonly string[]
  /** The text of the spec if it is not in a file; problems then cite `file`. */
  readonly text?: string
}

/**
 * Reads and checks a spec.
 *
 * Fails with all problems at once, each with its file, line and column.
 */
export const loadExperiment = Effect.fn("loadExperiment")(function* (file: string, options: LoadOptions = {}) {
  const files = yield* FileSystem.FileSystem
  if (options.text === undefined && isDevice(file))
    return yield* new SpecError({ problems: [{ file, line: 0, column: 0, message: IS_DEVICE }] })
  const text =
    options.text ??
    (yield* files.readFileString(file).pipe(
      Effect.mapError(error => {
        const reason =
          error.reason._tag === "NotFound"
            ? "there is no such file"
            : (reasonOf(error.cause) ?? "this file cannot be read")
        return new SpecError({ problems: [{ file, line: 0, column: 0, message: reason }] })
      }),
    ))
  const base = options.registry ?? bundledRegistry
  const outside = yield* Effect.promise(() => modulesFor(file, text, options.outside ?? [], base))
  if (outside.problems.length > 0) return yield* new SpecError({ problems: inOrder(outside.problems) })
  const experiment = parseExperiment(file, text, outside.registry, outside)
  if ("problems" in experiment) return yield* new SpecError({ problems: inOrder(experiment.problems) })
  return experiment
})

/** Loads the modules that a spec and the command line name; other problems with the spec are found later. */
async function modulesFor(file: string, text: string, given: readonly string[], base: Registry): Promise<Outside> {
  const source = readSource(file, text)
  if ("problems" in source) return { registry: base, ...NO_MODULES, problems: [] }
  const uses = decode(usesSchema, source.value, source)
  return loadModules("problems" in uses ? undefined : uses.value, source, given, base)
}

const NO_MODULES = { modules: [], added: [] } as const

/**
 * Checks the text of a spec.
 *
 * @param registry the algorithms and services that it may name, those of `outside` included
 */
export function parseExperiment(
  file: string,
  text: string,
  registry: Registry,
  outside: Pick<Outside, "modules" | "added"> = NO_MODULES,
): Experiment | { readonly problems: readonly Problem[] } {
  const asWritten = readSource(file, text)
  if ("problems" in asWritten) return asWritten
  const written = asWritten.value
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    return {
      problems: [asWritten.problemAt([], "not an experiment; expected keys such as question, algorithms and sweep")],
    }
  }
  const { source: plain, zipped, problems: unwritten } = writtenOut(asWritten, written)
  if (unwritten.length > 0) return { problems: unwritten }
  const source = tracked(plain)
  // The schema depends on the algorithms, so these are resolved first.
  const uses = decode(usesSchema, source.value, source)
  const known = "problems" in uses ? NOTHING_KNOWN : resolveVariants(uses.value, source, registry, outside.added)
  const allKnown = !("problems" in uses) && known.problems.length === 0
  const value = allKnown ? source.value : withoutSettings(Object(source.value))
  const schema = specSchema(declarationsOf(known.variants))
  const spec = decode(schema, value, source, { onExcessProperty: "error" })
  const own = ownParameters(known.variants, source)
  if (!allKnown || own.length > 0)
    return { problems: [...known.problems, ...("problems" in spec ? spec.problems : []), ...own] }
  const completed = (readable: Spec) => complete(readable, source, known.variants, outside.modules, zipped)
  if (!("problems" in spec)) return completed(spec.value)
  const wrong = spec.problems.map(problem => source.pathOf(problem))
  const rest = decode(schema, withoutWrong(Object(value), wrong), source, { onExcessProperty: "error" })
  const judged = "problems" in rest ? undefined : completed(rest.value)
  const more = judged !== undefined && "problems" in judged ? judged.problems : []
  return { problems: [...spec.problems, ...more.filter(problem => isApart(source.pathOf(problem), wrong))] }
}

const NOTHING_KNOWN = { variants: [], problems: [] } as const

function decode<S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  value: unknown,
  source: Source,
  options: ParseOptions = {},
  base: Path = [],
): { readonly value: S["Type"] } | { readonly problems: readonly Problem[] } {
  const result = SchemaParser.decodeUnknownResult(schema, { errors: "all", ...options })(value)
  return Result.isSuccess(result) ? { value: result.success } : { problems: problemsOf(result.failure, source, base) }
}

/** Drops the parts that can be checked only when all algorithms are known. */
function withoutSettings(value: object): object {
  const { parameters: _, workload: __, ...rest } = Object.fromEntries(Object.entries(value))
  const sweep: unknown = rest["sweep"]
  if (typeof sweep !== "object" || sweep === null) return rest
  return { ...rest, sweep: Object.fromEntries(Object.entries(sweep).filter(([name]) => !name.includes("."))) }
}

function declarationsOf(variants: readonly ResolvedVariant[]): Declarations {
  const algorithms = new Set(variants.map(({ definition }) => definition.parameters))
  const services = new Set(variants.map(({ servedBy }) => servedBy.workload))
  return { parameters: [...algorithms], workload: [...services] }
}

/** Checks the parameters in entries of `algorithms`. */
function ownParameters(variants: readonly ResolvedVariant[], source: Source): readonly Problem[] {
  return variants.flatMap(({ definition, parameters, path }) => {
    const base = [...path.slice(0, 2), "parameters"]
    const own = settingsSchema([definition.parameters])
    const decoded = decode(own, parameters, source, { onExcessProperty: "error" }, base)
    return "problems" in decoded ? decoded.problems : []
  })
}

function complete(
  spec: Spec,
  source: Source,
  resolved: readonly ResolvedVariant[],
  outside: readonly string[],
  zipped: readonly (readonly string[])[],
): Experiment | { readonly problems: readonly Problem[] } {
  const swept = dimensionsOf(spec, resolved, zipped)
  const { cells, problems } = elaborate(spec, source, resolved, swept)
  const dimensions = swept.map(({ name, title, unit, zero, followers = [] }) => ({
    name,
    title,
    unit,
    ...(zero === undefined ? {} : { zero }),
    ...(followers.length === 0
      ? {}
      : { with: followers.map(other => ({ name: other.name, title: other.title, unit: other.unit })) }),
  }))
  const charts = spec.charts ?? defaultCharts(dimensions)
  const { repeat, precision, problem } = repeatOf(spec.repeat, cells)
  const unfit = problem === undefined ? [] : [source.problemAt(["repeat", "max"], problem)]
  const compared = comparisonsIn(spec, source, swept, cells)
  const unsuitable = charts.flatMap((chart, index) => {
    const message = chartProblem(chart, dimensions, compared.forms)
    return message === undefined ? [] : [source.problemAt(["charts", index], message)]
  })
  const expectation = expectationOf(spec, resolved, source)
  const answers = answersIn(spec, source, { dimensions, cells, compare: compared.forms })
  const beside = publishedIn(spec, source, swept, cells)
  const wrong = [
    ...problems,
    ...unfit,
    ...unsuitable,
    ...expectation.problems,
    ...compared.problems,
    ...answers.problems,
    ...beside.problems,
  ]
  if (wrong.length > 0) return { problems: wrong }
  return {
    name: nameOfSpec(source.file),
    question: spec.question.trim(),
    file: source.file,
    text: source.text,
    variants: resolved.map(({ key, label, algorithm, service }) => ({ key, label, algorithm, service })),
    dimensions,
    cells,
    repeat,
    ...(precision === undefined ? {} : { precision }),
    seed: spec.seed ?? DEFAULTS.seed,
    ...(expectation.expect === undefined ? {} : { expect: expectation.expect }),
    charts,
    compare: compared.forms,
    answer: answers.forms,
    published: beside.series,
    outside,
  }
}

/** The statements that answer the question, and the problems of those that are unreadable. */
function answersIn({ answer }: Spec, source: Source, sweep: Pick<Experiment, "dimensions" | "cells" | "compare">) {
  const texts = answer === undefined ? [] : [answer].flat()
  const read = texts.map(text => parseAnswer(text, sweep))
  return {
    forms: read.flatMap(form => (typeof form === "string" ? [] : [form])),
    problems: read.flatMap((form, place) =>
      typeof form === "string" ? [source.problemAt(Array.isArray(answer) ? ["answer", place] : ["answer"], form)] : [],
    ),
  }
}

/** The number of runs of a cell, or what is wrong with it. */
function repeatOf(written: Spec["repeat"] = DEFAULTS.repeat, cells: Experiment["cells"] = []) {
  if (typeof written === "number") return { repeat: written }
  if (written === EVERY) return { repeat: Math.max(1, ...cells.map(({ scenario }) => casesOf(scenario) ?? 1)) }
  const fewest = Math.min(DEFAULTS.fewestRuns, written.max ?? DEFAULTS.fewestRuns)
  const { until, of, min = fewest, max = Math.max(DEFAULTS.mostRuns, min) } = written
  const precision: Precision = { until: shareOf(until), of, min }
  return min <= max
    ? { repeat: max, precision }
    : { repeat: max, problem: `found ${max}, expected at least min, ${min}` }
}
