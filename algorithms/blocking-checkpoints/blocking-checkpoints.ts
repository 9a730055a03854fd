/**
 * Blocking coordinated checkpoints: in the first phase all processes stop and take tentative checkpoints, in the second
 * these become permanent and all continue. No message is sent in between, so the checkpoints are a recovery line; one always
 * exists, and no rollback goes beyond it.
 *
 * Source: R. Koo and S. Toueg, "Checkpointing and Rollback-Recovery for Distributed Systems", IEEE Transactions on Software
 * Engineering 13(1), 1987; since all processes take part, it is the protocol of Y. Tamir and C. H. Séquin, "Error Recovery
 * in Multicomputers Using Global Checkpoints", ICPP 1984. Channels are not flushed: senders keep what they sent.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { recovery } from "../../services/recovery/service.ts"
import { latestCheckpoint, newDisk, takeCheckpoint } from "../common/recovery/checkpoints.ts"
import { continueWork, endStep, handleApplication, plainMessage, resendKept } from "../common/recovery/computing.ts"
import { recoveryHandlers } from "../common/recovery/handlers.ts"
import { commitCheckpoint, committedLine } from "../common/recovery/coordinated.ts"
import { hasFinished, newProcess } from "../common/recovery/process.ts"
import { newSaverState, type Protocol } from "../common/recovery/types.ts"
import { type Blocking, type BlockingNode, COORDINATOR, parameters } from "./types.ts"

const protocol: Protocol<BlockingNode> = {
  lineOf: (_, committed) => committedLine(committed),
  /** The checkpoint is tentative; the process does not work until it is permanent. */
  saved(node, { index }) {
    node.state.mode = "blocked"
    const finished = hasFinished(node.state.process)
    if (node.id === COORDINATOR) taken(node, COORDINATOR, index, finished)
    else node.send(COORDINATOR, { type: "Taken", epoch: node.state.epoch, index, hasFinished: finished })
  },
  resend: (node, received) => resendKept(node, received, content => plainMessage(node, content)),
  stopped({ state }) {
    state.requested = 0
  },
  resumed(node) {
    commitCheckpoint(node, latestCheckpoint(node))
    if (node.id === COORDINATOR) node.setTimer("checkpoint", node.parameters.interval)
    else if (node.state.requested > 0) takeCheckpoint(node, node.state.requested)
    node.state.requested = 0
  },
}

const handlers = recoveryHandlers(protocol)

export const blockingCheckpoints = algorithm<Blocking>({
  name: "blocking-checkpoints",
  colour: "#2F4B7C",
  title: "Blocking checkpoints",
  source: "Koo and Toueg 1987, IEEE Transactions on Software Engineering 13(1)",
  summary: "All stop, save their states, and continue once all have: a line of checkpoints in two phases.",
  tolerates: { faults: "crash", of: n => n },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,

  disk: ({ size }) => newDisk(size),
  state: ({ size, disk }) => ({ ...newSaverState(newProcess(size), disk.epoch), taken: new Map(), requested: 0 }),
  start() {},
  recover(node) {
    node.state.hasCurrent = false
  },

  receive: {
    Application: (node, message, from) => handleApplication(node, message, from, protocol),

    Request(node, { epoch, index }) {
      if (epoch !== node.state.epoch) return
      // The coordinator has resumed before this process.
      if (node.state.mode === "stopped") node.state.requested = index
      else if (node.state.mode === "working") takeCheckpoint(node, index)
    },

    Taken(node, { epoch, index, hasFinished: finished }, from) {
      if (epoch === node.state.epoch) taken(node, from, index, finished)
    },

    Commit(node, { epoch, index }) {
      if (epoch !== node.state.epoch || node.state.mode !== "blocked") return
      const checkpoint = latestCheckpoint(node)
      invariant(checkpoint.index === index, "what is committed is the tentative checkpoint")
      commitCheckpoint(node, checkpoint)
      continueWork(node, protocol)
    },

    ...handlers.receive,
  },

  timeout: {
    step: node => endStep(node, content => plainMessage(node, content)),
    checkpoint: request,
    ...handlers.timeout,
  },

  request: handlers.request,
})

/** The coordinator begins the first phase. It is working: anything that stops it cancels the timer. */
function request(node: BlockingNode): void {
  const { state } = node
  state.taken.clear()
  const index = latestCheckpoint(node).index + 1
  node.broadcast({ type: "Request", epoch: state.epoch, index })
  takeCheckpoint(node, index)
}

/** A process has its tentative checkpoint; once all have, the coordinator decides. */
function taken(node: BlockingNode, from: NodeId, index: number, finished: boolean): void {
  const { state } = node
  const checkpoint = latestCheckpoint(node)
  if (index !== checkpoint.index) return
  state.taken.set(from, finished)
  if (state.taken.size < node.size) return
  const areAllOver = [...state.taken.values()].every(isOver => isOver)
  commitCheckpoint(node, checkpoint)
  node.broadcast({ type: "Commit", epoch: state.epoch, index })
  continueWork(node, protocol)
  if (!areAllOver) node.setTimer("checkpoint", node.parameters.interval)
}
