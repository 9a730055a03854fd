import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { ComputationContext, ComputationEvent } from "../events.ts"
import { emptyHistory, type History, record } from "../history.ts"

export interface State extends Found {
  readonly history: History
  /** Processes that have crashed or rolled back and have not recovered yet. */
  readonly recovering: Set<NodeId>
  /** Recovered processes that left orphans, which may still have to roll back. */
  readonly unsettled: Set<NodeId>
  /** By process, the state interval that it is certain to reach again; null: none. */
  readonly reach: (number | null)[]
}

export const consistentRecoveryLine: Check<State, ComputationEvent, ComputationContext> = {
  name: "consistent-recovery-line",
  doc:
    "When a recovery is over, orphans rolled back included, no process has received a message that its sender has not sent in its " +
    "restored state, nor will send again for certain because it repeats its execution from a log.",
  initial: ({ processes }) => ({
    history: emptyHistory(processes),
    recovering: new Set(),
    unsettled: new Set(),
    reach: Array.from({ length: processes }, () => null),
    violation: null,
  }),
  observe(state, event) {
    const { history, recovering, unsettled, reach } = state
    record(history, event)
    if (event.type === "crashed") recovering.add(event.process)
    if (event.type !== "reported") return
    const { process, fact, at } = event
    switch (fact.type) {
      case "restored":
        recovering.add(process)
        reach[process] = null
        return
      case "recovered":
        if (fact.replaysTo === null) recovering.clear()
        else recovering.delete(process)
        reach[process] = fact.replaysTo
        if (fact.mayLeaveOrphans === true) unsettled.add(process)
        break
      case "settled":
        unsettled.delete(process)
        break
      default:
        return
    }
    if (unsettled.size === 0) judge(state, at)
  },
  verdict: verdictOf,
}

function judge(state: State, at: Micros): void {
  const { history, recovering, reach } = state
  for (const [process, channels] of history.received.entries()) {
    for (const [from, received] of channels.entries()) {
      const last = received.at(-1)
      if (last === undefined || recovering.has(process) || recovering.has(from)) continue
      if (last.number < history.sent[from]![process]!.length) continue
      const reached = reach[from] ?? null
      if (reached !== null && last.interval <= reached) continue
      violate(
        state,
        at,
        `process ${process} has received message ${last.number} of process ${from}, whose state is from before it`,
      )
    }
  }
}
