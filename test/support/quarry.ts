/** What tests and scripts hunt in. */
import { serviceFor } from "../../algorithms/registry.ts"
import type { Quarry } from "../../hunting/courses/swarm.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"

export function quarryOf(
  algorithm: Algorithm,
  serviceName: string | undefined,
  nodes: readonly number[] = [3],
  set: Readonly<Record<string, unknown>> = {},
): Quarry {
  const resolved = resolveParameters(algorithm.parameters, set, 1_000)
  const service = serviceFor(algorithm, serviceName ?? algorithm.serves[0]!.name)
  if ("problems" in resolved || service === undefined) throw new Error(`${algorithm.name} cannot be hunted in so`)
  return { algorithm, service, parameters: resolved.values, given: Object.keys(set), nodes, smallest: 2 }
}
