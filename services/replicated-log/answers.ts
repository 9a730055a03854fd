/** Answers of a node that has executed a command: to the client that asked, and to the next holder of a lock. */
import type { ClientId, Release } from "../../runtime/contract/algorithm.ts"
import { readClaim } from "../machines/lock-table.ts"
import type { Command, Result } from "./command.ts"
import type { ByKind, ReplicatedLog } from "./shape.ts"

/** The part of a node that answers. */
interface Answering {
  reply(client: ClientId, reply: ReplicatedLog["reply"], release?: Release): void
}

/**
 * Answers a command with its result. If it ended somebody's hold of a lock, the next holder is notified as well.
 *
 * @param ask the nodes to ask from now on, if they depend on the kind of operation
 */
export function answerCommand(
  node: Answering,
  { session, sequence, operation }: Command,
  result: Result,
  release?: Release,
  ask?: ByKind,
): void {
  const reply = { type: "Result", sequence, result } as const
  node.reply(session, ask === undefined ? reply : { ...reply, ask }, release)
  const hasFreed = operation.op === "release" || operation.op === "expire"
  if (!hasFreed || result.value === null) return
  const { owner, token } = readClaim(result.value)
  // An owner is `7`, or `7/2` for the third session of client 7.
  const client = Number(owner.split("/")[0])
  if (Number.isSafeInteger(client)) node.reply(client, { type: "LockGranted", key: operation.key, token }, release)
}
