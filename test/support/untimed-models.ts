/** Models of bundled algorithms with the clients and the checks of their services. */
import { algorithms, serviceFor } from "../../algorithms/registry.ts"
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import { type Budgets, type ClockModel, type Model, NO_BUDGETS } from "../../runtime/checker/model.ts"

export interface RequestOptions extends Partial<Budgets> {
  /** In place of the bundled one of that name. */
  readonly algorithm?: Algorithm
  /** Default: 3. */
  readonly nodes?: number
  /** Default: 2. */
  readonly operations?: number
  readonly set?: Readonly<Record<string, unknown>>
  readonly traitors?: readonly number[]
  readonly clock?: ClockModel
}

/** @param name that of the algorithm @param serviceName default: the first that it serves */
export function requestOf(name: string, serviceName: string | undefined, options: RequestOptions = {}): CheckRequest {
  const {
    algorithm = algorithms[name]!,
    nodes = 3,
    operations = 2,
    set = {},
    traitors = [],
    clock,
    ...budgets
  } = options
  const few = clock === undefined ? {} : algorithm.times?.parameters
  const resolved = resolveParameters(algorithm.parameters, { ...few, ...set }, 1_000)
  const service = serviceFor(algorithm, serviceName ?? algorithm.serves[0]!.name)
  if ("problems" in resolved || service === undefined) throw new Error(`${name} cannot be run so`)
  const parameters = resolved.values
  return {
    algorithm,
    service,
    nodes,
    operations,
    parameters,
    traitors,
    budgets: { ...NO_BUDGETS, ...budgets },
    ...(clock === undefined ? {} : { clock }),
  }
}

/** The same as a model in which stalls are no problem. */
export function untimedModel(name: string, serviceName: string, options: RequestOptions = {}): Model {
  return { ...modelOf(requestOf(name, serviceName, options)), findsStalls: false }
}
