import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { ComputationContext, ComputationEvent } from "../events.ts"
import { emptyHistory, type History, record } from "../history.ts"

export interface State extends Found {
  readonly history: History
  /** Processes that have crashed or rolled back, and whose recovery is not over. */
  readonly recovering: Set<NodeId>
}

export const consistentRecoveryLine: Check<State, ComputationEvent, ComputationContext> = {
  name: "consistent-recovery-line",
  doc:
    "When a recovery is over, no process has received a message that no process has sent in its restored state, or will send " +
    "again for certain because it repeats its execution from a log.",
  initial: ({ processes }) => ({ history: emptyHistory(processes), recovering: new Set(), violation: null }),
  observe(state, event) {
    record(state.history, event)
    if (event.type === "crashed") state.recovering.add(event.process)
    if (event.type !== "reported") return
    const { process, fact, at } = event
    if (fact.type === "restored") state.recovering.add(process)
    if (fact.type !== "recovered") return
    if (fact.replays) state.recovering.delete(process)
    else state.recovering.clear()
    judge(state, fact.replays, at)
  },
  verdict: verdictOf,
}

function judge(state: State, replays: boolean, at: Micros): void {
  const { history, recovering } = state
  for (const [process, channels] of history.received.entries()) {
    for (const [from, received] of channels.entries()) {
      const last = received.at(-1)
      if (last === undefined || recovering.has(process) || recovering.has(from)) continue
      if (last.number < history.sent[from]![process]!.length) continue
      if (replays && last.interval <= history.interval[from]!) continue
      violate(
        state,
        at,
        `process ${process} has received message ${last.number} of process ${from}, whose state is from before it`,
      )
    }
  }
}
