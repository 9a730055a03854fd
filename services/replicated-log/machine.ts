/**
 * The machine that a replicated log drives: several state machines, each for its own operations, behind sessions that
 * apply each command once (Raft §8).
 *
 * Every algorithm that serves `replicated-log` decides on an order of commands and executes them here, each node on its
 * own machine, without knowing their meaning. A machine is plain data, part of a node's volatile state (or of its
 * snapshot on disk).
 */
import { chanceRegisters, isChanceOperation, type Registers } from "../machines/chance.ts"
import { keyValueStore, type Values } from "../machines/key-value.ts"
import { copyOfLock, isLockOperation, type Lock, type Locks, lockTable } from "../machines/lock-table.ts"
import { isShardOperation, type ShardOperation } from "../machines/shard-actions.ts"
import type { Sharding } from "../machines/sharding.ts"
import { copyOfSharding, executeAction, newSharding } from "../machines/shards.ts"
import type { Source } from "../machines/state-machine.ts"
import type { Command, Operation, Result } from "./command.ts"

export interface Machine {
  readonly values: Values
  /** Absent until the first operation on locks. */
  locks?: Locks
  /** Absent until the first nondeterministic operation. */
  registers?: Registers
  /** Absent until the first action on shards. */
  sharding?: Sharding
  /** By client; absent until its first command is executed. */
  readonly sessions: (SessionRecord | undefined)[]
}

/** The last executed command of a session, and its result. */
export interface SessionRecord {
  sequence: number
  result: Result
}

export function emptyMachine(): Machine {
  return { values: keyValueStore.initial(), sessions: [] }
}

/** An independent machine in the same state: for snapshots, which never change, and for continuing from one. */
export function copyOfMachine({ values, locks, registers, sharding, sessions }: Machine): Machine {
  const copy: Machine = {
    values: keyValueStore.copy(values),
    sessions: sessions.map(record => record && { ...record }),
  }
  if (locks !== undefined) copy.locks = lockTable.copy(locks)
  if (registers !== undefined) copy.registers = chanceRegisters.copy(registers)
  if (sharding !== undefined) copy.sharding = copyOfSharding(sharding)
  return copy
}

/** True if executing a command now needs a choice: false if its session has already executed it. */
export function needsChoice({ sessions }: Machine, { session, sequence, operation }: Command): boolean {
  return isChanceOperation(operation) && sequence > (sessions[session]?.sequence ?? 0)
}

/** Makes the choice that executing a command needs ({@link needsChoice}); undefined if it needs none. */
export function chooseFor(machine: Machine, command: Command, source: Source): string | undefined {
  const { operation } = command
  if (!isChanceOperation(operation) || !needsChoice(machine, command)) return undefined
  return chanceRegisters.choose(operation, source)
}

/**
 * Executes a command, or repeats the answer if its session has already executed it (Raft §8).
 *
 * @param chosen the choice, if it needs one; default: the one in the command; without any, the command is refused
 */
export function execute(machine: Machine, command: Command, chosen?: string): Result {
  const { operation } = command
  if (isShardOperation(operation)) return executeOnShards(machine, command, operation)
  const last = machine.sessions[command.session]
  if (last !== undefined && command.sequence <= last.sequence) {
    return command.sequence === last.sequence ? last.result : STALE
  }
  const result = perform(machine, operation, chosen ?? command.chosen)
  if (last === undefined) {
    machine.sessions[command.session] = { sequence: command.sequence, result }
  } else {
    last.sequence = command.sequence
    last.result = result
  }
  return result
}

/** Shards have their own sessions, which move with them: the machine's sessions do not record their commands. */
function executeOnShards(machine: Machine, { session, sequence }: Command, { action }: ShardOperation): Result {
  machine.sharding ??= newSharding()
  return executeAction(machine.sharding, action, session, sequence)
}

/** The answer to a command older than the last executed one of its session: the client has given it up. */
const STALE: Result = { done: false, value: null }

/** The answer to a nondeterministic command for which no choice was made. */
const REFUSED: Result = { done: false, value: null }

function perform(machine: Machine, operation: Exclude<Operation, ShardOperation>, chosen: string | undefined): Result {
  switch (operation.op) {
    case "get":
    case "put":
    case "append":
    case "cas":
      return keyValueStore.execute(machine.values, operation)
    case "draw":
    case "stamp":
      if (chosen === undefined) return REFUSED
      machine.registers ??= chanceRegisters.initial()
      return chanceRegisters.execute(machine.registers, operation, chosen)
    case "acquire":
    case "release":
    case "renew":
    case "expire":
      machine.locks ??= lockTable.initial()
      return lockTable.execute(machine.locks, operation)
  }
}

/** The effect of a command on a machine: installing it gives the same state without executing anything. */
export interface Change {
  readonly result: Result
  /** The new value of the command's key; absent: unchanged. */
  readonly value?: string
  /** The new state of the lock of that name. */
  readonly lock?: Lock
  /** The choice, which is the new value of the register of that name. */
  readonly chosen?: string
}

/** Executes a new command of its session, at one place, and returns its effect. */
export function executeChange(machine: Machine, command: Command, source: Source): Change {
  const chosen = chooseFor(machine, command, source)
  const result = execute(machine, command, chosen)
  if (chosen !== undefined) return { result, chosen }
  const { key, op } = command.operation
  if (isLockOperation(command.operation)) {
    const lock = machine.locks?.get(key)
    return lock === undefined ? { result } : { result, lock: copyOfLock(lock) }
  }
  const value = op === "get" || !result.done ? undefined : machine.values.get(key)
  return value === undefined ? { result } : { result, value }
}

/** Installs the effect of a command on another machine that is in the previous state (passive replication). */
export function install(machine: Machine, { session, sequence, operation }: Command, change: Change): void {
  const { result, value, lock, chosen } = change
  if (value !== undefined) machine.values.set(operation.key, value)
  if (lock !== undefined) {
    machine.locks ??= lockTable.initial()
    machine.locks.set(operation.key, copyOfLock(lock))
  }
  if (chosen !== undefined) {
    machine.registers ??= chanceRegisters.initial()
    machine.registers.set(operation.key, chosen)
  }
  machine.sessions[session] = { sequence, result }
}

/** The result of reading a key now; no session records it. */
export function peek(machine: Machine, key: string): Result {
  return { done: true, value: machine.values.get(key) ?? null }
}
