/**
 * Communication-induced checkpoints: processes checkpoint independently, and every message carries the index of its sender's
 * latest checkpoint. A process that receives a higher index than its own takes a forced checkpoint with that index before it
 * acts on the message. So checkpoints with the same index are a recovery line, and no checkpoint is useless.
 *
 * Source: D. Briatico, A. Ciuffoletti and L. Simoncini, "A Distributed Domino-Effect Free Recovery Algorithm", IEEE Symposium on
 * Reliability in Distributed Software and Database Systems, 1984; Elnozahy, Alvisi, Wang and Johnson 2002, §2.4.2 (index-based).
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import type { Content } from "../../services/recovery/program.ts"
import { recovery } from "../../services/recovery/service.ts"
import { latestCheckpoint, newDisk, takeCheckpoint } from "../common/recovery/checkpoints.ts"
import { continueWork, endStep, handleApplication, resendKept } from "../common/recovery/computing.ts"
import { recoveryHandlers, surveyHandlers } from "../common/recovery/handlers.ts"
import { handleAsk, saveTheEnd, survey } from "../common/recovery/output.ts"
import { hasFinished, newProcess } from "../common/recovery/process.ts"
import { type ApplicationMessage, newSaverState, type Protocol } from "../common/recovery/types.ts"
import { indexLine } from "./recovery-line.ts"
import { type CommunicationInduced, type IndexedNode, parameters } from "./types.ts"

const protocol: Protocol<IndexedNode> = {
  lineOf: available => indexLine(available),
  mayReceive(node, { index = 0 }) {
    if (index <= latestCheckpoint(node).index) return true
    takeCheckpoint(node, index, true)
    return false
  },
  saved(node, _, isForced) {
    if (!isForced) awaitCheckpoint(node)
    continueWork(node, protocol)
    survey(node, protocol)
    catchUp(node)
  },
  resend: (node, received) => resendKept(node, received, content => messageOf(node, content)),
  resumed(node) {
    awaitCheckpoint(node)
    saveTheEnd(node)
    catchUp(node)
  },
  stopped({ state }) {
    state.asked = 0
  },
}

const handlers = recoveryHandlers(protocol)

export const communicationInduced = algorithm<CommunicationInduced>({
  name: "communication-induced",
  colour: "#B07AA1",
  title: "Communication-induced checkpoints",
  source: "Briatico, Ciuffoletti and Simoncini 1984, Reliability in Distributed Software and Database Systems",
  summary:
    "Messages carry the index of the sender's latest checkpoint; whoever receives a higher one checkpoints first.",
  tolerates: { faults: "crash", of: n => n },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,

  disk: ({ size }) => newDisk(size),
  state: ({ size, disk }) => ({ ...newSaverState(newProcess(size), disk.epoch), asked: 0 }),
  start() {},
  recover(node) {
    node.state.hasCurrent = false
  },

  receive: {
    Application: (node, message, from) => handleApplication(node, message, from, protocol),
    ...handlers.receive,
    ...surveyHandlers(protocol),
    /** The process that asks sends its index, as in every message; its output is safe once all have that index. */
    Ask(node, message, from) {
      handleAsk(node, message, from)
      if (message.epoch !== node.state.epoch) return
      node.state.asked = Math.max(node.state.asked, message.index)
      catchUp(node)
    },
  },

  timeout: {
    step(node) {
      endStep(node, content => messageOf(node, content))
      saveTheEnd(node)
    },
    /** A basic checkpoint. */
    checkpoint(node) {
      if (node.state.mode === "working") takeCheckpoint(node, latestCheckpoint(node).index + 1)
      else awaitCheckpoint(node)
    },
    ...handlers.timeout,
  },

  request: handlers.request,
})

function messageOf(node: IndexedNode, content: Content): ApplicationMessage {
  return { type: "Application", epoch: node.state.epoch, content, index: latestCheckpoint(node).index }
}

/** Takes a forced checkpoint with the highest index that others have asked with. */
function catchUp(node: IndexedNode): void {
  const { mode, asked } = node.state
  if (mode === "working" && asked > latestCheckpoint(node).index) takeCheckpoint(node, asked, true)
}

function awaitCheckpoint(node: IndexedNode): void {
  if (!hasFinished(node.state.process)) node.setTimer("checkpoint", node.parameters.interval)
}
