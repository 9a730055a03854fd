/** Hist of a server (§3): the updates that it has, and the execution of those that the tail has as well. */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import type { Command, Result } from "../../services/replicated-log/command.ts"
import { execute } from "../../services/replicated-log/machine.ts"
import { askedByKind, isActingTail, isHead } from "./chain.ts"
import type { Server, State } from "./types.ts"

/** The number of the last update that a server has. */
export function lengthOf({ base, entries }: State): number {
  return base + entries.length
}

/** The updates that it has after the first `after`. */
export function entriesAfter({ base, entries }: State, after: number): readonly Command[] {
  invariant(after >= base, "what a successor may lack is kept (§3, Sent)")
  return entries.slice(after - base)
}

/** Executes the updates up to number `committed`: the tail has them, so they are never undone. */
export function commit(node: Server, committed: number): void {
  const { state } = node
  invariant(
    committed <= lengthOf(state),
    "a server has all updates that its successor has (§3, Update Propagation Invariant)",
  )
  const head = isHead(node)
  const answersAll = node.parameters.replies === "head" ? head : isActingTail(node)
  while (state.committed < committed) {
    const index = ++state.committed
    const command = state.entries[index - state.base - 1]!
    const result = execute(state.machine, command)
    node.report({ type: "applied", index, command })
    const isAskedAgain = head && takePending(state, command)
    if (answersAll || isAskedAgain) answer(node, command, result)
  }
  trim(state)
}

/** Removes an update from those pending at the head. @returns true if its client has retried it */
function takePending({ pending }: State, { session, sequence }: Command): boolean {
  const last = pending.get(session)
  if (last?.sequence !== sequence) return false
  pending.delete(session)
  return last.isAskedAgain
}

export function answer(node: Server, command: Command, result: Result): void {
  answerCommand(node, command, result, undefined, askedByKind(node).ask)
}

/** Drops committed updates, except those that a joining tail still needs after the state it was sent. */
function trim(state: State): void {
  const { committed, transfer, base } = state
  const kept = transfer === null ? committed : Math.min(committed, transfer.index)
  if (kept <= base) return
  state.entries.splice(0, kept - base)
  state.base = kept
}
