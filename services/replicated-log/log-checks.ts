/** Runs the checks of a replicated log: each event of a run is first recorded in the log's record, and then checked. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { acknowledgedWritesKept } from "./checks/acknowledged-writes-kept.ts"
import { appliedOnce } from "./checks/applied-once.ts"
import { askedFor } from "./checks/asked-for.ts"
import { linearizable } from "./checks/linearizable.ts"
import { logAgreement } from "./checks/log-agreement.ts"
import { oneLeaderPerTerm } from "./checks/one-leader-per-term.ts"
import { sameChoices } from "./checks/same-choices.ts"
import type { Begun, Ended, LogContext } from "./events.ts"
import {
  type Entry,
  isRepeated,
  newRecord,
  recordCrash,
  recordEntry,
  recordProgress,
  recordRestored,
} from "./record.ts"
import type { Applied } from "./shape.ts"

/** The checks, in the order in which they are listed. */
export const checks = [
  linearizable,
  logAgreement,
  oneLeaderPerTerm,
  acknowledgedWritesKept,
  appliedOnce,
  askedFor,
  sameChoices,
] as const

export const NOT_CHECKED: Verdict = {
  verdict: "undecided",
  reason: "not checked: the workload says linearizability: off",
}

/** The record of the log, and the state of each check; null for one that is switched off. */
export type LogState = ReturnType<typeof initialState>

function initialState(nodes: number, isLinearizabilityChecked: boolean) {
  const context: LogContext = { log: newRecord(nodes) }
  return {
    ...context,
    linearizable: isLinearizabilityChecked ? linearizable.initial(context) : null,
    agreement: logAgreement.initial(context),
    leaders: oneLeaderPerTerm.initial(context),
    kept: acknowledgedWritesKept.initial(context),
    once: appliedOnce.initial(context),
    asked: askedFor.initial(context),
    choices: sameChoices.initial(context),
  }
}

/** Calls the checks by name: a loop over them would cost more per message than the checks themselves. */
export class LogChecks {
  /** Plain data. */
  readonly state: LogState
  /** The entry executed last: one object is reused for all events. */
  readonly #entry: Entry = {
    type: "executed",
    node: 0,
    index: 0,
    command: null,
    chosen: undefined,
    at: 0,
    expected: 0,
    standing: "first",
    isNewest: false,
  }

  /** @param state the state to continue from; default: the initial one */
  constructor(nodes: number, isLinearizabilityChecked = true, state = initialState(nodes, isLinearizabilityChecked)) {
    this.state = state
  }

  applied(node: NodeId, { index, command, chosen }: Applied, at: Micros): void {
    const { log, agreement, kept, once, asked, choices } = this.state
    const expected = recordProgress(log, node, index)
    // A repeated entry, in which no check could find a fault.
    if (index === expected && chosen === undefined && isRepeated(log, index, command)) return
    const entry = this.#entry
    entry.node = node
    entry.index = index
    entry.command = command
    entry.chosen = chosen
    entry.at = at
    entry.expected = expected
    recordEntry(log, entry)
    appliedOnce.observe(once, entry, this.state)
    logAgreement.observe(agreement, entry, this.state)
    acknowledgedWritesKept.observe(kept, entry, this.state)
    askedFor.observe(asked, entry, this.state)
    if (chosen !== undefined) sameChoices.observe(choices, entry, this.state)
  }

  /** A traitor claims to have executed an entry. */
  claimed({ command }: Applied): void {
    acknowledgedWritesKept.observe(this.state.kept, { type: "claimed", command }, this.state)
  }

  restored(node: NodeId, index: number): void {
    recordRestored(this.state.log, node, index)
  }

  nodeDown(node: NodeId): void {
    recordCrash(this.state.log, node)
  }

  leads(node: NodeId, epoch: number, at: Micros): void {
    oneLeaderPerTerm.observe(this.state.leaders, { type: "leads", node, epoch, at }, this.state)
  }

  /** A client begins an operation. */
  begun(event: Begun): void {
    const { linearizable: history, kept, asked } = this.state
    if (history !== null) linearizable.observe(history, event, this.state)
    acknowledgedWritesKept.observe(kept, event, this.state)
    askedFor.observe(asked, event, this.state)
  }

  /** A client's operation ends. */
  ended(event: Ended): void {
    const { linearizable: history, kept, once, asked } = this.state
    if (history !== null) linearizable.observe(history, event, this.state)
    acknowledgedWritesKept.observe(kept, event, this.state)
    appliedOnce.observe(once, event, this.state)
    askedFor.observe(asked, event, this.state)
  }

  /** @param hasSettled whether the group has had enough time to execute everything in its log */
  finish(hasSettled: boolean, at: Micros): void {
    const event = { type: "finished", hasSettled, at } as const
    const { linearizable: history, kept } = this.state
    if (history !== null) linearizable.observe(history, event, this.state)
    acknowledgedWritesKept.observe(kept, event, this.state)
  }

  verdicts(): Record<string, Verdict> {
    const { linearizable: history, agreement, leaders, kept, once, asked, choices } = this.state
    const context = this.state
    return {
      [linearizable.name]: history === null ? NOT_CHECKED : linearizable.verdict(history, context),
      [logAgreement.name]: logAgreement.verdict(agreement, context),
      [oneLeaderPerTerm.name]: oneLeaderPerTerm.verdict(leaders, context),
      [acknowledgedWritesKept.name]: acknowledgedWritesKept.verdict(kept, context),
      [appliedOnce.name]: appliedOnce.verdict(once, context),
      [askedFor.name]: askedFor.verdict(asked, context),
      [sameChoices.name]: sameChoices.verdict(choices, context),
    }
  }

  /** Acknowledged writes that were lost. */
  get acknowledgedLost(): number {
    return this.state.kept.lost
  }

  /** The number of times a node began to lead. */
  get leaderships(): number {
    return this.state.leaders.leaderships
  }

  /** The node that began to lead last. */
  get lastLeader(): NodeId | undefined {
    return this.state.leaders.last
  }
}
