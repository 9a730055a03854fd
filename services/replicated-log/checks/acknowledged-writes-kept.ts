/**
 * An acknowledged write is lost if nobody executed it, if another entry took its index, or if the log now ends before
 * it. The log ends before it if no live node has it executed any more, and either the log has forked, or an operation
 * begun since was served without it, or the group has settled.
 */
import type { Check } from "../../../runtime/contract/service.ts"
import { formatDuration, type Micros } from "../../../runtime/contract/units.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { Command } from "../command.ts"
import type { Ended, LogContext, LogEvent } from "../events.ts"
import {
  differenceInWords,
  type Executed,
  inWords,
  isForgotten,
  type LogRecord,
  nameAt,
  nameOf,
  partsOf,
} from "../record.ts"

/** Marks of an index: its write was acknowledged to a client; its write was found lost. */
const ACKNOWLEDGED = 1
const ALREADY_LOST = 2

/** An operation that began while no live node had executed all acknowledged writes. */
interface BegunWithout {
  /** The index of the last of those writes. */
  readonly acknowledged: number
  /** The number of times that executed entries had been lost with their nodes by then. */
  readonly falls: number
}

export interface State extends Found {
  /** A ring parallel to the record's names, and the highest index in it. */
  marks: Uint8Array<ArrayBuffer>
  top: number
  /** The highest index of an acknowledged write, and of one without which a later operation was served. */
  acknowledged: number
  servedWithout: number
  /** By session. */
  readonly begunWithout: Map<number, BegunWithout>
  /** By name, acknowledged writes that no node has reported, with the time of the acknowledgement. */
  readonly unreported: Map<number, Micros>
  /** By session, the number of the last command that a traitor claims to have executed, which proves nothing. */
  readonly claimed: Map<number, number>
  /** An acknowledged write known to be executed only by traitors; the run ended too early to tell. */
  onlyClaimed: number | null
  /** True if nodes executed different entries at one index. */
  hasForked: boolean
  /** The first index that nobody reported and that may hold a missing write. */
  uncertainAt: number | null
  /** Acknowledged writes that were lost. */
  lost: number
}

export const acknowledgedWritesKept: Check<State, LogEvent, LogContext> = {
  name: "acknowledged-writes-kept",
  doc:
    "Every write that was acknowledged to its client is executed, its index in the log never taken by another entry, and the " +
    "log never ends before it again.",
  initial: ({ log }) => ({
    marks: new Uint8Array(log.names.length),
    top: 0,
    acknowledged: 0,
    servedWithout: 0,
    begunWithout: new Map(),
    unreported: new Map(),
    claimed: new Map(),
    onlyClaimed: null,
    hasForked: false,
    uncertainAt: null,
    lost: 0,
    violation: null,
  }),
  observe(state, event, { log }) {
    if (event.type === "executed") {
      if (event.standing === "first") enter(state, event, log)
      else if (event.standing === "different") fork(state, event, log)
    } else if (event.type === "claimed") recordClaim(state, event.command)
    else if (event.type === "begun") recordBegun(state, event.command.session, log)
    else if (event.type === "ended" && event.result !== null) answered(state, event, log)
    else if (event.type === "finished") findLost(state, event.hasSettled, event.at, log)
  },
  verdict({ violation, uncertainAt, onlyClaimed }) {
    if (violation === null && onlyClaimed !== null) {
      const reason = `a traitor acknowledged ${inWords(onlyClaimed)}, and the run ended before a loyal node could execute it`
      return { verdict: "undecided", reason }
    }
    if (violation !== null || uncertainAt === null) return violation ?? HOLDS
    const reason = `no node reported index ${uncertainAt}, which a snapshot covers: it may hold the write`
    return { verdict: "undecided", reason }
  },
}

/** A node is the first to report an entry. */
function enter(state: State, { index, command, isNewest }: Executed, log: LogRecord): void {
  if (index > state.top) {
    if (log.names.length > state.marks.length) grow(state, log.names.length)
    for (let entered = state.top + 1; entered <= index; entered++) state.marks[entered & (state.marks.length - 1)] = 0
    state.top = index
  }
  if (isNewest && state.unreported.size > 0 && state.unreported.delete(nameOf(command))) acknowledge(state, index, log)
}

function fork(state: State, event: Executed, log: LogRecord): void {
  state.hasForked = true
  const place = event.index & (state.marks.length - 1)
  if (state.marks[place] !== ACKNOWLEDGED) return
  state.marks[place] = ALREADY_LOST
  lose(state, event.at, `${differenceInWords(log, event)}, which was acknowledged to its client`)
}

/** A traitor claims to have executed a command. */
function recordClaim({ claimed }: State, command: Command | null): void {
  if (command === null) return
  const { session, sequence } = command
  claimed.set(session, Math.max(sequence, claimed.get(session) ?? 0))
}

/** A session begins an operation. */
function recordBegun({ acknowledged, begunWithout }: State, session: number, { held, falls }: LogRecord): void {
  if (acknowledged > held) begunWithout.set(session, { acknowledged, falls })
}

/** A client gets a result. */
function answered(state: State, { command, result, at }: Ended, log: LogRecord): void {
  const { session, sequence, operation } = command
  if (state.begunWithout.size > 0) served(state, session, log)
  if (operation.op === "get" || result?.done !== true) return
  const last = log.commandOf[session]?.sequence ?? 0
  // Its execution may be reported late, or never.
  if (last < sequence) state.unreported.set(nameOf(command), at)
  else if (last === sequence) acknowledge(state, log.indexOf[session]!, log)
}

/** Judges an operation: if no node has had an acknowledged write since it began, it was served without that write. */
function served(state: State, session: number, log: LogRecord): void {
  const begun = state.begunWithout.get(session)
  state.begunWithout.delete(session)
  if (begun === undefined || begun.falls !== log.falls || begun.acknowledged <= log.held) return
  state.servedWithout = Math.max(state.servedWithout, begun.acknowledged)
}

function acknowledge(state: State, index: number, log: LogRecord): void {
  if (isForgotten(log, index)) return
  state.marks[index & (state.marks.length - 1)] = ACKNOWLEDGED
  if (index > state.acknowledged) state.acknowledged = index
}

/** The run is over: finds the acknowledged writes that are gone. */
function findLost(state: State, hasSettled: boolean, now: Micros, log: LogRecord): void {
  for (const [name, at] of state.unreported) {
    if (!hasSettled && isClaimed(state, name)) state.onlyClaimed = name
    else if (log.firstUnreported <= log.covered) state.uncertainAt = log.firstUnreported
    else {
      const told = formatDuration(at)
      lose(state, now, `${inWords(name)} was executed by no node, but it was acknowledged to its client at ${told}`)
    }
  }
  const last = state.hasForked || hasSettled ? state.acknowledged : state.servedWithout
  for (let index = Math.max(log.held, log.top - log.names.length) + 1; index <= last; index++) {
    const place = index & (state.marks.length - 1)
    if (state.marks[place] !== ACKNOWLEDGED) continue
    state.marks[place] = ALREADY_LOST
    const end = `the log of every node that is up ends at index ${log.held}`
    lose(state, now, `${end}, but ${inWords(nameAt(log, index))} at index ${index} was acknowledged to its client`)
  }
}

/** True if a traitor claims to have executed a command: loyal nodes may be about to execute it, too. */
function isClaimed({ claimed }: State, name: number): boolean {
  const { session, sequence } = partsOf(name)
  return (claimed.get(session) ?? 0) >= sequence
}

function lose(state: State, at: Micros, witness: string): void {
  state.lost++
  violate(state, at, witness)
}

function grow(state: State, size: number): void {
  const { marks: old, top } = state
  const marks = new Uint8Array(size)
  for (let index = Math.max(0, top - old.length + 1); index <= top; index++) {
    marks[index & (size - 1)] = old[index & (old.length - 1)]!
  }
  state.marks = marks
}
