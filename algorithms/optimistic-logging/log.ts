/** The log of an optimistic process: written asynchronously, many messages at a time. */
import { incarnationOf, isStable } from "./intervals.ts"
import type { OptimisticNode } from "./types.ts"

/** Writes the messages received since the last flush to the disk. */
export function flush(node: OptimisticNode): void {
  const { state, disk, id } = node
  node.cancelTimer("flush")
  if (state.buffer.length === 0) return
  for (const receipt of state.buffer) node.append("log", receipt)
  const interval = { incarnation: incarnationOf(disk.endings, id), index: state.process.application.receipts }
  node.send(id, { type: "Logged", interval, count: state.buffer.length }, "protocol", "durable")
  state.buffer = []
}

/**
 * Discards everything before the latest stable checkpoint: one that can never become an orphan, since all that it depends on
 * is on disks.
 */
export function collectGarbage(node: OptimisticNode): void {
  const { checkpoints, endings, log } = node.disk
  const { stable } = node.state
  const place = checkpoints.findLastIndex(({ depends = [] }) =>
    depends.every((interval, process) => isStable(endings, process, interval, stable[process]!)),
  )
  if (place <= 0) return
  const { receipts } = checkpoints[place]!.application
  node.discard("checkpoints", place)
  const covered = log.filter(receipt => receipt.place < receipts).length
  if (covered > 0) node.discard("log", covered)
}
