/**
 * The part of a computation's history that has not been undone: the messages that each process has sent to and received
 * from each other, in order.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { ComputationEvent } from "./events.ts"
import type { Content } from "./program.ts"
import type { Restored } from "./shape.ts"

/** Histories of all processes, as plain data. */
export interface History {
  /** Digests of the messages sent, by sender and receiver. */
  readonly sent: number[][][]
  /** Messages received, by receiver and sender. */
  readonly received: Content[][][]
}

export function emptyHistory(processes: number): History {
  const channels = <T>(): T[][][] =>
    Array.from({ length: processes }, () => Array.from({ length: processes }, (): T[] => []))
  return { sent: channels(), received: channels() }
}

/** Folds an event into the histories. */
export function record(history: History, event: ComputationEvent): void {
  if (event.type !== "reported") return
  const { process, fact } = event
  switch (fact.type) {
    case "sent":
      history.sent[process]![fact.to]![fact.number] = fact.digest
      break
    case "received": {
      const { number, digest, interval } = fact
      history.received[process]![fact.from]![number] = { number, digest, interval }
      break
    }
    case "restored":
      undo(history, process, fact)
      break
    case "produced":
    case "recovered":
    case "settled":
    case "stored":
    case "working":
    case "standing":
    case "finished":
  }
}

function undo({ sent, received }: History, process: NodeId, to: Restored): void {
  for (const [other, count] of to.sent.entries()) sent[process]![other]!.length = count
  for (const [other, count] of to.received.entries()) received[process]![other]!.length = count
}

/** The first message that a process has received but that is absent from its sender's history, or different there. */
export function orphanAt(history: History, process: NodeId, from: NodeId): Content | undefined {
  const sent = history.sent[from]![process]!
  return history.received[process]![from]!.find(({ number, digest }) => sent[number] !== digest)
}

/** A message that a process has received, and whose sender has since sent another in its place. */
export interface Contradiction {
  readonly process: NodeId
  readonly from: NodeId
  readonly number: number
}

/** The first contradiction, if any. */
export function contradictionIn({ sent, received }: History): Contradiction | undefined {
  for (const [process, channels] of received.entries()) {
    for (const [from, contents] of channels.entries()) {
      const again = sent[from]![process]!
      const other = contents.find(({ number, digest }) => number < again.length && again[number] !== digest)
      if (other !== undefined) return { process, from, number: other.number }
    }
  }
  return undefined
}
