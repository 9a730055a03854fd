/** Checkpoints that processes take together: all of one index are a recovery line, once they are committed. */
import { invariant } from "../../../runtime/contract/algorithm.ts"
import { commitOutput } from "./output.ts"
import type { Checkpoint, Saver } from "./types.ts"

/** The latest line that any process knows to be committed: all have its checkpoints. */
export function committedLine(committed: readonly number[]): readonly number[] {
  const latest = Math.max(...committed)
  return committed.map(() => latest)
}

/** Makes a checkpoint permanent: discards earlier ones, and releases output from before it. */
export function commitCheckpoint(node: Saver, checkpoint: Checkpoint): void {
  const { disk } = node
  if (disk.committed < checkpoint.index) node.save({ committed: checkpoint.index })
  const place = disk.checkpoints.findIndex(({ index }) => index === checkpoint.index)
  invariant(place >= 0, "a checkpoint that is committed is on the disk")
  if (place > 0) node.discard("checkpoints", place)
  commitOutput(node, checkpoint)
}
