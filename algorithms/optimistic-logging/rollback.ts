/** Rollback of a process that has failed, and of those that depend on what it has lost. */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { returnTo } from "../common/logging/restart.ts"
import type { Receipt } from "../common/logging/types.ts"
import type { Interval } from "../common/recovery/types.ts"
import { FIRST, incarnationOf, isOrphan, later, merged } from "./intervals.ts"
import { flush } from "./log.ts"
import type { Ending, OptimisticNode } from "./types.ts"

/** Dependencies of a process that depends on nothing. */
export function firsts(processes: number): Interval[] {
  return Array.from({ length: processes }, () => FIRST)
}

/** Receiving a message adds its dependencies to those of the process, and begins its next interval. */
export function depend({ state, disk, id }: OptimisticNode, depends: readonly Interval[]): void {
  state.vector = merged(state.vector, depends)
  state.vector[id] = { incarnation: incarnationOf(disk.endings, id), index: state.process.application.receipts }
}

/** Records the ends of another process's incarnations, and drops messages that depend on later intervals. */
export function learnEndings(node: OptimisticNode, process: NodeId, endings: readonly Ending[]): void {
  const { state, disk } = node
  if (endings.length <= disk.endings[process]!.length) return
  node.save({ endings: disk.endings.map((known, each) => (each === process ? endings : known)) })
  state.stable[process] = later(state.stable[process]!, endings.at(-1)!)
  state.inbox = state.inbox.filter(({ depends = [] }) => !isOrphan(node.disk.endings, depends))
}

/** True if the state of the process, or one that it is about to repeat, depends on lost intervals. */
export function isOrphaned({ state, disk: { endings } }: OptimisticNode): boolean {
  return isOrphan(endings, state.vector) || state.plan.some(({ depends = [] }) => isOrphan(endings, depends))
}

/**
 * Returns to the latest checkpoint that is not an orphan, to repeat the log from there up to the first orphan message. There
 * a new incarnation begins (§3.2).
 */
export function rollBack(node: OptimisticNode): void {
  flush(node)
  const { state, disk, size } = node
  const { endings } = disk
  const place = disk.checkpoints.findLastIndex(({ depends = [] }) => !isOrphan(endings, depends))
  const checkpoint = disk.checkpoints[place]
  invariant(checkpoint !== undefined, "a checkpoint that depends on nothing that can be lost is always there")
  const discarded = disk.checkpoints.length - 1 - place
  if (discarded > 0) node.truncate("checkpoints", place + 1)
  returnTo(node, checkpoint, discarded)
  const { receipts } = checkpoint.application
  const repeated = repeatable(node, receipts)
  state.plan = repeated.map(({ from, content, steps, depends }) => ({
    from,
    number: content.number,
    steps,
    content,
    ...(depends === undefined ? {} : { depends }),
  }))
  state.vector = [...(checkpoint.depends ?? firsts(size))]
  state.produced.clear()
  const produced = { depends: state.vector, steps: checkpoint.application.steps }
  for (const { number } of state.outputs) state.produced.set(number, produced)
  state.asked = firsts(size)
  enter(node, receipts + repeated.length)
  depend(node, state.vector)
}

/** The receipts in the log after the first `receipts`, up to the first orphan; the rest of the log is discarded. */
function repeatable(node: OptimisticNode, receipts: number): readonly Receipt[] {
  const { log, endings } = node.disk
  const after = log.filter(({ place }) => place >= receipts)
  const orphan = after.find(({ depends = [] }) => isOrphan(endings, depends))
  if (orphan === undefined) return after
  node.truncate("log", log.indexOf(orphan))
  return after.filter(({ place }) => place < orphan.place)
}

/**
 * Begins a new incarnation, which others may depend on once it is on the disk. @param index the last interval of the earlier
 * ones
 */
function enter(node: OptimisticNode, index: number): void {
  const { state, disk, id } = node
  const incarnation = incarnationOf(disk.endings, id) + 1
  const own = [...disk.endings[id]!, { incarnation, index }]
  node.save({ endings: disk.endings.map((known, process) => (process === id ? own : known)) })
  state.isEntered = false
  state.isSettled = false
  node.send(id, { type: "Entered", incarnation }, "protocol", "durable")
}

/** Reports, once all others know its latest incarnation, that its failure leaves no orphans any more. */
export function settleIfKnown(node: OptimisticNode): void {
  const { state } = node
  if (state.isSettled || state.mode === "loading" || state.unanswered.size > 0) return
  state.isSettled = true
  node.report({ type: "settled" }, "now")
}
