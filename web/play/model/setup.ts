/** The choices that define a run to play with: algorithm, service, nodes, network, parameters, seed. */
import * as registry from "../../../algorithms/registry.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { composeScenario } from "../../../runtime/scenario/compose.ts"
import type { CellScenario } from "../../../scenarios/cell.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"

export interface Setup {
  readonly algorithm: string
  readonly service: string
  readonly nodes: number
  /** Delays of messages are uniform between these, in milliseconds. */
  readonly minDelayMs: number
  readonly maxDelayMs: number
  /** Share of the messages that are lost, 0..1. */
  readonly loss: number
  /** Parameters of the algorithm as in a spec; others have their defaults. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  /** Settings of the workload, likewise, in addition to those of {@link calmWorkload}. */
  readonly workload: Readonly<Record<string, string | number | boolean>>
  readonly seed: number
}

export const MAX_NODES = 9

/** Maximum duration of a run to play with, in virtual time. */
const DURATION = "60s"

/** The choices with which an algorithm is first shown. */
export function defaultSetup(algorithm: string, service?: string): Setup {
  return {
    algorithm,
    service: service ?? servicesOf(algorithm)[0]?.name ?? "",
    nodes: NODES[algorithm] ?? 5,
    minDelayMs: 5,
    maxDelayMs: 15,
    loss: 0,
    parameters: {},
    workload: {},
    seed: 1,
  }
}

/** Groups that are easier to understand if smaller. */
const NODES: Readonly<Record<string, number>> = { "oral-messages": 4, "signed-messages": 4, "chain-replication": 4 }

export function algorithmNamed(name: string): Algorithm | undefined {
  return Object.hasOwn(registry.algorithms, name) ? registry.algorithms[name] : undefined
}

/** The services through which an algorithm can be played. */
export function servicesOf(algorithm: string): readonly Service[] {
  const found = algorithmNamed(algorithm)
  return found === undefined ? [] : registry.servicesOf(found)
}

/** All algorithms by title, with their names. */
export function allAlgorithms(): readonly { readonly name: string; readonly title: string }[] {
  return Object.values(registry.algorithms)
    .map(({ name, title }) => ({ name, title }))
    .toSorted((a, b) => (a.title < b.title ? -1 : 1))
}

/**
 * The run that the choices describe.
 *
 * @throws Error with a description if they conflict
 */
export function runOf(setup: Setup): RunnableScenario {
  const algorithm = algorithmNamed(setup.algorithm)
  const service = servicesOf(setup.algorithm).find(({ name }) => name === setup.service)
  if (algorithm === undefined || service === undefined) {
    throw new Error(`there is no ${setup.algorithm} that offers ${setup.service}`)
  }
  const [min, max] = [setup.minDelayMs * MILLISECOND, setup.maxDelayMs * MILLISECOND]
  if (!(min >= 0 && max >= min)) throw new Error("the shortest delay is longer than the longest one")
  const scenario = composeScenario(algorithm, service, {
    nodes: setup.nodes,
    latency: min === max ? { model: "constant", delay: min } : { model: "uniform", min, max },
    loss: setup.loss,
    ...(algorithm.assumes?.links === "fifo" ? { fifo: true } : {}),
    parameters: setup.parameters,
    workload: { ...calmWorkload(setup), ...setup.workload },
    duration: DURATION,
  })
  const conflict = algorithm.conflict?.(scenario.parameters, scenario.nodes)
  if (conflict !== undefined) throw new Error(`${conflict.parameter}: ${conflict.message}`)
  const problem = service.problem?.(scenario.workload, scenario.nodes)
  if (problem !== undefined) throw new Error(`${problem.setting}: ${problem.message}`)
  const written: CellScenario = { ...scenario, algorithm: setup.algorithm, service: setup.service, interventions: [] }
  return { scenario: written, seed: setup.seed }
}

/** A workload slow enough to follow: a few operations a second. */
function calmWorkload({ algorithm, service, nodes }: Setup): Readonly<Record<string, string | number | boolean>> {
  switch (service) {
    case "replicated-log":
    case "sharded-store":
      return { rate: "2/s", keys: 3 }
    case "mutual-exclusion":
      return { think: "600ms", hold: "40ms" }
    case "agreement":
      return { instances: 0, gap: "400ms", ...proposalsOf(nodes)[algorithm] }
    default:
      return {}
  }
}

/** The proposals of algorithms in which several nodes propose. */
function proposalsOf(nodes: number): Readonly<Record<string, Readonly<Record<string, string | number>>>> {
  return {
    floodset: { proposers: nodes },
    paxos: { proposers: Math.min(2, nodes), proposal: "different" },
  }
}
