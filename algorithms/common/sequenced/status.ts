/** A replica's status and epoch: entering an epoch, waiting for its sequencer, losing and regaining state. */
import { invariant, type NodeId, type Purpose } from "../../../runtime/contract/algorithm.ts"
import { copyOfMachine, type Machine } from "../../../services/replicated-log/machine.ts"
import { type Asked, type Replica, sequencerOf } from "./types.ts"

/** Leaves its epoch for a later one. Requests not executed in the old one become pending again. */
export function enterEpoch(node: Replica, epoch: number): void {
  const { state } = node
  invariant(epoch > state.epoch, "epochs only grow")
  state.epoch = epoch
  const left = [...state.ordered].filter(([, ordered]) => ordered.epoch < epoch).toSorted(([a], [b]) => a - b)
  for (const [index, ordered] of left) {
    state.ordered.delete(index)
    keepPending(node, ordered)
  }
  becomeIdle(node)
}

/** Takes part in the epoch that it has entered, as its sequencer or under it. */
export function beginEpoch(node: Replica): void {
  const { id, size, state, parameters } = node
  const leader = sequencerOf(state.epoch, size)
  state.status = "active"
  node.report({ type: "believes", leader, epoch: state.epoch })
  if (leader === id) node.setTimer("heartbeat", parameters.heartbeatInterval)
  else awaitSequencer(node)
}

/**
 * Waits for the next sign of life from the sequencer, or from a replica that takes over. Replicas wait longer the further
 * they are behind the sequencer, so that they take over one after the other.
 */
export function awaitSequencer(node: Replica): void {
  const { id, size, state, parameters } = node
  const rank = (id - sequencerOf(state.epoch, size) + size) % size
  if (rank > 0) node.setTimer("suspect", parameters.detectionTimeout + (rank - 1) * parameters.collectTime)
}

/**
 * True if a sequencer's message is of the replica's epoch. A later epoch means that this replica was cut off during a
 * take-over: it rejoins. A joining replica adopts the latest epoch that it hears of.
 */
export function isInEpoch(node: Replica, epoch: number): boolean {
  const { state } = node
  if (epoch > state.epoch) {
    if (state.status !== "joining") rejoin(node)
    enterEpoch(node, epoch)
  }
  return epoch === state.epoch
}

/**
 * Begins to join: a replica that has crashed has lost its state, and stays passive until it has the sequencer's. So does one
 * that was cut off, since its order may have diverged.
 */
export function rejoin(node: Replica): void {
  const { state } = node
  state.status = "joining"
  state.ordered.clear()
  // Larger than in all earlier lives: an answer to an earlier Join would leave a gap.
  state.nonce = node.now() + 1
  becomeIdle(node)
  sendJoin(node, "protocol")
}

export function sendJoin(node: Replica, purpose: Purpose): void {
  node.broadcast({ type: "Join", nonce: node.state.nonce }, purpose)
  node.setTimer("rejoin", node.parameters.heartbeatInterval)
}

/** Stops being, following or succeeding a sequencer. */
function becomeIdle(node: Replica): void {
  const { size, state } = node
  state.survivors = Array<null>(size).fill(null)
  for (const timer of ["suspect", "collect", "heartbeat"] as const) node.cancelTimer(timer)
  node.report({ type: "believes", leader: null, epoch: state.epoch })
}

/** Sends its state to another replica. */
export function transferTo(node: Replica, to: NodeId, nonce: number | null): void {
  const { epoch, executed, machine } = node.state
  node.send(to, { type: "Transfer", nonce, epoch, executed, machine: copyOfMachine(machine) })
}

/** Replaces the machine by one that has executed the order up to a place. */
export function adoptMachine(node: Replica, executed: number, machine: Machine): void {
  const { state } = node
  state.machine = copyOfMachine(machine)
  state.executed = executed
  for (const index of state.ordered.keys()) if (index <= executed) state.ordered.delete(index)
  node.report({ type: "restored", index: executed })
}

/** Keeps a request that has no place in the order yet; only the latest of each client. */
export function keepPending(node: Replica, { command, frontEnd }: Asked): void {
  const { pending } = node.state
  const { session, sequence } = command
  const latest = Math.max(lastExecuted(node, session) + 1, pending.get(session)?.command.sequence ?? 0)
  if (sequence >= latest) pending.set(session, { command, frontEnd })
}

/** The number of the last command of a client that the machine has executed; 0 if there is none. */
export function lastExecuted({ state }: Replica, session: number): number {
  return state.machine.sessions[session]?.sequence ?? 0
}
