/**
 * Optimistic logging: processes act on messages at once and log them later, in batches. So a failure may lose states that
 * others depend on. Every message carries the state intervals that its content depends on (the dependency vector). A process
 * that fails begins a new incarnation and announces where the last one ended; processes that depend on later intervals are
 * orphans, and roll back, too. Output waits until all that it depends on is logged.
 *
 * Source: R. E. Strom and S. Yemini, "Optimistic Recovery in Distributed Systems", ACM Transactions on Computer Systems
 * 3(3), 1985. Processes request the logging that their output waits for, as in D. B. Johnson, "Efficient Transparent
 * Optimistic Rollback Recovery for Distributed Application Programs", SRDS 1993, instead of periodic notices. Elnozahy,
 * Alvisi, Wang and Johnson 2002, §4.2.
 */
import { algorithm } from "../../runtime/contract/algorithm.ts"
import { recovery } from "../../services/recovery/service.ts"
import { handleArrival, sendMessage } from "../common/logging/computing.ts"
import { loggingHandlers } from "../common/logging/handlers.ts"
import { answerTo, askAll, handleKnown, questionOf, repeatIfReady, resendTo } from "../common/logging/restart.ts"
import { type Arrival, type Logging, newLoggerDisk, newLoggerState } from "../common/logging/types.ts"
import { takeCheckpoint } from "../common/recovery/checkpoints.ts"
import { accept } from "../common/recovery/process.ts"
import { programOf } from "../common/recovery/types.ts"
import { incarnationOf, isKnown, isOrphan } from "./intervals.ts"
import { collectGarbage, flush } from "./log.ts"
import { commitOutputs, handleAsk, learnStable, logged, produce } from "./output.ts"
import { depend, firsts, isOrphaned, learnEndings, rollBack, settleIfKnown } from "./rollback.ts"
import { theory } from "./theory.ts"
import { type Optimistic, type OptimisticNode, parameters } from "./types.ts"

const protocol: Logging<OptimisticNode> = {
  transmit(node, { to, content, depends = [] }, purpose) {
    node.send(to, { type: "Application", content, depends, stable: node.state.stable[node.id]! }, purpose, "now")
    return 0
  },
  send: (node, message) => sendMessage(node, { ...message, depends: [...node.state.vector] }, protocol),
  produce,
  /** The announcement of a new incarnation may arrive after a message that depends on it. */
  mayReceive: ({ disk }, { depends = [] }) => isKnown(disk.endings, depends),
  receive,
  repeated: (node, { depends = [] }) => depend(node, depends),
  takeCheckpoint(node, index) {
    flush(node)
    takeCheckpoint(node, index, false, [...node.state.vector])
  },
  saved(node, { application: { receipts } }) {
    logged(node, { incarnation: incarnationOf(node.disk.endings, node.id), index: receipts })
    collectGarbage(node)
  },
  restart,
  ask: (node, to, purpose) => node.send(to, { ...questionOf(node), endings: node.disk.endings[node.id]! }, purpose),
  isReady: ({ state: { isEntered } }) => isEntered,
  mayLeaveOrphans: true,
}

const handlers = loggingHandlers(protocol)

export const optimisticLogging = algorithm<Optimistic>({
  name: "optimistic-logging",
  colour: "#1F9BCF",
  title: "Optimistic logging",
  source: "Strom and Yemini 1985, ACM Transactions on Computer Systems 3(3)",
  summary: "Messages are logged later, many together; after a failure those that depend on what was lost roll back.",
  tolerates: { faults: "crash", of: n => n },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,
  theory,

  disk: ({ size }) => ({ ...newLoggerDisk(size), log: [], endings: Array.from({ length: size }, () => []) }),
  state: ({ size }) => ({
    ...newLoggerState(size),
    vector: firsts(size),
    buffer: [],
    stable: firsts(size),
    produced: new Map(),
    asked: firsts(size),
    asks: [],
    isEntered: true,
    isSettled: true,
  }),
  start() {},
  recover(node) {
    node.state.hasRestarted = true
  },

  receive: {
    Application(node, { content, depends, stable }, from) {
      learnStable(node, from, stable)
      if (!isOrphan(node.disk.endings, depends)) handleArrival(node, { from, content, depends }, protocol)
    },

    Logged(node, { interval, count }) {
      node.report({ type: "stored", what: "log", bytes: count * programOf(node).payload }, "now")
      logged(node, interval)
    },

    Restarted(node, { restart: time, received, endings }, from) {
      learnEndings(node, from, endings)
      if (isOrphaned(node)) restart(node)
      node.send(from, answerTo(node, time, from))
      resendTo(node, from, received[node.id]!, protocol)
      commitOutputs(node)
    },

    Known(node, message, from) {
      handleKnown(node, message, from, protocol)
      settleIfKnown(node)
    },

    Entered(node, { incarnation }) {
      if (incarnation !== incarnationOf(node.disk.endings, node.id)) return
      node.state.isEntered = true
      logged(node, node.disk.endings[node.id]!.at(-1)!)
      repeatIfReady(node, protocol)
      settleIfKnown(node)
    },

    Ask: (node, { interval }, from) => handleAsk(node, interval, from),

    Stable: (node, { interval }, from) => learnStable(node, from, interval),

    ...handlers.receive,
  },

  timeout: {
    ...handlers.timeout,
    loaded(node) {
      handlers.timeout.loaded(node)
      settleIfKnown(node)
    },
    flush,
  },
  request: handlers.request,
})

/** Returns to a state that does not depend on lost intervals, and announces the end of the incarnation. */
function restart(node: OptimisticNode): void {
  rollBack(node)
  askAll(node, protocol)
}

/** Acts on a message at once; it is logged later, in a batch. */
function receive(node: OptimisticNode, { from, content, depends = [] }: Arrival): void {
  const {
    state,
    parameters: { batch, flushInterval },
  } = node
  const { receipts, steps } = state.process.application
  accept(node, from, content, "now")
  depend(node, depends)
  state.buffer.push({ place: receipts, from, steps, content, depends })
  if (state.buffer.length >= batch) flush(node)
  else if (state.buffer.length === 1) node.setTimer("flush", flushInterval)
}
