/** Requests for a check: an algorithm with a service's clients and checks, and how much may happen on one path. */
import type { Algorithm, NodeId } from "../runtime/contract/algorithm.ts"
import type { Service } from "../runtime/contract/service.ts"
import { timeless } from "../runtime/contract/timeless.ts"
import type { Untimed } from "../runtime/contract/untimed.ts"
import type { Budgets, Model } from "../runtime/checker/model.ts"
import { isInRounds, untimedGroup } from "../runtime/scenario/script.ts"

export interface CheckRequest {
  readonly algorithm: Algorithm
  readonly service: Service
  readonly nodes: number
  /** Operations of all clients together. */
  readonly operations: number
  /** Values of the algorithm's parameters, complete; durations do not matter. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly budgets: Budgets
  readonly traitors: readonly NodeId[]
}

/**
 * The model of a request: with links and steps as the algorithm assumes them.
 *
 * @throws Error if the service has no form without time
 */
export function modelOf(request: CheckRequest): Model {
  const { algorithm, nodes: size, parameters, budgets, traitors } = request
  return {
    algorithm,
    size,
    parameters: timeless(algorithm.parameters, parameters),
    asks: [],
    ...untimedOf(request),
    budgets,
    network: algorithm.assumes?.links === "fifo" ? "fifo" : "bag",
    inRounds: isInRounds(algorithm),
    traitors,
    findsStalls: true,
  }
}

/** The clients and the checks of a request. @throws Error if the service has no form without time */
export function untimedOf({ algorithm, service, nodes, operations, parameters, traitors }: CheckRequest): Untimed {
  const untimed = service.untimed?.(untimedGroup(algorithm, nodes, parameters, operations, traitors))
  if (untimed === undefined) throw new Error(`${service.name} has no form without time`)
  return untimed
}

/** The checks of the service that need time, which no check of every order judges. */
export function timedChecks({ algorithm, service, nodes, parameters, operations }: CheckRequest): readonly string[] {
  const watch = service.untimed?.(untimedGroup(algorithm, nodes, parameters, operations)).watch
  const judged = Object.keys(watch?.verdicts(watch.initial) ?? {})
  return service.checks.flatMap(({ name }) => (judged.includes(name) ? [] : [name]))
}
