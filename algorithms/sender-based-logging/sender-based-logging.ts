/**
 * Sender-based message logging: the sender keeps what it sends in its memory, the receiver returns the place of the receipt,
 * and the sender confirms that it has both. Until then a message is partially logged: its receiver may continue to work, but
 * sends nothing. So no state that others depend on is lost as long as one process fails at a time, and nothing is written to
 * a disk.
 *
 * Source: D. B. Johnson and W. Zwaenepoel, "Sender-Based Message Logging", FTCS-17, 1987; Elnozahy, Alvisi, Wang and Johnson
 * 2002, §4.1.2. A process that restarts asks each other one for what that knows, instead of a broadcast for each message.
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import { recovery } from "../../services/recovery/service.ts"
import {
  checkpointIfDue,
  commitOutput,
  discardBefore,
  handleArrival,
  isLacking,
  reportSent,
} from "../common/logging/computing.ts"
import { hasSentAll, planned, withoutGaps } from "../common/logging/determinants.ts"
import { loggingHandlers } from "../common/logging/handlers.ts"
import {
  answerTo,
  resendQuestion,
  askAll,
  handleKnown,
  isAnswer,
  questionOf,
  resendTo,
  returnTo,
} from "../common/logging/restart.ts"
import { type Arrival, type Determinant, type Logging, newLoggerDisk, newLoggerState } from "../common/logging/types.ts"
import { latestCheckpoint } from "../common/recovery/checkpoints.ts"
import { accept } from "../common/recovery/process.ts"
import type { SentMessage } from "../common/recovery/types.ts"
import { theory } from "./theory.ts"
import { parameters, type SenderBased, type SenderBasedNode, type Withheld } from "./types.ts"

const protocol: Logging<SenderBasedNode> = {
  transmit(node, { to, content }, purpose) {
    node.send(to, { type: "Application", content }, purpose, "now")
    return 0
  },
  send(node, message) {
    const isSuppressed = !isLacking(node, message)
    reportSent(node, message, isSuppressed)
    withhold(node, { message, isSuppressed })
  },
  produce: (node, output) => withhold(node, { output, steps: node.state.process.application.steps }),
  mayReceive: node => hasSentAll(node, node.state.hosted),
  receive,
  /** A checkpoint does not contain withheld messages, which are part of the state. */
  mayCheckpoint: ({ state: { withheld } }) => withheld.length === 0,
  /** All receipts precede the checkpoint, since a process receives nothing while it writes one. */
  saved(node, checkpoint) {
    discardBefore(node, checkpoint)
    node.state.own = []
    node.state.unconfirmed.clear()
  },
  restart(node) {
    returnTo(node, latestCheckpoint(node), 0)
    askAll(node, protocol)
  },
  ask: (node, to, purpose) => node.send(to, questionOf(node), purpose),
  isReady: ({ state: { unanswered } }) => unanswered.size === 0,
  ready({ state }) {
    state.own = [...withoutGaps(state.own, state.process.application.receipts)]
    state.plan = state.own.map(planned)
  },
}

const handlers = loggingHandlers(protocol)

export const senderBasedLogging = algorithm<SenderBased>({
  name: "sender-based-logging",
  colour: "#8CB369",
  title: "Sender-based logging",
  source: "Johnson and Zwaenepoel 1987, FTCS-17",
  summary: "Senders keep what they send and the places where it was received; receivers send nothing before that.",
  tolerates: { faults: "crash", of: () => 1 },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,
  theory,

  disk: ({ size }) => newLoggerDisk(size),
  state: ({ size }) => ({ ...newLoggerState(size), hosted: [], own: [], unconfirmed: new Set(), withheld: [] }),
  start() {},
  recover(node) {
    node.state.hasRestarted = true
  },

  receive: {
    Application: (node, { content }, from) => handleArrival(node, { from, content }, protocol),

    /** The place of the receipt completes the log of the message. */
    Ack(node, { determinant, first }, from) {
      host(node, [determinant])
      node.state.hosted = node.state.hosted.filter(({ process, place }) => process !== from || place >= first)
      node.send(from, { type: "Confirm", places: [determinant.place] }, "protocol", "now")
    },

    Confirm(node, { places }) {
      for (const place of places) node.state.unconfirmed.delete(place)
      releaseWithheld(node)
    },

    Restarted(node, { restart, received }, from) {
      const own = node.state.own.filter(each => each.from === from)
      const hosted = node.state.hosted.filter(({ process }) => process === from)
      node.send(from, { ...answerTo(node, restart, from), own, hosted }, "protocol", "now")
      resendQuestion(node, from, protocol)
      resendTo(node, from, received[node.id]!, protocol)
    },

    Known(node, message, from) {
      if (!isAnswer(node, message, from)) return
      const { own, hosted } = message
      // Its receipts of this process's messages restore the log of sent messages, which this process lost in its failure.
      host(node, own)
      if (own.length > 0) node.send(from, { type: "Confirm", places: own.map(({ place }) => place) }, "protocol", "now")
      node.state.own.push(...hosted)
      handleKnown(node, message, from, protocol)
    },

    ...handlers.receive,
  },

  timeout: handlers.timeout,
  request: handlers.request,
})

/** Acts on a message at once. It is partially logged until its sender has the place of the receipt. */
function receive(node: SenderBasedNode, { from, content }: Arrival): void {
  const { state, id } = node
  const { receipts, steps } = state.process.application
  accept(node, from, content, "now")
  const determinant = { process: id, place: receipts, from, number: content.number, steps }
  state.own.push(determinant)
  state.unconfirmed.add(receipts)
  const first = latestCheckpoint(node).application.receipts
  node.send(from, { type: "Ack", determinant, first }, "protocol", "now")
}

/** Sends or commits at once, or withholds until all earlier messages are fully logged. */
function withhold(node: SenderBasedNode, what: Withheld["what"]): void {
  node.state.withheld.push({ after: node.state.process.application.receipts, what })
  releaseWithheld(node)
}

function releaseWithheld(node: SenderBasedNode): void {
  const { withheld, unconfirmed } = node.state
  const first = Math.min(...unconfirmed)
  while (withheld.length > 0 && withheld[0]!.after <= first) {
    const { what } = withheld.shift()!
    if ("message" in what) send(node, what.message, what.isSuppressed)
    else commitOutput(node, what.output, what.steps)
  }
  checkpointIfDue(node, protocol)
}

/** Logs a message, and transmits it. @param isSuppressed its receiver had it, or had yet to report that, when it was sent */
function send(node: SenderBasedNode, message: SentMessage, isSuppressed: boolean): void {
  node.state.unsaved.push(message)
  if (isLacking(node, message)) protocol.transmit(node, message, isSuppressed ? "retransmission" : "protocol")
}

/** Keeps receipts of messages that this process has sent; no duplicates. */
function host({ state }: SenderBasedNode, determinants: readonly Determinant[]): void {
  for (const determinant of determinants) {
    const isHosted = state.hosted.some(
      ({ process, place }) => process === determinant.process && place === determinant.place,
    )
    if (!isHosted) state.hosted.push(determinant)
  }
}
