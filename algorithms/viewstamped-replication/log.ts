/** The log (§4), its checkpoint (§5.1), and the execution of what is in it. */
import { type ClientId, invariant } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import { copyOfMachine, execute } from "../../services/replicated-log/machine.ts"
import type { Configuration } from "./configuration.ts"
import { isPrimary, type Log, type Replica, type State } from "./types.ts"

/** The op-number of the latest request in the log. */
export function opNumber({ checkpoint, requests }: Log): number {
  return checkpoint.opNumber + requests.length
}

/** An immutable copy of the log, for a message. */
export function logOf({ checkpoint, requests }: State): Log {
  return { checkpoint, requests: requests.slice() }
}

/** The next group, if the last request is a Reconfiguration: then the epoch accepts no more requests (§7.1, §7.2). */
export function nextGroup({ requests }: Log, epoch: number): Configuration | null {
  const last = requests.at(-1)
  return last?.type === "Reconfiguration" && last.next.epoch > epoch ? last.next : null
}

/** The requests after `after`, which the checkpoint does not cover. */
export function requestsAfter({ checkpoint, requests }: Log, after: number): readonly Log["requests"][number][] {
  invariant(after >= checkpoint.opNumber, "the checkpoint covers no request that is asked for (§5.1)")
  return requests.slice(after - checkpoint.opNumber)
}

/** Replaces the log by one that holds all that is committed (§4.2 steps 3 and 5, §4.3 step 3, §5.2). */
export function adoptLog(node: Replica, log: Log): void {
  const { state } = node
  invariant(opNumber(log) >= state.commitNumber, "no view is without what was committed before it (§4.2)")
  if (log.checkpoint.opNumber > state.commitNumber) {
    state.machine = copyOfMachine(log.checkpoint.machine)
    state.commitNumber = log.checkpoint.opNumber
    node.report({ type: "restored", index: state.commitNumber })
  }
  if (log.checkpoint.opNumber >= state.checkpoint.opNumber) {
    state.checkpoint = log.checkpoint
    state.requests = log.requests.slice()
  } else state.requests = requestsAfter(log, state.checkpoint.opNumber).slice()
}

/**
 * Executes requests, in the order of the log, until `commitNumber` (§4.1, steps 5 and 7). The primary answers clients.
 *
 * @returns the next group, if the last one is the Reconfiguration that ends the replica's epoch
 */
export function executeUpTo(node: Replica, commitNumber: number): Configuration | null {
  const { state } = node
  invariant(commitNumber <= opNumber(state), "a replica executes what is in its log (§4.1, step 7)")
  const answers = isPrimary(node)
  let next: Configuration | null = null
  while (state.commitNumber < commitNumber) {
    invariant(next === null, "a Reconfiguration is the last request of its epoch (§7.1)")
    const index = ++state.commitNumber
    const request = state.requests[index - state.checkpoint.opNumber - 1]
    invariant(request !== undefined, "the log has no gaps (§4.1, step 4)")
    if (request.type !== "Command") {
      node.report({ type: "applied", index, command: null })
      if (request.type === "CheckEpoch" && answers) answerOperator(node, request.client, request.sequence, true)
      if (request.type === "Reconfiguration" && request.next.epoch > state.configuration.epoch) next = request.next
      continue
    }
    const result = execute(state.machine, request)
    node.report({ type: "applied", index, command: request })
    if (!answers) continue
    if (state.pending.get(request.session) === request.sequence) state.pending.delete(request.session)
    answerCommand(node, request, result)
  }
  takeCheckpoint(node)
  return next
}

/** Answers an operator: whether it is done. */
export function answerOperator(node: Replica, client: ClientId, sequence: number, done: boolean): void {
  node.reply(client, { type: "Result", sequence, result: { done, value: null } })
}

function takeCheckpoint(node: Replica): void {
  const { state } = node
  const { checkpointEvery } = node.parameters
  const covered = state.commitNumber - state.checkpoint.opNumber
  if (checkpointEvery === 0 || covered < checkpointEvery) return
  state.checkpoint = { opNumber: state.commitNumber, machine: copyOfMachine(state.machine) }
  state.requests.splice(0, covered)
}
