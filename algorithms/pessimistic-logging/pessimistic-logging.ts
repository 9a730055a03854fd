/**
 * Pessimistic message logging by the receiver: a message is on the receiver's disk, with its place in the execution, before
 * the process acts on it. So no state that others could depend on is ever lost: a process that fails repeats its execution
 * alone, nobody else rolls back, and output leaves at once. The price: the process pauses for a write for each message.
 *
 * Source: E. N. Elnozahy, L. Alvisi, Y.-M. Wang and D. B. Johnson, "A Survey of Rollback-Recovery Protocols in Message-Passing
 * Systems", ACM Computing Surveys 34(3), 2002, §4.1; M. L. Powell and D. L. Presotto, "Publishing: A Reliable Broadcast
 * Communication Mechanism", SOSP 1983; A. Borg, J. Baumbach and S. Glazer, "A Message System Supporting Fault Tolerance", SOSP 1983.
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import { recovery } from "../../services/recovery/service.ts"
import { commitOutput, continueWork, discardBefore, handleArrival, sendMessage } from "../common/logging/computing.ts"
import { loggingHandlers } from "../common/logging/handlers.ts"
import {
  answerTo,
  resendQuestion,
  askAll,
  handleKnown,
  questionOf,
  resendTo,
  returnTo,
} from "../common/logging/restart.ts"
import { type Arrival, type Logging, newLoggerDisk, newLoggerState } from "../common/logging/types.ts"
import { latestCheckpoint } from "../common/recovery/checkpoints.ts"
import { accept, stand } from "../common/recovery/process.ts"
import { programOf } from "../common/recovery/types.ts"
import { theory } from "./theory.ts"
import { parameters, type Pessimistic, type PessimisticNode } from "./types.ts"

const protocol: Logging<PessimisticNode> = {
  transmit(node, { to, content }, purpose) {
    node.send(to, { type: "Application", content }, purpose, "now")
    return 0
  },
  send: (node, message) => sendMessage(node, message, protocol),
  /** Everything received before the output is logged: no failure can undo it. */
  produce: (node, output) => commitOutput(node, output, node.state.process.application.steps),
  receive: log,
  /** All logged receipts precede the checkpoint, since a process receives nothing while it writes one: none will be repeated. */
  saved(node, checkpoint) {
    discardBefore(node, checkpoint)
    const covered = node.disk.log.length
    if (covered > 0) node.discard("log", covered)
  },
  restart(node) {
    const checkpoint = latestCheckpoint(node)
    returnTo(node, checkpoint, 0)
    node.state.plan = node.disk.log
      .filter(({ place }) => place >= checkpoint.application.receipts)
      .map(({ from, content, steps }) => ({ from, number: content.number, steps, content }))
    askAll(node, protocol)
  },
  ask: (node, to, purpose) => node.send(to, questionOf(node), purpose),
}

const handlers = loggingHandlers(protocol)

export const pessimisticLogging = algorithm<Pessimistic>({
  name: "pessimistic-logging",
  colour: "#1B7F5C",
  title: "Pessimistic logging",
  source: "Elnozahy, Alvisi, Wang and Johnson 2002, ACM Computing Surveys 34(3), §4.1",
  summary: "Every message is on the receiver's disk before the process acts on it: only a failed process rolls back.",
  tolerates: { faults: "crash", of: n => n },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,
  theory,

  disk: ({ size }) => ({ ...newLoggerDisk(size), log: [] }),
  state: ({ size }) => newLoggerState(size),
  start() {},
  recover(node) {
    node.state.hasRestarted = true
  },

  receive: {
    Application: (node, { content }, from) => handleArrival(node, { from, content }, protocol),

    /** The receipt is on the disk: the process acts on the message. */
    Logged(node, { place }) {
      const { state } = node
      if (state.mode !== "logging" || place !== state.process.application.receipts) return
      const { from, content } = state.inbox.shift()!
      node.report({ type: "stored", what: "log", bytes: programOf(node).payload }, "now")
      accept(node, from, content, "now")
      continueWork(node, protocol)
    },

    Restarted(node, { restart, received }, from) {
      node.send(from, answerTo(node, restart, from), "protocol", "now")
      resendQuestion(node, from, protocol)
      resendTo(node, from, received[node.id]!, protocol)
    },

    Known: (node, message, from) => handleKnown(node, message, from, protocol),

    ...handlers.receive,
  },

  timeout: handlers.timeout,
  request: handlers.request,
})

/** Logs a message with its place among the steps; the process pauses until it is on the disk. */
function log(node: PessimisticNode, arrival: Arrival): void {
  const { state } = node
  stand(node)
  state.mode = "logging"
  state.inbox.unshift(arrival)
  const { receipts, steps } = state.process.application
  node.append("log", { place: receipts, steps, ...arrival })
  node.send(node.id, { type: "Logged", place: receipts }, "protocol", "durable")
}
