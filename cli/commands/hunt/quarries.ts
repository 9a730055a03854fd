/** Reads the options of `quorate hunt`. */
import type { Quarry } from "../../../hunting/courses/swarm.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { shown } from "../../../lib/suggestions.ts"
import type { Registry } from "../../../scenarios/cell.ts"
import { UsageError } from "../../exit-codes.ts"
import { loadSpec } from "../../specs.ts"
import { isAlgorithmName } from "../../targets.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import { algorithmNamed, parametersOf, serviceAmong } from "../check/prepare.ts"

export interface HuntOptions {
  readonly quarry: string
  readonly service?: string | undefined
  readonly nodes?: string | undefined
  readonly set?: readonly string[] | undefined
  readonly algorithms?: readonly string[] | undefined
}

export interface Quarries {
  readonly quarries: readonly Quarry[]
  readonly registry: Registry
  readonly outside: readonly string[]
}

const NODES = [3, 3, 3, 4, 5]
const MAX_NODES = 9
/** The smallest group size for which all orders of events are explored. */
const MIN_NODES_EXPLORED = 2

/** @throws UsageError */
export async function quarriesOf(options: HuntOptions, terminal: Terminal): Promise<Quarries> {
  const { quarry: name, algorithms: outside = [], service, set = [] } = options
  if (!isAlgorithmName(name, outside)) return inSpec(options, terminal)
  const { algorithm, registry } = await algorithmNamed(name, outside)
  const given = set.map(written => written.split("=")[0]!)
  const parameters = parametersOf(algorithm, set)
  const common = {
    algorithm: hunted(algorithm, parameters),
    parameters,
    given,
    nodes: readNodes(options.nodes),
    ...(options.nodes === undefined ? { smallest: MIN_NODES_EXPLORED } : {}),
  }
  const served = registry.servicesOf(algorithm)
  const services =
    service === undefined
      ? algorithm.serves.map(each => serviceAmong(served, each.name))
      : [serviceAmong(served, service)]
  return { quarries: services.map(each => ({ ...common, service: each })), registry, outside }
}

/** The algorithms of a spec, each with its service and the parameters that the spec gives, in groups of the spec's sizes. */
async function inSpec(options: HuntOptions, terminal: Terminal): Promise<Quarries> {
  const { cells, outside } = await loadSpec(options.quarry, terminal, options.algorithms)
  const { registryWith } = await import("../../../scenarios/outside/load.ts")
  const registry = await registryWith(outside)
  const quarries = new Map<string, Quarry>()
  for (const { variant, scenario, given } of cells) {
    const algorithm = registry.algorithms[variant.algorithm]!
    const service = registry.serviceFor(algorithm, variant.service)!
    const nodes = options.nodes === undefined ? [Math.min(scenario.nodes, MAX_NODES)] : readNodes(options.nodes)
    const known = quarries.get(variant.key)
    const sizes = [...new Set([...(known?.nodes ?? []), ...nodes])]
    const { parameters } = scenario
    quarries.set(variant.key, {
      algorithm: hunted(algorithm, parameters),
      service,
      parameters,
      given,
      ...known,
      nodes: sizes,
    })
  }
  return { quarries: [...quarries.values()], registry, outside }
}

/** The algorithm as it is hunted: if the user's parameters give up its safety, its claims do not count. */
function hunted(algorithm: Algorithm, parameters: Quarry["parameters"]): Algorithm {
  if (algorithm.isUnsafe?.(parameters, NODES[0]!) !== true) return algorithm
  const { isUnsafe: _, ...others } = algorithm
  return others
}

function readNodes(written: string | undefined): readonly number[] {
  if (written === undefined) return NODES
  const sizes = written.split(",").map(size => (/^[1-9]\d?$/.test(size) ? Number(size) : Number.NaN))
  if (sizes.every(size => size <= MAX_NODES)) return sizes
  throw new UsageError(`--nodes: expected group sizes from 1 to ${MAX_NODES} such as 3,5, found ${shown(written)}`)
}
