/**
 * Clients should get the answers that executing the log gives, once and in order, as nodes first reported it.
 *
 * An index that no node has reported (its node installed a snapshot instead) blocks all after it, since its effect is
 * unknown. A node that lags behind may still report it; then the answers after it are compared late.
 */
import type { Check } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { Command, Result } from "../command.ts"
import type { Ended, LogContext, LogEvent } from "../events.ts"
import { emptyMachine, execute, type Machine } from "../machine.ts"
import { type Executed, type LogRecord, nameOf } from "../record.ts"

/** Entries kept beyond an index that nobody has reported; if there are more, later answers are no longer compared. */
const MAX_WAITING = 1 << 16

/** An answer that a client got. */
interface Answer {
  readonly command: Command
  readonly result: Result
}

/** An entry that waits for those before it. */
interface Waiting {
  readonly command: Command | null
  readonly chosen: string | undefined
}

export interface State extends Found {
  readonly machine: Machine
  /** For each session the index at which its last command was executed. */
  readonly indexOf: number[]
  /** The first index not executed, since nobody has reported it. */
  next: number
  /** Entries beyond it, by index. */
  readonly waiting: Map<number, Waiting>
  /** By session, answers to commands that are not executed yet. */
  readonly unjudged: Map<number, Answer[]>
  /** By name, answers to writes that no node has reported. */
  readonly unreported: Map<number, Answer>
  hasGivenUp: boolean
  /** Answers that can no longer be compared. */
  uncompared: number
}

export const appliedOnce: Check<State, LogEvent, LogContext> = {
  name: "applied-once",
  doc:
    "Each node executes the log in order, without gap or repetition, and every answer is that of executing each " +
    "command once.",
  initial: () => ({
    machine: emptyMachine(),
    indexOf: [],
    next: 1,
    waiting: new Map(),
    unjudged: new Map(),
    unreported: new Map(),
    hasGivenUp: false,
    uncompared: 0,
    violation: null,
  }),
  observe(state, event, { log }) {
    if (event.type === "executed") {
      if (event.index !== event.expected) outOfOrder(state, event)
      if (event.standing === "first") enter(state, event)
    } else if (event.type === "ended" && event.result !== null) answered(state, event, event.result, log)
  },
  verdict({ violation, uncompared, unjudged, next }) {
    if (violation !== null || (uncompared === 0 && unjudged.size === 0)) return violation ?? HOLDS
    const reason = `no node reported index ${next}, which a snapshot covers: answers after it were not compared`
    return { verdict: "undecided", reason }
  },
}

function outOfOrder(state: State, { node, index, expected, at }: Executed): void {
  const how = index < expected ? `had executed up to ${expected - 1}` : `skipped ${expected} to ${index - 1}`
  violate(state, at, `node ${node} executed index ${index}, but ${how}`)
}

/** A node is the first to report an entry. */
function enter(state: State, { index, command, chosen, isNewest, at }: Executed): void {
  if (index !== state.next) keep(state, index, { command, chosen })
  else {
    executeNext(state, command, chosen, at)
    if (state.waiting.size > 0) executeWaiting(state, at)
  }
  if (!isNewest || state.unreported.size === 0) return
  const answer = state.unreported.get(nameOf(command))
  if (answer === undefined) return
  state.unreported.delete(nameOf(command))
  judge(state, answer, at)
}

/** A client gets a result. */
function answered(state: State, { command, at }: Ended, result: Result, log: LogRecord): void {
  const { session, sequence, operation } = command
  const last = log.commandOf[session]?.sequence ?? 0
  if (last === sequence) judge(state, { command, result }, at)
  // Some algorithms answer reads without executing them through the log.
  else if (last < sequence && operation.op !== "get" && result.done)
    state.unreported.set(nameOf(command), { command, result })
}

/** Compares an answer with what executing the command gives. */
function judge(state: State, answer: Answer, at: Micros): void {
  const { command, result } = answer
  const { session, sequence, operation } = command
  const last = state.machine.sessions[session]
  if (last === undefined || last.sequence < sequence) return postpone(state, answer)
  if (last.sequence > sequence || isSame(last.result, result)) return
  violate(
    state,
    at,
    `client ${session} was answered ${show(result)} to its ${operation.op} (command ${sequence}); ` +
      `executing the log up to index ${state.indexOf[session]} once gives ${show(last.result)}`,
  )
}

function executeNext(state: State, command: Command | null, chosen: string | undefined, at: Micros): void {
  const index = state.next++
  if (command === null) return
  const { session, sequence } = command
  const last = state.machine.sessions[session]
  if (last !== undefined && last.sequence >= sequence) return
  execute(state.machine, command, chosen)
  state.indexOf[session] = index
  if (state.unjudged.size > 0) judgeLate(state, session, sequence, at)
}

function executeWaiting(state: State, at: Micros): void {
  for (;;) {
    const entry = state.waiting.get(state.next)
    if (entry === undefined) return
    state.waiting.delete(state.next)
    executeNext(state, entry.command, entry.chosen, at)
  }
}

function keep(state: State, index: number, entry: Waiting): void {
  if (state.hasGivenUp) return
  state.waiting.set(index, entry)
  if (state.waiting.size <= MAX_WAITING) return
  state.hasGivenUp = true
  state.waiting.clear()
  for (const answers of state.unjudged.values()) state.uncompared += answers.length
  state.unjudged.clear()
}

function postpone(state: State, answer: Answer): void {
  if (state.hasGivenUp) {
    state.uncompared++
    return
  }
  const answers = state.unjudged.get(answer.command.session) ?? []
  answers.push(answer)
  state.unjudged.set(answer.command.session, answers)
}

/** Judges answers that came before their command was executed. */
function judgeLate(state: State, session: number, sequence: number, at: Micros): void {
  const answers = state.unjudged.get(session)
  if (answers === undefined) return
  const due = answers.filter(({ command }) => command.sequence === sequence)
  const left = answers.filter(({ command }) => command.sequence > sequence)
  if (left.length > 0) state.unjudged.set(session, left)
  else state.unjudged.delete(session)
  for (const answer of due) judge(state, answer, at)
}

function isSame(a: Result, b: Result): boolean {
  return a.done === b.done && a.value === b.value
}

function show({ done, value }: Result): string {
  return `${done ? "done" : "refused"}, ${JSON.stringify(value)}`
}
