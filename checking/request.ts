/** Requests for a check: an algorithm with a service's clients and checks, and how much may happen on one path. */
import type { Algorithm, NodeId } from "../runtime/contract/algorithm.ts"
import type { Service } from "../runtime/contract/service.ts"
import { resolveParameters } from "../runtime/contract/parameters.ts"
import { timeless } from "../runtime/contract/times.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { Untimed } from "../runtime/contract/untimed.ts"
import type { Budgets, ClockModel, Model } from "../runtime/checker/model.ts"
import { isInRounds, untimedGroup } from "../runtime/scenario/script.ts"

export interface CheckRequest {
  readonly algorithm: Algorithm
  readonly service: Service
  readonly nodes: number
  /** The total number of operations of all clients. */
  readonly operations: number
  /** Values of the algorithm's parameters, complete; durations matter only with a clock. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly budgets: Budgets
  readonly traitors: readonly NodeId[]
  /** With a clock, time passes and durations are in ticks. Absent: nothing has a duration. */
  readonly clock?: ClockModel
}

/**
 * The model of a request, with the links and steps that the algorithm assumes.
 *
 * @throws Error if the service has no form without time
 */
export function modelOf(request: CheckRequest): Model {
  const { algorithm, nodes: size, parameters, budgets, traitors, clock } = request
  return {
    algorithm,
    size,
    parameters: clock === undefined ? timeless(algorithm.parameters, parameters) : parameters,
    asks: [],
    ...untimedOf(request),
    budgets,
    network: algorithm.assumes?.links === "fifo" ? "fifo" : "bag",
    inRounds: isInRounds(algorithm),
    traitors,
    findsStalls: true,
    ...(clock === undefined ? {} : { clock }),
  }
}

/** Parameters with which an algorithm can be explored: a few ticks instead of their durations. */
export function inTicks(
  { times, parameters: declared }: Algorithm,
  parameters: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const few = times?.parameters ?? {}
  const resolved = resolveParameters(declared, few, MILLISECOND)
  if ("problems" in resolved) throw new Error("parameters in ticks that the algorithm does not allow")
  return { ...parameters, ...Object.fromEntries(Object.keys(few).map(name => [name, resolved.values[name]])) }
}

/** The clients and the checks of a request. @throws Error if the service has no form without time */
export function untimedOf({ algorithm, service, nodes, operations, parameters, traitors }: CheckRequest): Untimed {
  const untimed = service.untimed?.(untimedGroup(algorithm, nodes, parameters, operations, traitors))
  if (untimed === undefined) throw new Error(`${service.name} has no form without time`)
  return untimed
}

/** The checks of the service that need time, and that no check of every order can judge. */
export function timedChecks({ algorithm, service, nodes, parameters, operations }: CheckRequest): readonly string[] {
  const watch = service.untimed?.(untimedGroup(algorithm, nodes, parameters, operations)).watch
  const judged = Object.keys(watch?.verdicts(watch.initial) ?? {})
  return service.checks.flatMap(({ name }) => (judged.includes(name) ? [] : [name]))
}
