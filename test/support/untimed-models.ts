/** Models of bundled algorithms with the clients and the checks of their services. */
import { algorithms, serviceFor } from "../../algorithms/registry.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import { timeless } from "../../runtime/contract/timeless.ts"
import { type Budgets, type Model, NO_BUDGETS } from "../../runtime/checker/model.ts"

interface Options extends Partial<Budgets> {
  readonly algorithm?: Algorithm
  readonly size?: number
  readonly operations?: number
  readonly set?: Readonly<Record<string, unknown>>
}

/** @param name that of the algorithm */
export function untimedModel(name: string, serviceName: string, options: Options = {}): Model {
  const { algorithm = algorithms[name]!, size = 3, operations = 2, set = {}, ...budgets } = options
  const resolved = resolveParameters(algorithm.parameters, set, 0)
  const service = serviceFor(algorithm, serviceName)
  if ("problems" in resolved || service?.untimed === undefined) throw new Error(`${name} has no such model`)
  const oneLeaderPerEpoch = algorithm.oneLeaderPerEpoch === true
  const { clients, watch } = service.untimed({ size, operations, oneLeaderPerEpoch, isSynchronous: false })
  return {
    algorithm,
    size,
    parameters: timeless(algorithm.parameters, resolved.values),
    asks: [],
    clients,
    watch,
    budgets: { ...NO_BUDGETS, ...budgets },
  }
}
