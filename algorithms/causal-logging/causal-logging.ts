/**
 * Causal logging: a message carries the determinants of the receipts that its content depends on, until f+1 processes have
 * each of them. So every process that depends on a receipt has its determinant, and up to f simultaneous failures leave no
 * orphan. Processes wait for a disk or for others only with output, and only those that failed roll back.
 *
 * Sources: L. Alvisi and K. Marzullo, "Message Logging: Pessimistic, Optimistic, Causal, and Optimal", IEEE Transactions on Software
 * Engineering 24(2), 1998 (Family-Based Logging, §5); E. N. Elnozahy and W. Zwaenepoel, "Manetho: Transparent Rollback-Recovery
 * with Low Overhead, Limited Rollback, and Fast Output Commit", IEEE Transactions on Computers 41(5), 1992 (output); Elnozahy,
 * Alvisi, Wang and Johnson 2002, §4.3.
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import { recovery } from "../../services/recovery/service.ts"
import type { Output } from "../../services/recovery/shape.ts"
import { commitOutput, discardBefore, handleArrival, sendMessage } from "../common/logging/computing.ts"
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
import { type Arrival, type Logging, newLoggerDisk, newLoggerState } from "../common/logging/types.ts"
import { latestCheckpoint, takeCheckpoint } from "../common/recovery/checkpoints.ts"
import { accept } from "../common/recovery/process.ts"
import { allDeterminants, determinantsFor, forgetBefore, host, hostedOf } from "./hosting.ts"
import { theory } from "./theory.ts"
import { type Causal, type CausalNode, parameters } from "./types.ts"

const protocol: Logging<CausalNode> = {
  transmit(node, { to, content }, purpose) {
    const determinants = determinantsFor(node, to)
    const first = latestCheckpoint(node).application.receipts
    node.send(to, { type: "Application", content, determinants, first }, purpose, "now")
    return determinants.length
  },
  send: (node, message) => sendMessage(node, message, protocol),
  produce,
  mayReceive(node) {
    const determinants = node.state.hosted.map(({ determinant }) => determinant)
    return hasSentAll(node, determinants)
  },
  receive,
  takeCheckpoint: saveState,
  saved(node, checkpoint) {
    discardBefore(node, checkpoint)
    forgetBefore(node, node.id, checkpoint.application.receipts)
    discardUseless(node)
  },
  restart(node) {
    returnTo(node, latestCheckpoint(node), 0)
    node.state.hosted = node.disk.determinants.map(determinant => ({
      determinant,
      hosts: new Set([determinant.process, node.id]),
      isSaved: true,
    }))
    askAll(node, protocol)
  },
  ask: (node, to, purpose) => node.send(to, questionOf(node), purpose),
  isReady: ({ state: { unanswered } }) => unanswered.size === 0,
  ready({ state, id }) {
    const known = state.hosted.map(({ determinant }) => determinant).filter(({ process }) => process === id)
    const repeated = withoutGaps(known, state.process.application.receipts)
    state.hosted = state.hosted.filter(
      ({ determinant }) => determinant.process !== id || repeated.includes(determinant),
    )
    state.plan = repeated.map(planned)
  },
}

const handlers = loggingHandlers(protocol)

export const causalLogging = algorithm<Causal>({
  name: "causal-logging",
  colour: "#E07A1F",
  title: "Causal logging",
  source: "Alvisi and Marzullo 1998, IEEE Transactions on Software Engineering 24(2)",
  summary: "Messages carry the determinants of all that their content depends on, until f+1 processes have them.",
  tolerates: { faults: "crash", of: () => 1 },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,
  theory,
  conflict: ({ f }, nodes) =>
    f > 1 && f >= nodes
      ? { parameter: "f", message: `is at most n-1, for determinants that all ${nodes} processes lose are lost` }
      : undefined,

  disk: ({ size }) => ({ ...newLoggerDisk(size), determinants: [] }),
  state: ({ size }) => ({ ...newLoggerState(size), hosted: [], asking: new Map(), failed: new Set() }),
  start() {},
  recover(node) {
    node.state.hasRestarted = true
  },

  receive: {
    Application(node, { content, determinants, first }, from) {
      // Even if the message is dropped, or received later.
      host(node, determinants)
      forgetBefore(node, from, first)
      handleArrival(node, { from, content }, protocol)
    },

    Restarted(node, { restart, received }, from) {
      // Otherwise two that wait for a third one would ask each other forever.
      const isNews = node.state.asking.get(from) !== restart
      node.state.asking.set(from, restart)
      if (node.state.mode === "loading") node.state.failed.add(from)
      answerIfInformed(node)
      if (isNews) resendQuestion(node, from, protocol)
      resendTo(node, from, received[node.id]!, protocol)
    },

    Known(node, message, from) {
      if (!isAnswer(node, message, from)) return
      host(node, message.determinants)
      handleKnown(node, message, from, protocol)
      answerIfInformed(node)
    },

    ...handlers.receive,
  },

  timeout: handlers.timeout,
  request: handlers.request,
})

function receive(node: CausalNode, { from, content }: Arrival): void {
  const { receipts, steps } = node.state.process.application
  accept(node, from, content, "now")
  host(node, [
    { determinant: { process: node.id, place: receipts, from, number: content.number, steps }, hosts: [node.id] },
  ])
}

/** Bytes of a determinant on a disk: its five numbers. */
const DETERMINANT_BYTES = 40

/** Output waits until the determinants that it depends on are on the disk of this process (Manetho): no messages. */
function produce(node: CausalNode, output: Output): void {
  commitOutput(node, output, node.state.process.application.steps, saveDeterminants(node))
}

/** A checkpoint is useful only with the determinants that it depends on: the processes that host them may fail with this one. */
function saveState(node: CausalNode, index: number): void {
  const bytes = saveDeterminants(node)
  if (bytes > 0) node.report({ type: "stored", what: "log", bytes })
  takeCheckpoint(node, index)
}

/** Writes to the disk the determinants that fewer than f+1 processes have. @returns their bytes */
function saveDeterminants(node: CausalNode): number {
  const unstable = node.state.hosted.filter(({ hosts, isSaved }) => hosts.size <= node.parameters.f && !isSaved)
  for (const each of unstable) {
    node.append("determinants", each.determinant)
    each.isSaved = true
  }
  return unstable.length * DETERMINANT_BYTES
}

/** Discards the determinants on the disk that nobody will need any more. */
function discardUseless(node: CausalNode): void {
  const { determinants } = node.disk
  const first = determinants.findIndex(determinant => hostedOf(node, determinant) !== undefined)
  const useless = first < 0 ? determinants.length : first
  if (useless > 0) node.discard("determinants", useless)
}

/**
 * Answers those that have restarted. A process that has failed, too, first asks all that did not: its question overtakes no
 * message that it sent before its failure, so that their answers include what came with those.
 */
function answerIfInformed(node: CausalNode): void {
  const { mode, unanswered, failed, asking } = node.state
  if (mode === "idle" && node.state.hasRestarted) return
  if (mode === "loading" && [...unanswered].some(id => !failed.has(id))) return
  for (const id of node.peers) {
    const restart = asking.get(id)
    if (restart === undefined) continue
    node.send(id, { ...answerTo(node, restart, id), determinants: allDeterminants(node) }, "protocol", "now")
  }
  asking.clear()
}
