/**
 * The library that a submission imports as "quorate": the contract, parameters, units and the services, but nothing
 * that solves a lab. It gives no access to the workbench's algorithms or the simulation.
 */
export { algorithm, invariant, InvariantViolation } from "../../runtime/contract/algorithm.ts"
export type {
  Algorithm,
  ClientId,
  Description,
  Identity,
  LogName,
  Node,
  NodeId,
  Purpose,
  RoleNode,
  Shape,
  Tagged,
} from "../../runtime/contract/algorithm.ts"
export { choice, duration, flag, integer, rate, share, size } from "../../runtime/contract/parameters.ts"
export type { Parameter, Parameters, ParameterValues } from "../../runtime/contract/parameters.ts"
export { formatDuration, MILLISECOND, parseDuration, SECOND } from "../../runtime/contract/units.ts"
export type { Micros } from "../../runtime/contract/units.ts"
export { agreement } from "../../services/agreement/service.ts"
export type * from "../../services/agreement/shape.ts"
export { leaderElection } from "../../services/leader-election/service.ts"
export type * from "../../services/leader-election/shape.ts"
export { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
export type * from "../../services/mutual-exclusion/shape.ts"
export { copyOfMachine, emptyMachine, execute } from "../../services/replicated-log/machine.ts"
export type { Machine } from "../../services/replicated-log/machine.ts"
export type { Command, Operation, Result } from "../../services/replicated-log/command.ts"
export { replicatedLog } from "../../services/replicated-log/service.ts"
export type * from "../../services/replicated-log/shape.ts"
