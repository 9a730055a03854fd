/**
 * Quorate as a library, for authors of algorithms: the contract, the services, the simulation.
 *
 *     import { algorithm, simulate } from "quorate"
 */
export { algorithm, invariant, InvariantViolation } from "./runtime/contract/algorithm.ts"
export type {
  Algorithm,
  Assumptions,
  Beginning,
  BeginningProblem,
  ClientId,
  Description,
  Identity,
  Node,
  NodeId,
  Purpose,
  Release,
  Role,
  RoleNode,
  RoleShape,
  Shape,
} from "./runtime/contract/algorithm.ts"
export { hosted, parametersOf } from "./runtime/contract/composition/composition.ts"
export type { Carried, CarriedDisk, CarriedTimer, Hosted, Hosting } from "./runtime/contract/composition/composition.ts"
export type { Theory } from "./runtime/contract/theory.ts"
export { choice, duration, flag, integer, rate, resolveParameters, share, size } from "./runtime/contract/parameters.ts"
export type { Parameter, Parameters, ParameterValues } from "./runtime/contract/parameters.ts"
export { Histogram } from "./runtime/lib/histogram.ts"
export { Random } from "./runtime/lib/random.ts"
export type * from "./runtime/scenario/scenario.ts"
export type * from "./runtime/contract/service.ts"
export type * from "./runtime/network/network.ts"
export { simulate } from "./runtime/simulation/simulation.ts"
export type { SimulationOptions } from "./runtime/simulation/simulation.ts"
export type { Interceptor, Observer, TraceEvent } from "./runtime/simulation/trace.ts"
export { formatDuration, MILLISECOND, parseDuration, SECOND } from "./runtime/contract/units.ts"
export type { Micros } from "./runtime/contract/units.ts"
export { agreement } from "./services/agreement/service.ts"
export type * from "./services/agreement/shape.ts"
export { leaderElection } from "./services/leader-election/service.ts"
export type * from "./services/leader-election/shape.ts"
export { mutualExclusion } from "./services/mutual-exclusion/service.ts"
export type * from "./services/mutual-exclusion/shape.ts"
export { answerCommand } from "./services/replicated-log/answers.ts"
export { copyOfMachine, emptyMachine, execute } from "./services/replicated-log/machine.ts"
export type { Machine } from "./services/replicated-log/machine.ts"
export type { Command, Operation, Result } from "./services/replicated-log/command.ts"
export { replicatedLog } from "./services/replicated-log/service.ts"
export type * from "./services/replicated-log/shape.ts"
export { algorithms, serviceFor, services } from "./algorithms/registry.ts"
