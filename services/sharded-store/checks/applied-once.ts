/**
 * No command takes effect in two groups, whatever shards move in between. The check executes the logs of all groups, as
 * nodes first reported their entries, once each.
 */
import type { Check } from "../../../runtime/contract/service.ts"
import { isShardOperation } from "../../machines/shard-actions.ts"
import type { Sharding } from "../../machines/sharding.ts"
import { execute } from "../../replicated-log/machine.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { StoreEvent } from "../events.ts"
import { gapIn, type GroupLogs, replay, type Turn } from "../replay.ts"

export interface State extends Found {
  readonly logs: GroupLogs
  /** By client, the last command that took effect, and its group. */
  readonly effects: Map<number, { readonly sequence: number; readonly group: number }>
}

export const appliedOnce: Check<State, StoreEvent, unknown> = {
  name: "applied-once",
  doc: "Every command takes effect in one group at most, once, whatever shards move.",
  initial: () => ({ logs: new Map(), effects: new Map(), violation: null }),
  observe: (state, event) => replay(state.logs, event, turn => enter(state, turn)),
  verdict: ({ violation, logs }) => violation ?? gapIn(logs) ?? HOLDS,
}

/** Executes an entry, and determines whether it took effect: whether its session at its shard has just reached it. */
function enter(state: State, { machine, group, command, at }: Turn): void {
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
