/** Checkpoints: written block by block while the process is paused, and valid once the last block is written. */
import { invariant } from "../../../runtime/contract/algorithm.ts"
import { imageOf, initialImage, stand } from "./process.ts"
import {
  type Available,
  type Checkpoint,
  type Interval,
  type Keeper,
  type KeeperDisk,
  type Protocol,
  programOf,
  type SaverDisk,
} from "./types.ts"

/** The disk of a process that has taken no checkpoint: it holds the initial state. */
export function newKeeperDisk(processes: number): KeeperDisk {
  const initial: Checkpoint = { ...initialImage(processes), index: 0, kept: 0, outputs: [], channels: null }
  return { blocks: 0, checkpoints: [initial], sent: [] }
}

export function newDisk(processes: number): SaverDisk {
  return { ...newKeeperDisk(processes), epoch: 0, committed: 0 }
}

export function latestCheckpoint({ disk: { checkpoints } }: { readonly disk: KeeperDisk }): Checkpoint {
  const latest = checkpoints.at(-1)
  invariant(latest !== undefined, "a process always has a checkpoint")
  return latest
}

/** The states of the checkpoints, the earliest first. */
export function stableStates({ disk }: { readonly disk: KeeperDisk }): readonly Available[] {
  return disk.checkpoints.map(({ index, application: { sent, received } }) => ({ index, sent, received }))
}

/**
 * Copies the state and begins to write it.
 *
 * @param depends state intervals that the state depends on, where the protocol tracks them
 */
export function takeCheckpoint(node: Keeper, index: number, isForced = false, depends?: readonly Interval[]): void {
  const { state } = node
  invariant(state.writing === null, "a process writes one checkpoint at a time")
  invariant(index > latestCheckpoint(node).index, "indices of checkpoints grow")
  stand(node)
  const { image, block } = programOf(node)
  state.mode = "writing"
  const left = Math.max(1, Math.ceil(image / Math.max(1, block)))
  const outputs = [...state.outputs]
  const tracked = depends === undefined ? {} : { depends }
  state.writing = { number: ++state.writings, index, image: imageOf(node), outputs, isForced, left, ...tracked }
  writeBlock(node)
}

/** Writes the next block; the last one completes the checkpoint. */
function writeBlock(node: Keeper): void {
  const { state, disk } = node
  const { writing } = state
  if (writing === null) return
  writing.left--
  if (writing.left > 0) node.save({ blocks: disk.blocks + 1 })
  else {
    for (const message of state.unsaved) node.append("sent", message)
    state.unsaved = []
    const { index, image, outputs, depends } = writing
    const tracked = depends === undefined ? {} : { depends }
    node.append("checkpoints", { ...image, index, kept: disk.sent.length, outputs, channels: null, ...tracked })
  }
  node.send(node.id, { type: "Written", writing: writing.number }, "protocol", "durable")
}

/** The disk has written what it was given. */
export function handleWritten<N extends Keeper>(
  node: N,
  { writing: number }: { readonly writing: number },
  protocol: Pick<Protocol<N>, "saved">,
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
