/**
 * The total order: the sequencer gives requests their places, and every replica executes them place by place (Schneider 1990,
 * §3; the fixed sequencer of Défago, Schiper and Urbán 2004, §4.1).
 *
 * An order message carries the request, so that a front end that crashes while it broadcasts a request leaves no replica
 * with an ordered request that it lacks.
 */
import { invariant, type NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { execute, needsChoice } from "../../../services/replicated-log/machine.ts"
import { awaitSequencer, isInEpoch, keepPending, lastExecuted } from "./status.ts"
import { type Alive, type Asked, isSequencer, type Order, type Replica, type Request, sequencerOf } from "./types.ts"

/**
 * A replica's choice for a nondeterministic command at a place in the order; undefined as long as the replica does not know
 * it.
 */
export type Choose<N extends Replica> = (replica: N, index: number, command: Command) => string | undefined

/** A front end forwards a client's request. A retry gets another place: all execute the request once, and answer again. */
export function handleRequest<N extends Replica>(
  node: N,
  { command }: Request,
  frontEnd: NodeId,
  choose: Choose<N>,
): void {
  if (isSequencer(node)) order(node, { command, frontEnd }, choose)
  else keepPending(node, { command, frontEnd })
}

/** The sequencer gives a request the next place, broadcasts it, and executes it at once. */
export function order<N extends Replica>(node: N, { command, frontEnd }: Asked, choose: Choose<N>): void {
  const { state } = node
  // Its client has moved to a later request.
  if (command.sequence < lastExecuted(node, command.session)) return
  const index = state.executed + 1
  invariant(state.ordered.size === 0, "the sequencer has executed all that it has ordered")
  const { epoch } = state
  node.broadcast({ type: "Order", epoch, index, command, frontEnd })
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
  state.ordered.set(index, { epoch, command, frontEnd })
  executeOrdered(node, choose)
}

export function handleOrder<N extends Replica>(node: N, message: Order, from: NodeId, choose: Choose<N>): void {
  const { state } = node
  const { epoch, index, command, frontEnd } = message
  if (!isInEpoch(node, epoch)) return
  invariant(sequencerOf(epoch, node.size) === from, "only the sequencer of an epoch gives places in its order")
  if (state.status !== "joining") {
    awaitSequencer(node)
    if (index <= state.executed) return
  }
  state.ordered.set(index, { epoch, command, frontEnd })
  executeOrdered(node, choose)
}

/** Executes what comes next in the order, as far as it is known. */
export function executeOrdered<N extends Replica>(node: N, choose: Choose<N>): void {
  const { state } = node
  if (state.status !== "active") return
  for (;;) {
    const index = state.executed + 1
    const next = state.ordered.get(index)
    if (next === undefined) return
    invariant(next.epoch === state.epoch, "a replica executes the order of one epoch at a time")
    const isLeftToChance = needsChoice(state.machine, next.command)
    const chosen = isLeftToChance ? choose(node, index, next.command) : undefined
    if (isLeftToChance && chosen === undefined) return
    state.ordered.delete(index)
    executeAt(node, index, next, chosen)
  }
}

/** Executes a request at its place, and answers the front end that it came through. */
function executeAt(node: Replica, index: number, { command, frontEnd }: Asked, chosen: string | undefined): void {
  const { state } = node
  const { session, sequence } = command
  state.executed = index
  const result = execute(state.machine, command, chosen)
  const pending = state.pending.get(session)
  if (pending !== undefined && pending.command.sequence <= sequence) state.pending.delete(session)
  node.report({ type: "applied", index, command, ...(chosen === undefined ? {} : { chosen }) })
  node.send(frontEnd, { type: "Answer", session, sequence, result, epoch: state.epoch })
}

/** A sign of life from the sequencer. */
export function handleAlive(node: Replica, { epoch }: Alive): void {
  if (isInEpoch(node, epoch) && node.state.status !== "joining") awaitSequencer(node)
}
