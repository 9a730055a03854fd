/**
 * Output commit: output may go to the outside world once no recovery can undo the state that it was produced in. A process that has
 * checkpointed asks all which checkpoints they have; output from before a line of those is safe, and checkpoints from before it
 * will never be needed (Elnozahy et al. 2002, §2.1.3 and §2.2.3): 3(n-1) messages.
 */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { stableStates, takeCheckpoint, latestCheckpoint } from "./checkpoints.ts"
import { hasFinished } from "./process.ts"
import {
  type ApplicationMessage,
  type Checkpoint,
  type Protocol,
  programOf,
  type RecoveryMessage,
  type Saver,
} from "./types.ts"

type Told<Type extends RecoveryMessage["type"]> = RecoveryMessage & { readonly type: Type }

/** Commits the output produced before a checkpoint. */
export function commitOutput<M extends ApplicationMessage>(node: Saver<M>, { application }: Checkpoint): void {
  const { state } = node
  for (const output of state.outputs) if (output.number < application.outputs) node.reply(node.id, output)
  state.outputs = state.outputs.filter(({ number }) => number >= application.outputs)
}

/** Checkpoints for the last time once all steps are taken, where there is output: nothing else would make it safe. */
export function saveTheEnd<M extends ApplicationMessage>(node: Saver<M>): void {
  if (!hasFinished(node.state.process) || programOf(node).outputs === 0 || node.state.mode !== "working") return
  takeCheckpoint(node, latestCheckpoint(node).index + 1)
}

/** Asks all which checkpoints they have, if there is output to be committed, or was. */
export function survey<M extends ApplicationMessage, N extends Saver<M>>(node: N, protocol: Protocol<N>): void {
  const { state, id } = node
  if (state.outputs.length === 0 && !(hasFinished(state.process) && programOf(node).outputs > 0)) return
  state.survey = { number: ++state.surveys, available: new Map() }
  const { epoch, surveys } = state
  for (const peer of node.peers) node.send(peer, { type: "Ask", epoch, survey: surveys })
  handleStable(node, { type: "Stable", epoch, survey: surveys, available: stableStates(node) }, id, protocol)
}

export function handleAsk<M extends ApplicationMessage>(
  node: Saver<M>,
  { epoch, survey: asked }: Told<"Ask">,
  from: NodeId,
) {
  if (epoch !== node.state.epoch) return
  node.send(from, { type: "Stable", epoch, survey: asked, available: stableStates(node) })
}

export function handleStable<M extends ApplicationMessage, N extends Saver<M>>(
  node: N,
  { epoch, survey: number, available }: Told<"Stable">,
  from: NodeId,
  protocol: Protocol<N>,
): void {
  const { state, size } = node
  if (state.survey === null || epoch !== state.epoch || number !== state.survey.number) return
  state.survey.available.set(from, available)
  if (state.survey.available.size < size) return
  const answers = state.survey.available
  const line = protocol.lineOf(
    Array.from({ length: size }, (_, id) => answers.get(id)!),
    Array.from({ length: size }, () => 0),
  )
  state.survey = null
  if (line === null) return
  for (const peer of node.peers) node.send(peer, { type: "Safe", epoch, line })
  handleSafe(node, { type: "Safe", epoch, line })
}

/** Commits what was produced before the line, and gives up the checkpoints before it. */
export function handleSafe<M extends ApplicationMessage>(node: Saver<M>, { epoch, line }: Told<"Safe">): void {
  if (epoch !== node.state.epoch) return
  const place = node.disk.checkpoints.findIndex(({ index }) => index === line[node.id])
  const checkpoint = node.disk.checkpoints[place]
  // An older line: what comes after it has been given up since.
  if (checkpoint === undefined) return
  commitOutput(node, checkpoint)
  if (place > 0) node.discard("checkpoints", place)
}
