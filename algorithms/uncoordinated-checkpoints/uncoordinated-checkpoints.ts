/**
 * Uncoordinated checkpoints: processes checkpoint independently, and after a failure look for a consistent line among their
 * checkpoints. Nothing bounds how far back that is: a rollback of one may undo what another has received, whose rollback
 * undoes what the first has received, and so on to the beginning (the domino effect, Randell 1975).
 *
 * Source: E. N. Elnozahy, L. Alvisi, Y.-M. Wang and D. B. Johnson, "A Survey of Rollback-Recovery Protocols in
 * Message-Passing Systems", ACM Computing Surveys 34(3), 2002, §2.2. Dependencies are kept as numbers of messages sent and
 * received, and senders keep what they sent.
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import { logarithm } from "../../runtime/lib/exact-math.ts"
import { recovery } from "../../services/recovery/service.ts"
import { latestCheckpoint, newDisk, takeCheckpoint } from "../common/recovery/checkpoints.ts"
import { continueWork, endStep, handleApplication, plainMessage, resendKept } from "../common/recovery/computing.ts"
import { recoveryHandlers, surveyHandlers } from "../common/recovery/handlers.ts"
import { saveTheEnd, survey } from "../common/recovery/output.ts"
import { hasFinished, newProcess } from "../common/recovery/process.ts"
import { newSaverState, type Protocol } from "../common/recovery/types.ts"
import { recoveryLine } from "./recovery-line.ts"
import { theory } from "./theory.ts"
import { parameters, type Uncoordinated, type UncoordinatedNode } from "./types.ts"

const protocol: Protocol<UncoordinatedNode> = {
  lineOf: available => recoveryLine(available),
  saved(node) {
    continueWork(node, protocol)
    survey(node, protocol)
    awaitCheckpoint(node)
  },
  resend: (node, received) => resendKept(node, received, content => plainMessage(node, content)),
  resumed(node) {
    saveTheEnd(node)
    const {
      parameters: { interval, spacing },
      id,
      size,
    } = node
    if (spacing === "staggered") node.setTimer("checkpoint", Math.round((interval * (size - id)) / size))
    else awaitCheckpoint(node)
  },
}

const handlers = recoveryHandlers(protocol)

export const uncoordinatedCheckpoints = algorithm<Uncoordinated>({
  name: "uncoordinated-checkpoints",
  colour: "#5F6B7A",
  title: "Uncoordinated checkpoints",
  source: "Elnozahy, Alvisi, Wang and Johnson 2002, ACM Computing Surveys 34(3), §2.2",
  summary:
    "Each process checkpoints when it likes; after a failure all go back to the latest consistent line, however far.",
  tolerates: { faults: "crash", of: n => n },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,
  theory,

  disk: ({ size }) => newDisk(size),
  state: ({ size, disk }) => newSaverState(newProcess(size), disk.epoch),
  start() {},
  recover(node) {
    node.state.hasCurrent = false
  },

  receive: {
    Application: (node, message, from) => handleApplication(node, message, from, protocol),
    ...handlers.receive,
    ...surveyHandlers(protocol),
  },

  timeout: {
    step(node) {
      endStep(node, content => plainMessage(node, content))
      saveTheEnd(node)
    },
    checkpoint(node) {
      if (node.state.mode === "working") takeCheckpoint(node, latestCheckpoint(node).index + 1)
    },
    ...handlers.timeout,
  },

  request: handlers.request,
})

/** Schedules the next checkpoint, unless the process has finished. */
function awaitCheckpoint(node: UncoordinatedNode): void {
  if (hasFinished(node.state.process)) return
  const { interval, spacing } = node.parameters
  node.setTimer("checkpoint", spacing === "random" ? exponential(node, interval) : interval)
}

const FINENESS = 2 ** 30

function exponential(node: UncoordinatedNode, mean: number): number {
  return Math.max(1, Math.round(-mean * logarithm(node.random(1, FINENESS) / FINENESS)))
}
