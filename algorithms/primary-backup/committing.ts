/** Committing: an update is safe once every candidate for the next primary has it. Then its client is answered. */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import type { Replica, Update, UpdateMessage } from "./types.ts"
import { isBlocking } from "./views.ts"

/** On the primary: commits what all members and all standbys have. */
export function commitAcked(node: Replica): void {
  const { backups, count, committed } = node.state
  let reached = count
  for (const backup of backups) {
    if (backup !== null && backup.standing !== "joining") reached = Math.min(reached, backup.acked)
  }
  if (reached > committed) commit(node, reached)
}

/** Marks the updates up to `upTo` as safe. The primary answers their clients. */
export function commit(node: Replica, upTo: number): void {
  const { state } = node
  invariant(upTo <= state.count, "what is safe is in the state of every member")
  while (state.committed < upTo) {
    const update = state.uncommitted.shift()
    invariant(update?.number === state.committed + 1, "updates are numbered without gaps")
    const { number, request, change } = update
    state.committed = number
    const { chosen } = change
    node.report({ type: "applied", index: number, command: request, ...(chosen === undefined ? {} : { chosen }) })
    if (state.status === "primary") answerCommand(node, request, change.result)
  }
  if (state.status === "primary") answerReads(node)
}

/** Answers local reads once the updates that they saw are safe. */
export function answerReads(node: Replica): void {
  const { reads, committed } = node.state
  while (reads.length > 0 && reads[0]!.after <= committed) {
    const { client, sequence, result } = reads.shift()!
    node.reply(client, { type: "Result", sequence, result })
  }
}

/** The message that ships an update. Without acknowledgements all earlier updates are safe: they have been sent to everybody. */
export function updateMessage(node: Replica, update: Update): UpdateMessage {
  const { view, committed } = node.state
  const { number, since } = view
  return { type: "Update", view: number, since, update, committed: isBlocking(node) ? committed : update.number - 1 }
}

/** Gives a backup that lacks updates time to acknowledge some; not one that never acknowledges. */
export function awaitAck(node: Replica, peer: NodeId): void {
  const { backups, count } = node.state
  const backup = backups[peer] ?? null
  const isAwaited = backup !== null && backup.acked < count && (isBlocking(node) || backup.acked < 0)
  if (isAwaited) node.setTimer("backup", node.parameters.detectionTimeout, peer)
  else node.cancelTimer("backup", peer)
}
