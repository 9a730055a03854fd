/**
 * The log as nodes first executed it: a number for each entry, in a ring of the last million indices, and the progress
 * of each node.
 *
 * An executed entry may go unreported: a crash may lose the report but not the snapshot that covers the entry. Such an
 * index is learnt late, from a node that lags behind, or never; checks that depend on it are then undecided.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Command } from "./command.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** Initial and maximum number of indices kept; a node that lags behind by more is not compared. */
const MIN_RING = 1 << 8
const MAX_RING = 1 << 20

/** The number of latest indices for which the first node to execute them is remembered, for witnesses. */
const FIRST_BY = 1024

/** Entries are named by numbers: commands by session and sequence, and this one for an entry without a command. */
const NO_COMMAND = 0
const SESSION = 2 ** 31

export interface LogRecord {
  /** The highest index that any node has executed. */
  top: number
  /** The first index that no node has reported. */
  firstUnreported: number
  /** A ring of names; NaN where no node has reported the index. */
  names: Float64Array<ArrayBuffer>
  readonly firstBy: NodeId[]
  /** By session, the newest command that a node has reported, and the index at which it was first reported. */
  readonly commandOf: Command[]
  readonly indexOf: number[]
  /** By node, the index that it has to execute next, since it booted. */
  readonly next: Int32Array<ArrayBuffer>
  /** The highest index that a live node has executed, and how often this fell because nodes went down. */
  held: number
  falls: number
  /** The highest index covered by a snapshot that a node restored. */
  covered: number
}

/**
 * An entry's place in the record of the log: the `first` report of it, the `same` entry as others reported, a `different` one
 * at an index that is taken, or one so far behind that nobody remembers the index (`forgotten`).
 */
export type Standing = "first" | "same" | "different" | "forgotten"

/** A loyal node executed an entry. */
export interface Executed {
  readonly type: "executed"
  readonly node: NodeId
  readonly index: number
  /** Null: an entry without a command. */
  readonly command: Command | null
  /** The choice with which it was executed, where the command leaves something to chance. */
  readonly chosen: string | undefined
  readonly at: Micros
  /** The index that the node had to execute next. */
  readonly expected: number
  readonly standing: Standing
  /** The first report of a command that is newer than all of its session. */
  readonly isNewest: boolean
}

/** An executed entry before it is recorded; {@link recordEntry} completes it. */
export type Entry = { -readonly [K in keyof Executed]: Executed[K] }

export function newRecord(nodes: number): LogRecord {
  return {
    top: 0,
    firstUnreported: 1,
    names: new Float64Array(MIN_RING),
    firstBy: [],
    commandOf: [],
    indexOf: [],
    next: new Int32Array(nodes).fill(1),
    held: 0,
    falls: 0,
    covered: 0,
  }
}

export function nameOf(command: Command | null): number {
  return command === null ? NO_COMMAND : command.session * SESSION + command.sequence
}

/** The session and sequence number that a name stands for. */
export function partsOf(name: number): { readonly session: number; readonly sequence: number } {
  return { session: Math.floor(name / SESSION), sequence: name % SESSION }
}

export function inWords(name: number): string {
  if (name === NO_COMMAND) return "an entry without a command"
  const { session, sequence } = partsOf(name)
  return `command ${sequence} of client ${session}`
}

/** The name of the entry at an index, which must be within the ring. */
export function nameAt({ names }: LogRecord, index: number): number {
  return names[index & (names.length - 1)]!
}

/** True if an index has dropped out of the ring. */
export function isForgotten({ names, top }: LogRecord, index: number): boolean {
  return index <= top - names.length
}

/** Describes in words how an entry differs from the one first reported at its index. */
export function differenceInWords(log: LogRecord, { node, index, command }: Executed): string {
  const first = index > log.top - FIRST_BY ? `node ${log.firstBy[index % FIRST_BY]}` : "another node"
  const [own, other] = [nameOf(command), nameAt(log, index)].map(inWords)
  return `node ${node} executed ${own} at index ${index}, where ${first} executed ${other}`
}

/** The node lost its memory: it executes the log again, or the part that a snapshot does not cover. */
export function recordCrash(log: LogRecord, node: NodeId): void {
  const before = log.held
  log.next[node] = 1
  log.held = log.next.reduce((highest, next) => Math.max(highest, next - 1), 0)
  if (log.held < before) log.falls++
}

export function recordRestored(log: LogRecord, node: NodeId, index: number): void {
  log.next[node] = index + 1
  log.covered = Math.max(log.covered, index)
  log.held = Math.max(log.held, index)
}

/** Records how far a node has executed the log. @returns the index that it had to execute next */
export function recordProgress(log: LogRecord, node: NodeId, index: number): number {
  const expected = log.next[node]!
  log.next[node] = index + 1
  if (index > log.held) log.held = index
  return expected
}

/** True if this is the last executed command of its session, at the same index: the usual case. */
export function isRepeated({ commandOf, indexOf }: LogRecord, index: number, command: Command | null): boolean {
  return command !== null && commandOf[command.session] === command && indexOf[command.session] === index
}

/** Records an entry that a node executed; sets its `standing` and `isNewest`. */
export function recordEntry(log: LogRecord, entry: Entry): void {
  const { index, command } = entry
  entry.isNewest = false
  if (index > log.top) {
    extend(log, index)
    recordFirst(log, entry)
    return
  }
  const known = nameAt(log, index)
  if (isForgotten(log, index)) entry.standing = "forgotten"
  else if (nameOf(command) === known) entry.standing = "same"
  else if (Number.isNaN(known)) recordFirst(log, entry)
  else entry.standing = "different"
}

/** An entry is executed beyond all executed before. */
function extend(log: LogRecord, index: number): void {
  while (index >= log.names.length && log.names.length < MAX_RING) grow(log)
  const { names } = log
  for (let skipped = log.top + 1; skipped < index; skipped++) names[skipped & (names.length - 1)] = Number.NaN
  log.top = index
}

/** A node is the first to report the entry at an index. */
function recordFirst(log: LogRecord, entry: Entry): void {
  const { node, index, command } = entry
  entry.standing = "first"
  log.names[index & (log.names.length - 1)] = nameOf(command)
  log.firstBy[index % FIRST_BY] = node
  if (index === log.firstUnreported) advance(log)
  if (command === null) return
  const last = log.commandOf[command.session]
  if (last !== undefined && last.sequence >= command.sequence) return
  log.indexOf[command.session] = index
  log.commandOf[command.session] = command
  entry.isNewest = true
}

function advance(log: LogRecord): void {
  do log.firstUnreported++
  while (
    log.firstUnreported <= log.top &&
    !isForgotten(log, log.firstUnreported) &&
    !Number.isNaN(nameAt(log, log.firstUnreported))
  )
}

function grow(log: LogRecord): void {
  const size = log.names.length
  const names = new Float64Array(2 * size)
  for (let index = Math.max(0, log.top - size + 1); index <= log.top; index++) {
    names[index & (2 * size - 1)] = log.names[index & (size - 1)]!
  }
  log.names = names
}
