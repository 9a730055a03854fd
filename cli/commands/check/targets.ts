/** The checks that a target asks for: one of an algorithm or a scenario file, several of a spec. */
import { readFileSync } from "node:fs"
import { boundsOf } from "../../../checking/bounds.ts"
import type { CheckRequest } from "../../../checking/request.ts"
import { inOrder, formatProblem } from "../../../lib/problems.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { timeless } from "../../../runtime/contract/timeless.ts"
import { encode } from "../../../runtime/process/value.ts"
import type { Cell, Registry } from "../../../scenarios/cell.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"
import { parseScenario } from "../../../scenarios/scenario-source.ts"
import { UsageError } from "../../exit-codes.ts"
import { listProblems } from "../../problems.ts"
import { loadSpec } from "../../specs.ts"
import { isAlgorithmName } from "../../targets.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import { type CheckOptions, groupNamed, requestFor, whyNotWithoutTime } from "./prepare.ts"

export interface Targets {
  /** By name: what reports and files call it. */
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

/** The group of a scenario file, with as much going wrong as in its run. @returns undefined if the file is none */
async function inScenario(options: CheckOptions, outside: readonly string[]): Promise<Targets | undefined> {
  const { registryWith } = await import("../../../scenarios/outside/load.ts")
  const registry = await registryWith(outside)
  const run = scenarioIn(options.target, registry)
  if (run === undefined) return undefined
  refuse(options, "a scenario file", ["service", "set"])
  const { nodes, parameters, algorithm: name } = run.scenario
  const algorithm = registry.algorithms[name]!
  const service = registry.serviceFor(algorithm, run.scenario.service)!
  const problem = whyNotWithoutTime(algorithm) ?? whyNotServedWithoutTime(service)
  if (problem !== undefined) throw new UsageError(`${options.target}: ${problem}`)
  const group = { algorithm, service, parameters, nodes: options.nodes ?? nodes }
  return {
    requests: new Map([[name, requestFor(group, options, boundsOf(run.scenario, algorithm))]]),
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

/** Why nothing can be said of a service without time. */
function whyNotServedWithoutTime({ name, untimed }: Service): string | undefined {
  return untimed === undefined ? `${name} cannot be checked without time` : undefined
}

/** Nodes of the groups of a spec at most, unless the user says otherwise. */
const MAX_NODES = 3

/** The algorithms of a spec, each in a small group, once with each set of parameters that differ by more than durations. */
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
    const problem = whyNotWithoutTime(algorithm) ?? algorithm.conflict?.(parameters, nodes)?.message
    const timed = whyNotServedWithoutTime(service)
    if (problem !== undefined || timed !== undefined) {
      left.add(problem ?? `${variant.key}: ${timed}`)
      continue
    }
    const key = encode([variant.algorithm, service.name, nodes, timeless(algorithm.parameters, parameters)])
    if (known.has(key)) continue
    known.add(key)
    const name = requests.has(variant.key) ? `${variant.key}-${requests.size + 1}` : variant.key
    requests.set(name, requestFor({ algorithm, service, parameters, nodes }, options))
  }
  if (requests.size > 0) return { requests, left: [...left], outside, isSpec: true }
  throw new UsageError(listProblems([`${options.target}: nothing in it can be checked`, ...left]))
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
