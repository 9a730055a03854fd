/**
 * Output commit: output may go to the outside world once no recovery can undo the state that it was produced in. A process that has
 * checkpointed asks all which checkpoints they have; output from before a line of those is safe, and checkpoints from before it
 * will never be needed (Elnozahy et al. 2002, §2.1.3 and §2.2.3): 3(n-1) messages.
 */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { stableStates, takeCheckpoint, latestCheckpoint } from "./checkpoints.ts"
import { hasFinished } from "./process.ts"
import { type Checkpoint, type Protocol, programOf, type SurveyMessageOf, type Saver, type Surveyor } from "./types.ts"

/** Commits the output produced before a checkpoint. */
export function commitOutput(node: Saver, { application }: Checkpoint): void {
  const { state } = node
  for (const output of state.outputs) if (output.number < application.outputs) node.reply(node.id, output)
  state.outputs = state.outputs.filter(({ number }) => number >= application.outputs)
}

/** Takes a final checkpoint after the last step if there is output: nothing else would make that safe. */
export function saveTheEnd(node: Saver): void {
  if (!hasFinished(node.state.process) || programOf(node).outputs === 0 || node.state.mode !== "working") return
  takeCheckpoint(node, latestCheckpoint(node).index + 1)
}

/** Asks all which checkpoints they have, if there is or was output to commit. */
export function survey<N extends Surveyor>(node: N, protocol: Protocol<N>): void {
  const { state, id } = node
  if (state.outputs.length === 0 && !(hasFinished(state.process) && programOf(node).outputs > 0)) return
  state.survey = { number: ++state.surveys, available: new Map() }
  const { epoch, surveys } = state
  for (const peer of node.peers)
    node.send(peer, { type: "Ask", epoch, survey: surveys, index: latestCheckpoint(node).index })
  handleStable(node, { type: "Stable", epoch, survey: surveys, available: stableStates(node) }, id, protocol)
}

export function handleAsk(node: Surveyor, { epoch, survey: asked }: SurveyMessageOf<"Ask">, from: NodeId) {
  if (epoch !== node.state.epoch) return
  node.send(from, { type: "Stable", epoch, survey: asked, available: stableStates(node) })
}

export function handleStable<N extends Surveyor>(
  node: N,
  { epoch, survey: number, available }: SurveyMessageOf<"Stable">,
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

/** Commits output from before the line, and discards the checkpoints before it. */
export function handleSafe(node: Surveyor, { epoch, line }: SurveyMessageOf<"Safe">): void {
  if (epoch !== node.state.epoch) return
  const place = node.disk.checkpoints.findIndex(({ index }) => index === line[node.id])
  const checkpoint = node.disk.checkpoints[place]
  // An older line, whose checkpoint is gone.
  if (checkpoint === undefined) return
  commitOutput(node, checkpoint)
  if (place > 0) node.discard("checkpoints", place)
}
