/** Resolves the parameters and the workload of an algorithm at one point of the sweep: evaluates formulas and expressions. */
import {
  expectedOf,
  type ParameterProblem,
  type Parameter,
  type Parameters,
  readParameter,
  resolveParameters,
} from "../../../../runtime/contract/parameters.ts"
import { formatDuration, type Micros, MILLISECOND } from "../../../../runtime/contract/units.ts"
import { shown } from "../../../../lib/problems.ts"
import type { Path } from "../../../../lib/source.ts"
import { withoutFormula } from "../../schema/count-formula.ts"
import { parseExpression } from "../../schema/expression.ts"
import type { Sizes } from "../../schema/formula.ts"
import { type NumericKind, numericKind } from "../../schema/kinds-of-values.ts"
import type { Spec } from "../../schema/schema.ts"
import { coordinatesByName, named, type Named, settingsByName, sizesByName, workedOut } from "./names.ts"
import { choiceOf, coordinatesOf, type Point } from "../point.ts"
import type { ResolvedVariant } from "../variants.ts"

/** The base values from which durations and counts of parameters are computed. */
export interface Scale {
  readonly linkDelay: Micros
  readonly sizes: Sizes
  /** The initial leader, if the spec names one. */
  readonly leader: number | undefined
}

type Section = "parameters" | "workload"
type Report = (path: Path, message: string) => void
type Values = Readonly<Record<string, unknown>>

export const GIVE_F = "sweep f, or say f: 2"

/** An expression of the spec, and its value at a point. */
export interface WorkedOut {
  readonly text: string
  readonly kind: NumericKind
  /** Durations in microseconds, as everywhere inside a run. */
  readonly value: number
}

export interface Settings {
  readonly parameters: Values
  readonly workload: Values
  /** The values of expressions, by `parameters.<name>` and `workload.<name>`. */
  readonly worked: Readonly<Record<string, WorkedOut>>
}

/** The parameters and the workload of a variant: its own override those of all algorithms, and swept values override both. */
export function settingsAt(spec: Spec, variant: ResolvedVariant, point: Point, scale: Scale, report: Report): Settings {
  const { definition, servedBy } = variant
  const written = {
    parameters: writtenIn("parameters", definition.parameters, { ...spec.parameters, ...variant.parameters }, point),
    workload: writtenIn("workload", servedBy.workload, spec.workload ?? {}, point),
  }
  const names = namesFor(spec, variant, written, point, scale)
  const worked: Record<string, WorkedOut> = {}
  const resolve = (section: Section, declared: Parameters, pathOf: (name: string) => Path): Values => {
    const pathTo = (name: string): Path =>
      choiceOf(point, `${section}.${name}`) === undefined ? pathOf(name) : ["sweep", `${section}.${name}`]
    let isRead = true
    const definite = Object.entries(written[section]).map(([name, value]) => {
      const found = definiteValue(declared[name]!, value, scale, names)
      if ("problem" in found) {
        isRead = false
        report(pathTo(name), found.problem)
      } else if (found.expression !== undefined) {
        const kind = numericKind(declared[name]!.kind)
        const number = readParameter(declared[name]!, found.value, 0)
        if (kind !== undefined && typeof number === "number")
          worked[`${section}.${name}`] = { text: found.expression, kind, value: number }
      }
      return [name, "problem" in found ? declared[name]!.default : found.value] as const
    })
    const resolved = resolveParameters(declared, Object.fromEntries(definite), scale.linkDelay)
    if ("values" in resolved) {
      const empty = isRead ? emptyRanges(written[section], resolved.values) : []
      for (const [name, problem] of empty) report(pathTo(name), problem)
      return resolved.values
    }
    for (const problem of resolved.problems) {
      const of = worked[`${section}.${problem.name}`]
      report(pathTo(problem.name), of === undefined ? described(problem, scale.linkDelay) : workedWrongly(problem, of))
    }
    return {}
  }
  const parameters = resolve("parameters", definition.parameters, name => pathOfParameter(variant, name))
  const workload = resolve("workload", servedBy.workload, name => ["workload", name])
  return { parameters, workload, worked }
}

/** Times drawn from `<what>Min` to `<what>Max`, of which the first is the larger: what is wrong with the one that is written. */
function emptyRanges(written: Values, values: Values): readonly (readonly [name: string, problem: string])[] {
  return Object.keys(values).flatMap(least => {
    const most = least.replace(/Min$/, "Max")
    const [from, to] = [values[least], values[most]]
    if (most === least || typeof from !== "number" || typeof to !== "number" || from <= to) return []
    const [low, high] = [formatDuration(from), formatDuration(to)]
    return Object.hasOwn(written, least)
      ? [[least, `found ${low}, expected at most ${most}, which is ${high}`]]
      : [[most, `found ${high}, expected at least ${least}, which is ${low}`]]
  })
}

/** The place at which the spec sets a parameter, unless it is swept. */
export function pathOfParameter({ path, parameters }: ResolvedVariant, name: string): Path {
  return [...(Object.hasOwn(parameters, name) ? path.slice(0, 2) : []), "parameters", name]
}

/** Values of declared settings as the spec writes them; swept values win. */
function writtenIn(section: Section, declared: Parameters, given: Values, point: Point): Values {
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(declared, name))
  const swept = Object.keys(declared).flatMap(name => {
    const chosen = choiceOf(point, `${section}.${name}`)
    return chosen === undefined ? [] : [[name, chosen] as const]
  })
  return Object.fromEntries([...known, ...swept])
}

/** The names in scope for an algorithm's settings: sizes, its own settings, those of the workload, swept dimensions. */
function namesFor(
  spec: Spec,
  { definition, servedBy }: ResolvedVariant,
  written: Readonly<Record<Section, Values>>,
  point: Point,
  { sizes, linkDelay, leader }: Scale,
): Named {
  return named(() => [
    sizesByName(sizes, linkDelay, leader),
    settingsByName("parameters", definition.parameters, written.parameters, linkDelay, true),
    settingsByName("workload", servedBy.workload, written.workload, linkDelay, true),
    coordinatesByName(coordinatesOf(point), linkDelay),
    diskByName(spec, linkDelay),
  ])
}

function diskByName({ disk }: Spec, linkDelay: Micros) {
  const declared = { syncLatency: { kind: "duration", default: "0ms", doc: "" } } as const
  return settingsByName("disk", declared, disk ?? {}, linkDelay, true)
}

/** The names in scope for the rest of a spec, which all algorithms share: only settings common to all. */
export function commonNames(
  spec: Spec,
  variants: readonly ResolvedVariant[],
  point: Point,
  { sizes, linkDelay, leader }: Scale,
): Named {
  const declaredIn = (section: Section): Parameters =>
    Object.assign(
      {},
      ...variants.map(({ definition, servedBy }) =>
        section === "parameters" ? definition.parameters : servedBy.workload,
      ),
    )
  const settingsIn = (section: Section) => {
    const declared = declaredIn(section)
    return settingsByName(section, declared, writtenIn(section, declared, spec[section] ?? {}, point), linkDelay, false)
  }
  return named(() => [
    sizesByName(sizes, linkDelay, leader),
    coordinatesByName(coordinatesOf(point), linkDelay),
    settingsIn("parameters"),
    settingsIn("workload"),
    diskByName(spec, linkDelay),
  ])
}

/** The value of a setting with formulas and expressions evaluated, as a spec would write it. */
function definiteValue(
  parameter: Parameter,
  written: unknown,
  { sizes, linkDelay }: Scale,
  names: Named,
): { readonly value: unknown; readonly expression?: string } | { readonly problem: string } {
  const count = withoutFormula(parameter, written, sizes)
  if ("unknownIn" in count) return { problem: `found "${count.unknownIn.text}", but f is not given; ${GIVE_F}` }
  const kind = numericKind(parameter.kind)
  if (kind !== undefined && count.value !== written) return { ...count, expression: String(written) }
  const isPlain = [linkDelay, MILLISECOND].some(d => readParameter(parameter, count.value, d) !== undefined)
  if (kind === undefined || isPlain) return count
  const expression = parseExpression(count.value)
  if (expression === undefined) return count
  const found = workedOut(expression, kind, names, expectedOf(parameter))
  return "problem" in found ? found : { value: found.written, expression: expression.text }
}

function described({ found, expected }: ParameterProblem, linkDelay: Micros): string {
  const unit = typeof found === "string" && /[0-9]\s*d\b/.test(found) ? ` (d = ${formatDuration(linkDelay)} here)` : ""
  return `found ${shown(found)}${unit}, expected ${expected}`
}

function workedWrongly({ found, expected }: ParameterProblem, { text }: WorkedOut): string {
  return `found ${shown(text)}, which is ${String(found)} here, expected ${expected}`
}
