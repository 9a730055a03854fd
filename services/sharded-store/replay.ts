/** Replays the logs of groups, once each, as nodes first reported their entries. */
import type { Micros } from "../../runtime/contract/units.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import { newSharding } from "../machines/shards.ts"
import { emptyMachine, type Machine } from "../replicated-log/machine.ts"
import type { Command } from "../replicated-log/command.ts"
import type { StoreEvent } from "./events.ts"

interface GroupLog {
  readonly machine: Machine
  next: number
  /** Entries beyond the next one, by index. */
  readonly waiting: Map<number, Command | null>
}

export type GroupLogs = Map<number, GroupLog>

/** The next entry of a group, and the group's machine before it; the receiver executes the entry. */
export interface Turn {
  readonly machine: Machine
  readonly group: number
  readonly command: Command
  readonly at: Micros
}

/** Takes an entry that a node reports, and calls `enter` for every entry whose turn has come. */
export function replay(logs: GroupLogs, event: StoreEvent, enter: (turn: Turn) => void): void {
  if (event.type !== "executed") return
  const { group, index, command, at } = event
  let log = logs.get(group)
  if (log === undefined) logs.set(group, (log = newLog()))
  if (index < log.next || log.waiting.has(index)) return
  log.waiting.set(index, command)
  while (log.waiting.has(log.next)) {
    const entry = log.waiting.get(log.next)
    log.waiting.delete(log.next)
    log.next++
    if (entry !== null && entry !== undefined) enter({ machine: log.machine, group, command: entry, at })
  }
}

/** Undecided if a snapshot covers entries that no node reported; undefined if all entries were replayed. */
export function gapIn(logs: GroupLogs): Verdict | undefined {
  const behind = [...logs].find(([, { waiting }]) => waiting.size > 0)
  if (behind === undefined) return undefined
  const [group, { next }] = behind
  const reason = `no node reported index ${next} of group ${group}, which a snapshot covers: what came after it was not looked at`
  return { verdict: "undecided", reason }
}

function newLog(): GroupLog {
  return { machine: { ...emptyMachine(), sharding: newSharding() }, next: 1, waiting: new Map() }
}
