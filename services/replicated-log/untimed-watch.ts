/** The checks of a replicated log as one fold for hosts without time. */
import type { ClientId } from "../../runtime/contract/algorithm.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import { CRASHED, problemOf, type UntimedWatch } from "../../runtime/contract/untimed.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import { linearizable } from "./checks/linearizable.ts"
import type { Command, Result } from "./command.ts"
import type { LogEvent } from "./events.ts"
import { LogChecks, type LogState } from "./log-checks.ts"
import { newRecord } from "./record.ts"
import { isApplied, isBelief, isRestored } from "./shape.ts"

/** The facts that clients report. */
export type ClientFact =
  | { readonly type: "begun"; readonly client: ClientId }
  | { readonly type: "ended"; readonly client: ClientId; readonly result: Result }

/** A call, or the return with a result. */
interface Call {
  readonly client: ClientId
  readonly result: Result | null
}

interface State {
  readonly checks: PackedLog
  /** Calls and returns in real-time order; neighbours of the same kind are in the order of their clients. */
  readonly history: readonly Call[]
}

/** The state of the checks, with lists as long as the log instead of rings. */
interface PackedLog extends Omit<LogState, "log" | "kept"> {
  readonly log: Omit<LogState["log"], "names" | "next"> & {
    /** Null where no node has reported the index. */
    readonly names: readonly (number | null)[]
    readonly next: readonly number[]
  }
  readonly kept: Omit<LogState["kept"], "marks"> & { readonly marks: readonly number[] }
}

type Commands = readonly Command<KeyValueOperation>[]

/** @param commands the command that each client sends */
export function watchOver(size: number, commands: Commands): UntimedWatch<State> {
  const verdictsOf = ({ checks, history }: State): Readonly<Record<string, Verdict>> => ({
    ...new LogChecks(size, false, unpacked(checks)).verdicts(),
    [linearizable.name]: linearizability(history, commands),
  })
  const ended = ({ history }: State): number => history.filter(({ result }) => result !== null).length
  const isDone = (state: State): boolean => ended(state) === commands.length
  return {
    initial: { checks: packed(new LogChecks(size, false).state), history: [] },
    observe(state, { node, fact }) {
      const { history } = state
      const checks = new LogChecks(size, false, unpacked(state.checks))
      if (isClientFact(fact)) {
        const { client } = fact
        const result = fact.type === "begun" ? null : fact.result
        for (const event of eventsOf(fact, commands)) feed(checks, event)
        return { checks: packed(checks.state), history: withCall(history, { client, result }) }
      }
      if (fact.type === CRASHED) checks.nodeDown(node)
      else if (isApplied(fact)) checks.applied(node, fact, 0)
      else if (isRestored(fact)) checks.restored(node, fact.index)
      else if (isBelief(fact) && fact.leader === node) checks.leads(node, fact.epoch, 0)
      else return state
      return { checks: packed(checks.state), history }
    },
    problem: state => problemOf(verdictsOf(state)),
    ended,
    verdicts: verdictsOf,
    // Only messages depend on who executed an entry first and who led when.
    essence({ checks: { log, leaders, choices, ...checks }, history }) {
      const { leaderOf, violation } = leaders
      const chosen = Array.from(choices.first, ([index, first]) => [index, first.chosen] as const)
      return {
        ...checks,
        history,
        log: { ...log, firstBy: [] },
        leaders: { leaderOf, violation },
        choices: { ...choices, first: new Map(chosen) },
      }
    },
    interchangeable: { ids: ["leaderOf"], byId: ["next"] },
    goals: {
      "a node executes a command": ({ checks }) => checks.log.commandOf.length > 0,
      "an operation succeeds": state => ended(state) > 0,
      "every operation succeeds": isDone,
    },
    isDone,
  }
}

function isClientFact(fact: { readonly type: string }): fact is ClientFact {
  return fact.type === "begun" || fact.type === "ended"
}

function eventsOf(fact: ClientFact, commands: Commands): readonly LogEvent[] {
  const { client } = fact
  const command = commands[client]!
  const { operation } = command
  if (fact.type === "begun") return [{ type: "begun", client, operation, command, at: 0 }]
  return [{ type: "ended", client, command, ending: "ok", result: fact.result, at: 0 }]
}

function feed(checks: LogChecks, event: LogEvent): void {
  if (event.type === "begun") checks.begun(event)
  else if (event.type === "ended") checks.ended(event)
}

/** The order of two consecutive calls, or two consecutive returns, does not matter. */
function withCall(history: readonly Call[], call: Call): readonly Call[] {
  const isReturn = call.result !== null
  let place = history.length
  while (place > 0) {
    const before = history[place - 1]!
    if ((before.result !== null) !== isReturn || before.client < call.client) break
    place--
  }
  return history.toSpliced(place, 0, call)
}

/** Judges calls and returns; operations that have not returned may have taken effect or not. */
function linearizability(history: readonly Call[], commands: Commands): Verdict {
  const context = { log: newRecord(0) }
  const state = linearizable.initial(context)
  const open = new Set<ClientId>()
  for (const { client, result } of history) {
    if (result === null) open.add(client)
    else open.delete(client)
    const fact: ClientFact = result === null ? { type: "begun", client } : { type: "ended", client, result }
    for (const event of eventsOf(fact, commands)) linearizable.observe(state, event, context)
  }
  for (const client of open) {
    const command = commands[client]!
    const event = { type: "ended", client, command, ending: "unknown", result: null, at: 0 } as const
    linearizable.observe(state, event, context)
  }
  linearizable.observe(state, { type: "finished", hasSettled: false, at: 0 }, context)
  return linearizable.verdict(state, context)
}

function packed({ log, kept, ...checks }: LogState): PackedLog {
  return {
    ...checks,
    log: {
      ...log,
      names: Array.from(log.names.slice(0, log.top + 1), name => (Number.isNaN(name) ? null : name)),
      next: [...log.next],
    },
    kept: { ...kept, marks: Array.from(kept.marks.slice(0, kept.top + 1)) },
  }
}

function unpacked({ log, kept, ...checks }: PackedLog): LogState {
  const { names } = newRecord(0)
  names.set(log.names.map(name => name ?? Number.NaN))
  const marks = new Uint8Array(names.length)
  marks.set(kept.marks)
  return { ...checks, log: { ...log, names, next: Int32Array.from(log.next) }, kept: { ...kept, marks } }
}
