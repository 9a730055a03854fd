/** Two-phase commit over groups: the participants. Each step is executed in the log of the group before its answer. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import {
  idOf,
  nameOfTransaction,
  type TransactionAnswer,
  type TransactionId,
} from "../../services/machines/transaction-types.ts"
import { isForMe } from "./post.ts"
import { proposeTransaction } from "./requests.ts"
import { watch } from "./transactions.ts"
import type { Decision, Logs, Prepare, ShardNode } from "./types.ts"

export function handlePrepare(logs: Logs, node: ShardNode, message: Prepare, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  const { to, id, session, sequence, parts } = message
  proposeTransaction(logs, node, to, { kind: "prepare", id: idOf(id), session, sequence, parts })
}

/** The group can neither commit nor abort alone from here on. */
export function handlePrepared(
  node: ShardNode,
  group: number,
  { id, outcomes }: Extract<TransactionAnswer, { type: "prepared" }>,
): void {
  doubt(node, group, id)
  node.send(id.node, { type: "Vote", id: idOf(id), group, outcomes, refusal: null })
}

export function handleUnprepared(
  node: ShardNode,
  group: number,
  { id, refusal }: Extract<TransactionAnswer, { type: "unprepared" }>,
): void {
  const outcomes = refusal.type === "executed" ? refusal.outcomes : []
  node.send(id.node, { type: "Vote", id: idOf(id), group, outcomes, refusal })
}

/** A prepared group asks for the decision until it hears it. */
export function doubt(node: ShardNode, group: number, id: TransactionId): void {
  const { doubts, leads } = node.state
  const key = keyOf(group, id)
  if (leads[group] === true && !doubts.has(key)) doubts.set(key, { id: idOf(id), group, teller: null, age: 0 })
  watch(node)
}

export function handleDecision(logs: Logs, node: ShardNode, message: Decision, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  const { to, id, isCommitted, teller } = message
  node.state.doubts.set(keyOf(to, id), { id: idOf(id), group: to, teller, age: 0 })
  proposeTransaction(logs, node, to, { kind: "settle", id: idOf(id), isCommitted })
}

export function handleSettled(node: ShardNode, group: number, id: TransactionId): void {
  const key = keyOf(group, id)
  const teller = node.state.doubts.get(key)?.teller ?? null
  node.state.doubts.delete(key)
  if (teller !== null) node.send(teller, { type: "TransactionAck", id: idOf(id), group })
}

function keyOf(group: number, id: TransactionId): string {
  return `${group}/${nameOfTransaction(id)}`
}
