/** The checks that a target asks for: one of an algorithm or a scenario file, several of a spec. */
import { readFileSync } from "node:fs"
import { boundsOf } from "../../../checking/bounds.ts"
import { type CheckRequest, inTicks } from "../../../checking/request.ts"
import { inOrder, formatProblem } from "../../../lib/problems.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import type { ClockModel } from "../../../runtime/checker/model.ts"
import { timeless } from "../../../runtime/contract/times.ts"
import { encode } from "../../../runtime/process/value.ts"
import type { Cell, Registry } from "../../../scenarios/cell.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"
import { parseScenario } from "../../../scenarios/scenario-source.ts"
import { UsageError } from "../../exit-codes.ts"
import { listProblems } from "../../problems.ts"
import { loadSpec } from "../../specs.ts"
import { isAlgorithmName } from "../../targets.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import { type CheckOptions, clockFor, groupNamed, requestFor, whyNotChecked } from "./prepare.ts"

export interface Targets {
  /** By the name used in reports and files. */
  readonly requests: ReadonlyMap<string, CheckRequest>
  /** Lines about what cannot be checked. */
  readonly left: readonly string[]
  readonly outside: readonly string[]
  /** True if all are the algorithms of one spec. */
  readonly isSpec: boolean
}

/** @throws UsageError */
export async function targetsOf(options: CheckOptions, terminal: Terminal): Promise<Targets> {
  const { target, algorithms: outside = [] } = options
  if (isAlgorithmName(target, outside)) {
    const request = requestFor(await groupNamed(options, outside), options)
    return { requests: new Map([[request.algorithm.name, request]]), left: [], outside, isSpec: false }
  }
  return (await inScenario(options, outside)) ?? inSpec(options, terminal)
}

/** The group of a scenario file, with as many faults as in its run. @returns undefined if the file is none */
async function inScenario(options: CheckOptions, outside: readonly string[]): Promise<Targets | undefined> {
  const { registryWith } = await import("../../../scenarios/outside/load.ts")
  const registry = await registryWith(outside)
  const run = scenarioIn(options.target, registry)
  if (run === undefined) return undefined
  refuse(options, "a scenario file", ["service", "set"])
  const { nodes, parameters, algorithm: name } = run.scenario
  const algorithm = registry.algorithms[name]!
  const service = registry.serviceFor(algorithm, run.scenario.service)!
  const problem = whyNotChecked(algorithm) ?? whyNotServedWithoutTime(service)
  if (problem !== undefined) throw new UsageError(`${options.target}: ${problem}`)
  const usual = boundsOf(run.scenario, algorithm)
  const clock = options.delays === undefined ? usual.clock : undefined
  const group = { algorithm, service, nodes: options.nodes ?? nodes, ...timed(algorithm, parameters, options, clock) }
  return {
    requests: new Map([[name, requestFor(group, options, usual)]]),
    left: [],
    outside,
    isSpec: false,
  }
}

function scenarioIn(file: string, registry: Registry): RunnableScenario | undefined {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch {
    return undefined
  }
  const run = parseScenario(file, text, registry)
  if (run === undefined || !("problems" in run)) return run
  throw new UsageError(listProblems(inOrder(run.problems).map(formatProblem)))
}

/** The reason that a service cannot be checked without time, if any. */
function whyNotServedWithoutTime({ name, untimed }: Service): string | undefined {
  return untimed === undefined ? `${name} cannot be checked without time` : undefined
}

/** The maximal number of nodes in groups of a spec, unless the user gives another. */
const MAX_NODES = 3

/**
 * The algorithms of a spec, each in a small group, once for each set of parameters; sets that differ only in durations count
 * as one.
 */
async function inSpec(options: CheckOptions, terminal: Terminal): Promise<Targets> {
  refuse(options, "a spec", ["service", "set"])
  const { cells, outside } = await loadSpec(options.target, terminal, options.algorithms)
  const { registryWith } = await import("../../../scenarios/outside/load.ts")
  const registry = await registryWith(outside)
  const requests = new Map<string, CheckRequest>()
  const left = new Set<string>()
  const known = new Set<string>()
  for (const { variant, scenario } of smallest(cells)) {
    const algorithm = registry.algorithms[variant.algorithm]!
    const service = registry.serviceFor(algorithm, variant.service)!
    const nodes = options.nodes ?? Math.min(MAX_NODES, scenario.nodes)
    const { parameters } = scenario
    const problem = whyNotChecked(algorithm) ?? algorithm.conflict?.(parameters, nodes)?.message
    const other = whyNotServedWithoutTime(service)
    if (problem !== undefined || other !== undefined) {
      left.add(problem ?? `${variant.key}: ${other}`)
      continue
    }
    const key = encode([variant.algorithm, service.name, nodes, timeless(algorithm.parameters, parameters)])
    if (known.has(key)) continue
    known.add(key)
    const name = requests.has(variant.key) ? `${variant.key}-${requests.size + 1}` : variant.key
    requests.set(name, requestFor({ algorithm, service, nodes, ...timed(algorithm, parameters, options) }, options))
  }
  if (requests.size > 0) return { requests, left: [...left], outside, isSpec: true }
  throw new UsageError(listProblems([`${options.target}: nothing in it can be checked`, ...left]))
}

/** The clock of a group, if it has one, and then its durations in ticks. @param own the clock whose ticks they already use */
function timed(
  algorithm: Algorithm,
  parameters: Readonly<Record<string, unknown>>,
  options: CheckOptions,
  own?: ClockModel,
): Pick<CheckRequest, "parameters" | "clock"> {
  const clock = own ?? clockFor(algorithm, options)
  if (clock === undefined) return { parameters }
  return { parameters: own === undefined ? inTicks(algorithm, parameters) : parameters, clock }
}

/** The cells of each algorithm with its fewest nodes. */
function smallest(cells: readonly Cell[]): readonly Cell[] {
  const least = new Map<string, number>()
  for (const { variant, scenario } of cells) {
    least.set(variant.key, Math.min(least.get(variant.key) ?? Infinity, scenario.nodes))
  }
  return cells.filter(({ variant, scenario }) => scenario.nodes === least.get(variant.key))
}

function refuse(options: CheckOptions, what: string, names: readonly ("service" | "set")[]): void {
  const given = names.find(name => options[name] !== undefined)
  if (given !== undefined) throw new UsageError(`--${given}: ${what} says this itself`)
}
