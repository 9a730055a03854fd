/**
 * Chandy and Lamport's snapshots as checkpoints: a process records its state and sends a marker on each channel; one that receives
 * its first marker does likewise, and records what comes in each other channel before its marker. States and channels together are
 * a global state that the computation could have been in. Nobody waits for anybody.
 *
 * Source: K. M. Chandy and L. Lamport, "Distributed Snapshots: Determining Global States of Distributed Systems", ACM Transactions
 * on Computer Systems 3(1), 1985, §3.2. How a snapshot is collected is left open there: here every process tells the initiator
 * when its part is on the disk, and the initiator announces when all are.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { recovery } from "../../services/recovery/service.ts"
import { latestCheckpoint, newDisk, takeCheckpoint } from "../common/recovery/checkpoints.ts"
import { continueWork, endStep, handleApplication, plainMessage } from "../common/recovery/computing.ts"
import { commitCheckpoint, committedLine } from "../common/recovery/coordinated.ts"
import { recoveryHandlers } from "../common/recovery/handlers.ts"
import { newProcess } from "../common/recovery/process.ts"
import { newSaverState, type Protocol, programOf } from "../common/recovery/types.ts"
import { type ChandyLamport, INITIATOR, parameters, type Snapshot, type SnapshotNode } from "./types.ts"

const protocol: Protocol<SnapshotNode> = {
  lineOf: (_, committed) => committedLine(committed),
  saved(node) {
    const { snapshot } = node.state
    continueWork(node, protocol)
    if (snapshot === null) return
    snapshot.isWritten = true
    endIfRecorded(node, snapshot)
  },
  /** Messages that were in the channels are received before those that have been sent since. */
  resend({ state, disk }) {
    const { channels } = latestCheckpoint({ disk })
    const { epoch } = state
    const inChannels = (channels ?? []).flatMap((contents, from) =>
      contents.map(content => ({ from, message: { type: "Application", epoch, content } as const })),
    )
    state.inbox.unshift(...inChannels)
  },
  stopped({ state }) {
    state.snapshot = null
    state.initiated = 0
  },
  resumed(node) {
    commitCheckpoint(node, latestCheckpoint(node))
    if (node.id === INITIATOR) node.setTimer("checkpoint", node.parameters.interval)
  },
}

const handlers = recoveryHandlers(protocol)

export const chandyLamport = algorithm<ChandyLamport>({
  name: "chandy-lamport",
  colour: "#D1495B",
  title: "Chandy-Lamport snapshots",
  source: "Chandy and Lamport 1985, ACM Transactions on Computer Systems 3(1)",
  summary: "Markers separate what was sent before a process recorded its state from what was sent after; nobody waits.",
  tolerates: { faults: "crash", of: n => n },
  assumes: { links: "fifo" },
  serves: [recovery],
  parameters,

  disk: ({ size }) => newDisk(size),
  state: ({ size, disk }) => ({
    ...newSaverState(newProcess(size), disk.epoch),
    snapshot: null,
    initiated: 0,
    recorded: new Map(),
  }),
  start() {},
  recover(node) {
    node.state.hasCurrent = false
  },

  receive: {
    Application(node, message, from) {
      const { snapshot, epoch } = node.state
      if (message.epoch === epoch && snapshot?.open.has(from) === true) snapshot.channels[from]!.push(message.content)
      handleApplication(node, message, from, protocol)
    },

    /** Marker-receiving rule: the first marker of a snapshot closes its channel as empty, later ones as recorded. */
    Marker(node, { epoch, index }, from) {
      const { state } = node
      if (epoch !== state.epoch || state.mode === "stopped" || state.mode === "loading") return
      if (index > (state.snapshot?.index ?? latestCheckpoint(node).index)) record(node, index)
      const { snapshot } = state
      if (snapshot?.index !== index) return
      snapshot.open.delete(from)
      endIfRecorded(node, snapshot)
    },

    Recorded(node, { epoch, index, hasFinished: finished }, from) {
      if (epoch === node.state.epoch && index === node.state.initiated) recorded(node, from, finished)
    },

    Complete(node, { epoch, index }) {
      if (epoch === node.state.epoch) complete(node, index)
    },

    ...handlers.receive,
  },

  timeout: {
    step: node => endStep(node, content => plainMessage(node, content), false),
    /** The initiator starts a snapshot, and abandons one that was not completed in time. */
    checkpoint(node) {
      const { state } = node
      const { interval, retryInterval } = node.parameters
      node.setTimer("checkpoint", Math.max(interval, retryInterval))
      if (state.mode !== "working") return
      state.initiated = (state.snapshot?.index ?? latestCheckpoint(node).index) + 1
      state.recorded.clear()
      record(node, state.initiated)
    },
    ...handlers.timeout,
  },

  request: handlers.request,
})

/** Marker-sending rule: records the state, and sends a marker on each channel before any other message. */
function record(node: SnapshotNode, index: number): void {
  const { state, peers, size } = node
  if (state.writing !== null) return
  const channels = Array.from({ length: size }, () => [])
  state.snapshot = { index, channels, open: new Set(peers), isWritten: false }
  takeCheckpoint(node, index)
  node.broadcast({ type: "Marker", epoch: state.epoch, index })
}

/** All markers have come, and the state is on the disk: the channels go there, too. */
function endIfRecorded(node: SnapshotNode, snapshot: Snapshot): void {
  const { state, disk } = node
  const { open, isWritten, channels, index } = snapshot
  if (open.size > 0 || !isWritten) return
  state.snapshot = null
  const checkpoint = latestCheckpoint(node)
  invariant(checkpoint.index === index, "channels are recorded with the state")
  node.truncate("checkpoints", disk.checkpoints.length - 1)
  node.append("checkpoints", { ...checkpoint, channels })
  const messages = channels.reduce((sum, { length }) => sum + length, 0)
  node.report({ type: "stored", what: "log", bytes: messages * programOf(node).payload })
  const finished = checkpoint.application.steps === programOf(node).steps
  node.send(INITIATOR, { type: "Recorded", epoch: state.epoch, index, hasFinished: finished }, "protocol", "durable")
}

/** Part of the snapshot is on a disk; with the last, it is complete. */
function recorded(node: SnapshotNode, from: NodeId, finished: boolean): void {
  const { state } = node
  state.recorded.set(from, finished)
  if (state.recorded.size < node.size) return
  const areAllOver = [...state.recorded.values()].every(isOver => isOver)
  node.broadcast({ type: "Complete", epoch: state.epoch, index: state.initiated })
  complete(node, state.initiated)
  if (areAllOver) node.cancelTimer("checkpoint")
  else node.setTimer("checkpoint", node.parameters.interval)
}

function complete(node: SnapshotNode, index: number): void {
  const checkpoint = node.disk.checkpoints.find(each => each.index === index)
  if (checkpoint !== undefined) commitCheckpoint(node, checkpoint)
}
