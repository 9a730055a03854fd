/**
 * No command takes effect in two groups, whatever shards move in between: the logs of all groups, as nodes first reported their
 * entries, are executed once each.
 */
import type { Check } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { newSharding, type Sharding } from "../../machines/shards.ts"
import { isShardOperation } from "../../machines/shard-actions.ts"
import { emptyMachine, execute, type Machine } from "../../replicated-log/machine.ts"
import type { Command } from "../../replicated-log/command.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { StoreEvent } from "../events.ts"

interface GroupLog {
  readonly machine: Machine
  next: number
  /** Entries beyond the next one, by index. */
  readonly waiting: Map<number, Command | null>
}

export interface State extends Found {
  readonly logs: Map<number, GroupLog>
  /** By client, the last command that took effect somewhere, and in which group. */
  readonly effects: Map<number, { readonly sequence: number; readonly group: number }>
}

export const appliedOnce: Check<State, StoreEvent, unknown> = {
  name: "applied-once",
  doc: "Every command takes effect in one group at most, once, whatever shards move.",
  initial: () => ({ logs: new Map(), effects: new Map(), violation: null }),
  observe(state, event) {
    if (event.type !== "executed") return
    const { group, index, command, at } = event
    let log = state.logs.get(group)
    if (log === undefined) state.logs.set(group, (log = newLog()))
    if (index < log.next || log.waiting.has(index)) return
    log.waiting.set(index, command)
    while (log.waiting.has(log.next)) {
      const entry = log.waiting.get(log.next)
      log.waiting.delete(log.next)
      log.next++
      if (entry !== null && entry !== undefined) enter(state, log, group, entry, at)
    }
  },
  verdict({ violation, logs }) {
    if (violation !== null) return violation
    const behind = [...logs].find(([, { waiting }]) => waiting.size > 0)
    if (behind === undefined) return HOLDS
    const [group, { next }] = behind
    const reason = `no node reported index ${next} of group ${group}, which a snapshot covers: what came after it was not looked at`
    return { verdict: "undecided", reason }
  },
}

function newLog(): GroupLog {
  return { machine: { ...emptyMachine(), sharding: newSharding() }, next: 1, waiting: new Map() }
}

/** Executes an entry, and sees whether it took effect: its session has come to it at its shard just now. */
function enter(state: State, { machine }: GroupLog, group: number, command: Command, at: Micros): void {
  const { session, sequence, operation } = command
  const isServed = isShardOperation(operation) && operation.action.kind === "serve"
  const shard = isServed ? operation.action.shard : -1
  const before = sequenceAt(machine.sharding, shard, session)
  const result = execute(machine, command)
  if (!isServed || result.shard !== undefined || before >= sequence) return
  const last = state.effects.get(session)
  if (last?.sequence === sequence)
    violate(
      state,
      at,
      `command ${sequence} of client ${session} took effect in group ${last.group} and in group ${group}`,
    )
  if (last === undefined || last.sequence < sequence) state.effects.set(session, { sequence, group })
}

function sequenceAt(sharding: Sharding | undefined, shard: number, session: number): number {
  return sharding?.shards.get(shard)?.sessions[session]?.sequence ?? 0
}
