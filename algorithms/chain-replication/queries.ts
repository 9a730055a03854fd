/** Queries: the tail answers them (§3); in CRAQ any server does, and asks the tail first if the key is dirty (CRAQ §2.3). */
import { type ClientId, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { peek } from "../../services/replicated-log/machine.ts"
import { isActingTail, placeOf, redirect, tailOf } from "./chain.ts"
import { answer, commit, lengthOf } from "./history.ts"
import type { Server, Version, VersionQuery } from "./types.ts"

export function handleQuery(node: Server, command: Command, client: ClientId): void {
  const { configuration } = node.state
  if (!mayAnswer(node)) redirect(node, command, client, configuration && tailOf(configuration))
  else if (isActingTail(node) || !isDirty(node, command)) read(node, command)
  else askTail(node, command)
}

/** True if clients may query this server, and its lease rules out that the master has removed it. */
function mayAnswer(node: Server): boolean {
  const { reads, suspicions } = node.parameters
  const isAsked = reads === "any" ? placeOf(node) >= 0 && node.state.hasCaughtUp : isActingTail(node)
  return isAsked && (suspicions === "trusted" || !node.isOver(node.state.leaseUntil))
}

/** True if the key has an uncommitted update: this server's latest version may be missing at the tail (CRAQ §2.3). */
function isDirty({ state }: Server, { operation: { key } }: Command): boolean {
  return state.entries.some((entry, place) => entry.operation.key === key && state.base + place >= state.committed)
}

/** Answers from the committed state. Queries have no number, and leave the machine unchanged. */
function read(node: Server, command: Command): void {
  const { operation } = command
  invariant(operation.op === "get", "a query changes nothing (§2)")
  answer(node, command, peek(node.state.machine, operation.key))
}

// --- CRAQ ------------------------------------------------------------------------------------------------------------

function askTail(node: Server, command: Command): void {
  const { session, sequence } = command
  node.state.asking.set(session, command)
  node.send(tailOf(node.state.configuration!), { type: "VersionQuery", session, sequence })
}

/** Answers with the tail's latest version: the tail has committed all that it has. */
export function handleVersionQuery(node: Server, { session, sequence }: VersionQuery, from: NodeId): void {
  if (!isActingTail(node) || !mayAnswer(node)) return
  node.send(from, { type: "Version", session, sequence, committed: node.state.committed })
}

/** Answers the client with the version that the tail has committed. */
export function handleVersion(node: Server, { session, sequence, committed }: Version): void {
  const { state } = node
  const command = state.asking.get(session)
  if (command?.sequence !== sequence) return
  invariant(
    committed <= lengthOf(state),
    "a server has all updates that the tail has (§3, Update Propagation Invariant)",
  )
  state.asking.delete(session)
  if (committed > state.committed) commit(node, committed)
  read(node, command)
}

/** Sends a new tail the queries that the old one may not have answered. */
export function reissueQueries(node: Server): void {
  for (const command of [...node.state.asking.values()].toSorted((a, b) => a.session - b.session)) {
    node.state.asking.delete(command.session)
    handleQuery(node, command, command.session)
  }
}
