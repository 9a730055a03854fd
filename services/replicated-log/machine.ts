/**
 * The replicated state machine: a map from keys to values, with sessions that apply each command once.
 *
 * Every algorithm that serves `replicated-log` decides on an order of commands and executes them here, each node on a
 * machine of its own. A machine is plain data, part of a node's volatile state (or of its snapshot on disk).
 */
import type { Command, Operation, Result } from "./command.ts"
import { acquire, release } from "./lock-table.ts"

export interface Machine {
  readonly values: Map<string, string>
  /** By client; those that have had nothing executed have no record. */
  readonly sessions: (SessionRecord | undefined)[]
}

/** The last command that a session had executed, and what it gave. */
export interface SessionRecord {
  sequence: number
  result: Result
}

export function emptyMachine(): Machine {
  return { values: new Map(), sessions: [] }
}

/** A machine of its own in the same state: for snapshots, which never change, and for executing on from one. */
export function copyOfMachine({ values, sessions }: Machine): Machine {
  return { values: new Map(values), sessions: sessions.map(record => record && { ...record }) }
}

/** Executes a command, or repeats the answer if its session had it executed before (Raft §8). */
export function execute(machine: Machine, command: Command): Result {
  const last = machine.sessions[command.session]
  if (last !== undefined && command.sequence <= last.sequence) {
    return command.sequence === last.sequence ? last.result : STALE
  }
  const result = perform(machine.values, command.operation)
  if (last === undefined) {
    machine.sessions[command.session] = { sequence: command.sequence, result }
  } else {
    last.sequence = command.sequence
    last.result = result
  }
  return result
}

/** The answer to a command older than the last one its session had executed: the client has given up on it. */
const STALE: Result = { done: false, value: null }

function perform(values: Map<string, string>, operation: Operation): Result {
  const before = values.get(operation.key) ?? null
  switch (operation.op) {
    case "get":
      return { done: true, value: before }
    case "put":
      values.set(operation.key, operation.value)
      return { done: true, value: before }
    case "cas":
      if (before !== operation.expected) return { done: false, value: before }
      values.set(operation.key, operation.value)
      return { done: true, value: before }
    case "append":
      values.set(operation.key, (before ?? "") + operation.value)
      return { done: true, value: before }
    case "acquire":
      return acquire(values, operation.key, operation.owner)
    case "release":
      return release(values, operation.key, operation.owner)
  }
}
