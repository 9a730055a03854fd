/**
 * All participants of a transaction decide alike (Gray and Lamport 2006, §2: consistency), and at most one of all
 * attempts at it is committed. The check executes the logs of all groups, as nodes first reported their entries, once
 * each.
 */
import type { Check } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { isShardOperation } from "../../machines/shard-actions.ts"
import type { TransactionAction } from "../../machines/transaction-actions.ts"
import { nameOfTransaction } from "../../machines/transaction-types.ts"
import { execute } from "../../replicated-log/machine.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { StoreEvent } from "../events.ts"
import { gapIn, type GroupLogs, replay, type Turn } from "../replay.ts"

export interface State extends Found {
  readonly logs: GroupLogs
  /** By name of an attempt, the first decision about it. */
  readonly decisions: Map<string, { readonly isCommitted: boolean; readonly group: number }>
  /**
   * Names of attempts that their group has decided. Once all know a decision, the group may forget it; deciding again
   * then affects nobody.
   */
  readonly closed: Set<string>
  /** By client and command number, the attempt that was committed. */
  readonly committed: Map<string, string>
  /** By attempt for which some group is or was prepared, its client and command number. */
  readonly attempts: Map<string, string>
  /** By group and name, the time since which keys are locked. */
  readonly locked: Map<string, Micros>
  /** The longest time for which keys were locked. */
  longest: Micros
}

export const atomicCommitment: Check<State, StoreEvent, unknown> = {
  name: "atomic-commitment",
  doc: "No transaction is committed in one group and aborted in another, and none is committed twice.",
  initial: () => ({
    logs: new Map(),
    decisions: new Map(),
    closed: new Set(),
    committed: new Map(),
    attempts: new Map(),
    locked: new Map(),
    longest: 0,
    violation: null,
  }),
  observe: (state, event) => replay(state.logs, event, turn => enter(state, turn)),
  verdict: ({ violation, logs }) => violation ?? gapIn(logs) ?? HOLDS,
}

/** The longest time for which a transaction has held locks in a group. @param end the end of the run */
export function longestLock({ locked, longest }: State, end: Micros): Micros {
  return [...locked.values()].reduce((most, since) => Math.max(most, end - since), longest)
}

function enter(state: State, { machine, group, command, at }: Turn): void {
  const { operation } = command
  const action = isShardOperation(operation) ? operation.action : undefined
  const transaction = action !== undefined && isOfTransaction(action) ? action : undefined
  const name = transaction === undefined ? "" : nameOfTransaction(transaction.id)
  const before = machine.sharding?.transactions
  const wasPrepared = before?.prepared.has(name) === true
  const wasDecided = before?.decisions.has(name) === true
  const { shard: answer } = execute(machine, command)
  if (transaction === undefined) return
  const place = `${group}/${name}`
  if (transaction.kind === "prepare" && answer?.type === "prepared" && !wasPrepared) {
    state.locked.set(place, at)
    state.attempts.set(name, `${transaction.session}/${transaction.sequence}`)
  } else if (transaction.kind === "settle" && wasPrepared) {
    state.longest = Math.max(state.longest, at - (state.locked.get(place) ?? at))
    state.locked.delete(place)
    decided(state, name, transaction.isCommitted, group, at)
  } else if (transaction.kind === "decide" && answer?.type === "decided" && !wasDecided && !state.closed.has(name)) {
    state.closed.add(name)
    if (answer.isCommitted) state.attempts.set(name, `${transaction.session}/${transaction.sequence}`)
    decided(state, name, answer.isCommitted, group, at)
  }
}

function decided(state: State, name: string, isCommitted: boolean, group: number, at: Micros): void {
  const first = state.decisions.get(name)
  if (first === undefined) state.decisions.set(name, { isCommitted, group })
  else if (first.isCommitted !== isCommitted)
    violate(
      state,
      at,
      `transaction ${name} was ${said(first.isCommitted)} in group ${first.group} and ${said(isCommitted)} in group ${group}`,
    )
  const attempt = state.attempts.get(name)
  if (!isCommitted || attempt === undefined) return
  const other = state.committed.get(attempt)
  if (other !== undefined && other !== name)
    violate(state, at, `transaction ${attempt.replace("/", ", number ")} was committed as ${other} and as ${name}`)
  state.committed.set(attempt, name)
}

function said(isCommitted: boolean): string {
  return isCommitted ? "committed" : "aborted"
}

function isOfTransaction(action: { readonly kind: string }): action is TransactionAction {
  return action.kind === "prepare" || action.kind === "settle" || action.kind === "decide"
}
