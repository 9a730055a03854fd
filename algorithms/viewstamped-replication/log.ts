/** The log (§4), its checkpoint (§5.1), and the execution of what is committed. */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import { copyOfMachine, execute } from "../../services/replicated-log/machine.ts"
import { isPrimary, type Log, type Replica, type State } from "./types.ts"

/** The op-number of the latest request in the log. */
export function opNumber({ checkpoint, requests }: Log): number {
  return checkpoint.opNumber + requests.length
}

/** The log as a message carries it: it stays as it is. */
export function logOf({ checkpoint, requests }: State): Log {
  return { checkpoint, requests: requests.slice() }
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

/** Executes requests, in the order of the log, until `commitNumber` (§4.1, steps 5 and 7). The primary answers clients. */
export function commit(node: Replica, commitNumber: number): void {
  const { state } = node
  invariant(commitNumber <= opNumber(state), "a replica executes what is in its log (§4.1, step 7)")
  const answers = isPrimary(node)
  while (state.commitNumber < commitNumber) {
    const index = ++state.commitNumber
    const request = state.requests[index - state.checkpoint.opNumber - 1]
    invariant(request !== undefined, "the log has no gaps (§4.1, step 4)")
    const result = execute(state.machine, request)
    node.report({ type: "applied", index, command: request })
    if (!answers) continue
    if (state.pending.get(request.session) === request.sequence) state.pending.delete(request.session)
    answerCommand(node, request, result)
  }
  takeCheckpoint(node)
}

function takeCheckpoint(node: Replica): void {
  const { state } = node
  const { checkpointEvery } = node.parameters
  const covered = state.commitNumber - state.checkpoint.opNumber
  if (checkpointEvery === 0 || covered < checkpointEvery) return
  state.checkpoint = { opNumber: state.commitNumber, machine: copyOfMachine(state.machine) }
  state.requests.splice(0, covered)
}
