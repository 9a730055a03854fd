/**
 * The machine that a replicated log drives: state machines side by side, each executing its own operations, behind
 * sessions that apply each command once (Raft §8).
 *
 * Every algorithm that serves `replicated-log` decides on an order of commands and executes them here, each node on a
 * machine of its own, without knowing what they are about. A machine is plain data, part of a node's volatile state (or of
 * its snapshot on disk).
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
  /** Absent until somebody asks for a lock. */
  locks?: Locks
  /** Absent until an operation leaves something to chance. */
  registers?: Registers
  /** Absent until there is an action on shards. */
  sharding?: Sharding
  /** By client; those that have had nothing executed have no record. */
  readonly sessions: (SessionRecord | undefined)[]
}

/** The last command that a session had executed, and what it gave. */
export interface SessionRecord {
  sequence: number
  result: Result
}

export function emptyMachine(): Machine {
  return { values: keyValueStore.initial(), sessions: [] }
}

/** A machine of its own in the same state: for snapshots, which never change, and for executing on from one. */
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

/** True if executing a command now leaves something to chance: not if its session had it executed before. */
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
 * Executes a command, or repeats the answer if its session had it executed before (Raft §8).
 *
 * @param chosen the choice that it needs, if it needs one; default: the one that it brings; without, the command is refused
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

/** Shards have sessions of their own, which go where they go: those of the machine know nothing of their commands. */
function executeOnShards(machine: Machine, { session, sequence }: Command, { action }: ShardOperation): Result {
  machine.sharding ??= newSharding()
  return executeAction(machine.sharding, action, session, sequence)
}

/** The answer to a command older than the last one its session had executed: the client has given up on it. */
const STALE: Result = { done: false, value: null }

/** The answer to a command that leaves something to chance where nobody makes the choice. */
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

/** The effect of a command on a machine: whoever installs it is in the same state, without executing anything. */
export interface Change {
  readonly result: Result
  /** The value that the command's key holds now; absent: as before. */
  readonly value?: string
  /** The lock of that name as it is now. */
  readonly lock?: Lock
  /** The choice that was made, which the register of that name holds now. */
  readonly chosen?: string
}

/** Executes a command that its session has not had executed, at one place, and describes what that changed. */
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

/** Installs what a command changed on another machine in the state of before (passive replication). */
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

/** The result of reading a key now; its session does not count it. */
export function peek(machine: Machine, key: string): Result {
  return { done: true, value: machine.values.get(key) ?? null }
}
