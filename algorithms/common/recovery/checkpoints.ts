/** Checkpoints: written block by block while the process stands still, valid with the last. */
import { invariant } from "../../../runtime/contract/algorithm.ts"
import { imageOf, stand } from "./process.ts"
import { type Available, type Checkpoint, type Protocol, programOf, type Saver, type SaverDisk } from "./types.ts"
import { initialImage } from "./process.ts"

/** The disk of a process that has taken no checkpoint: its initial state is on it. */
export function newDisk(processes: number): SaverDisk {
  const initial: Checkpoint = { ...initialImage(processes), index: 0, kept: 0, outputs: [], channels: null }
  return { epoch: 0, blocks: 0, checkpoints: [initial], sent: [], committed: 0 }
}

export function latestCheckpoint({ disk: { checkpoints } }: { readonly disk: SaverDisk }): Checkpoint {
  const latest = checkpoints.at(-1)
  invariant(latest !== undefined, "a process always has a checkpoint")
  return latest
}

/** The states of the checkpoints, the earliest first. */
export function stableStates({ disk }: { readonly disk: SaverDisk }): readonly Available[] {
  return disk.checkpoints.map(({ index, application: { sent, received } }) => ({ index, sent, received }))
}

/** Copies the state and begins to write it. */
export function takeCheckpoint(node: Saver, index: number, isForced = false): void {
  const { state } = node
  invariant(state.writing === null, "a process writes one checkpoint at a time")
  invariant(index > latestCheckpoint(node).index, "indices of checkpoints grow")
  stand(node)
  const { image, block } = programOf(node)
  state.mode = "writing"
  const left = Math.max(1, Math.ceil(image / Math.max(1, block)))
  state.writing = { number: ++state.writings, index, image: imageOf(node), outputs: [...state.outputs], isForced, left }
  writeBlock(node)
}

/** Writes the next block: with the last, the checkpoint is there. */
function writeBlock(node: Saver): void {
  const { state, disk } = node
  const { writing } = state
  if (writing === null) return
  writing.left--
  if (writing.left > 0) node.save({ blocks: disk.blocks + 1 })
  else {
    for (const message of state.unsaved) node.append("sent", message)
    state.unsaved = []
    const { index, image, outputs } = writing
    node.append("checkpoints", { ...image, index, kept: disk.sent.length, outputs, channels: null })
  }
  node.send(node.id, { type: "Written", writing: writing.number }, "protocol", "durable")
}

/** The disk has written what it was given. */
export function handleWritten<N extends Saver>(
  node: N,
  { writing: number }: { readonly writing: number },
  protocol: Protocol<N>,
): void {
  const { writing } = node.state
  if (writing === null || writing.number !== number) return
  if (writing.left > 0) return writeBlock(node)
  node.state.writing = null
  const checkpoint = latestCheckpoint(node)
  const sent = checkpoint.kept - (node.disk.checkpoints.at(-2)?.kept ?? 0)
  const { image, payload } = programOf(node)
  const what = writing.isForced ? "forced checkpoint" : "checkpoint"
  node.report({ type: "stored", what, bytes: image + sent * payload })
  protocol.saved(node, checkpoint, writing.isForced)
}
