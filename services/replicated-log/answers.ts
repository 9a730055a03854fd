/** Answers of a node that has executed a command: to the client that asked, and to the one whose turn it is at a lock. */
import type { ClientId, Release } from "../../runtime/contract/algorithm.ts"
import { readClaim } from "../machines/lock-table.ts"
import type { Command, Result } from "./command.ts"
import type { ReplicatedLog } from "./shape.ts"

/** The part of a node that answers. */
interface Answering {
  reply(client: ClientId, reply: ReplicatedLog["reply"], release?: Release): void
}

/** Answers a command with its result. Where it took a lock from somebody, the next one is notified as well. */
export function answerCommand(
  node: Answering,
  { session, sequence, operation }: Command,
  result: Result,
  release?: Release,
): void {
  node.reply(session, { type: "Result", sequence, result }, release)
  const hasFreed = operation.op === "release" || operation.op === "expire"
  if (!hasFreed || result.value === null) return
  const { owner, token } = readClaim(result.value)
  // `7`, or `7/2` for the third session of client 7.
  const client = Number(owner.split("/")[0])
  if (Number.isSafeInteger(client)) node.reply(client, { type: "LockGranted", key: operation.key, token }, release)
}
