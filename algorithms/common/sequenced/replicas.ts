/** The handlers that replicas and front ends of active and semi-active replication have in common. */
import type { Identity, NodeId, Standing } from "../../../runtime/contract/algorithm.ts"
import { emptyMachine } from "../../../services/replicated-log/machine.ts"
import { handleAnswer, handleCommand, learnEpoch } from "./front-end.ts"
import { type Choose, handleAlive, handleOrder, handleRequest } from "./order.ts"
import { beginEpoch, sendJoin } from "./status.ts"
import {
  collectTimedOut,
  handleJoin,
  handleNewSequencer,
  handleSurvivor,
  handleTakeOver,
  handleTransfer,
  suspectTimedOut,
} from "./take-over.ts"
import {
  type Alive,
  type FrontEnd,
  type FrontEndState,
  isSequencer,
  type Join,
  type NewSequencer,
  type Order,
  type Replica,
  type Request,
  type Sequenced,
  type SequencerIs,
  type State,
  type Survivor,
  type TakeOver,
  type Transfer,
} from "./types.ts"

export function newState({ size }: Pick<Identity<Sequenced>, "size">): State {
  return {
    status: "active",
    epoch: 0,
    machine: emptyMachine(),
    executed: 0,
    ordered: new Map(),
    pending: new Map(),
    survivors: Array<null>(size).fill(null),
    nonce: 0,
  }
}

/** Starts the group in the epoch of the given replica, instead of the first one. */
export function startUnder(node: Replica, leader: NodeId): void {
  node.state.epoch = leader
  beginEpoch(node)
}

/** @param choose makes the choice for a nondeterministic command */
export function receiveBy<N extends Replica>(choose: Choose<N>) {
  return {
    Request: (node: N, message: Request, from: NodeId) => handleRequest(node, message, from, choose),
    Order: (node: N, message: Order, from: NodeId) => handleOrder(node, message, from, choose),
    Alive: (node: N, message: Alive) => handleAlive(node, message),
    TakeOver: (node: N, message: TakeOver, from: NodeId) => handleTakeOver(node, message, from),
    Survivor: (node: N, message: Survivor, from: NodeId) => handleSurvivor(node, message, from, choose),
    NewSequencer: (node: N, message: NewSequencer) => handleNewSequencer(node, message, choose),
    Join: (node: N, message: Join, from: NodeId) => handleJoin(node, message, from),
    Transfer: (node: N, message: Transfer) => handleTransfer(node, message, choose),
  }
}

export function timeoutBy<N extends Replica>(choose: Choose<N>) {
  return {
    heartbeat(node: N) {
      node.broadcast({ type: "Alive", epoch: node.state.epoch }, "heartbeat")
      node.setTimer("heartbeat", node.parameters.heartbeatInterval)
    },
    suspect: (node: N) => suspectTimedOut(node),
    collect: (node: N) => collectTimedOut(node, choose),
    rejoin: (node: N) => sendJoin(node, "retransmission"),
  }
}

export function standingOf(node: Replica): Standing {
  const { status, epoch } = node.state
  if (status !== "active") return { role: status, rank: status === "taking over" ? 1 : 0, epoch }
  return isSequencer(node) ? { role: "sequencer", rank: 2, epoch } : { role: "replica", rank: 0, epoch }
}

export const frontEnd = {
  doc: "takes clients' requests to the replicas and compares the answers",
  count: { parameter: "frontEnds" },
  disk: () => ({}),
  state: (): FrontEndState => ({ awaited: new Map(), epoch: 0, sequencer: 0 }),
  start() {},
  receive: {
    Answer: handleAnswer,
    SequencerIs: (node: FrontEnd, message: SequencerIs) => learnEpoch(node, message),
  },
  timeout: {},
  request: { Command: handleCommand },
  standing: ({ state: { awaited } }: FrontEnd): Standing => {
    return { role: awaited.size === 0 ? "front end" : `front end, ${awaited.size} in hand`, rank: 0, epoch: null }
  },
}
