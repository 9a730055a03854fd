/**
 * Lies of a replica that a fault makes a traitor: it computes wrongly. All traitors give the same wrong result, the worst
 * case for counting equal answers. What they say about the order is true.
 */
import type { Lies, Tell } from "../../runtime/contract/lies.ts"
import type { Command, Operation, Result } from "../../services/replicated-log/command.ts"
import type { Change } from "../../services/replicated-log/machine.ts"
import type { LockGranted, LogReply } from "../../services/replicated-log/shape.ts"

/** A value that no client ever writes. */
export const WRONG = "wrong"

export function wrongResult<M extends { readonly result: Result }>(message: M, tell: Tell): M {
  return isTruthful(tell) ? message : { ...message, result: { ...message.result, value: WRONG } }
}

/** Of replicas that answer clients themselves. */
export const wrongReplies: Lies<LogReply | LockGranted> = { Result: wrongResult }

/** The effect of a command as a replica describes it that has computed it wrongly. */
export function wrongChange(change: Change): Change {
  const result = { ...change.result, value: WRONG }
  return change.value === undefined ? { ...change, result } : { ...change, result, value: WRONG }
}

/** A command with a value that differs from its client's. */
export function wrongCommand<C extends Command>(command: C): C {
  return { ...command, operation: wrongOperation(command.operation) }
}

export function isTruthful(tell: Tell): boolean {
  return tell(0, 2) === 0
}

function wrongOperation(operation: Operation): Operation {
  return "value" in operation ? { ...operation, value: WRONG } : operation
}
