import type { Check, Verdict } from "../../../runtime/contract/service.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { LogContext, LogEvent } from "../events.ts"
import { differenceInWords, type Executed, inWords, type LogRecord, nameOf } from "../record.ts"
import { isSameOperation } from "./same.ts"

export interface State extends Found {
  /** True if some node lagged too far behind to be compared. */
  hasSkipped: boolean
}

const NOT_COMPARED: Verdict = {
  verdict: "undecided",
  reason: "a node was so far behind that its entries were not compared",
}

export const logAgreement: Check<State, LogEvent, LogContext> = {
  name: "log-agreement",
  doc: "No two nodes execute different entries at one index of the log.",
  initial: () => ({ violation: null, hasSkipped: false }),
  observe(state, event, { log }) {
    if (event.type !== "executed" || event.standing === "first") return
    if (event.standing === "forgotten") state.hasSkipped = true
    else if (event.standing === "different") violate(state, event.at, differenceInWords(log, event))
    else compareOperations(state, event, log)
  },
  verdict: ({ violation, hasSkipped }) => violation ?? (hasSkipped ? NOT_COMPARED : HOLDS),
}

/**
 * Entries with the same name must request the same operation; compared while the session has executed nothing newer.
 */
function compareOperations(state: State, { node, index, command, at }: Executed, log: LogRecord): void {
  if (command === null) return
  const first = log.commandOf[command.session]
  if (first === command || first?.sequence !== command.sequence || isSameOperation(first, command)) return
  violate(
    state,
    at,
    `node ${node} executed ${inWords(nameOf(command))} at index ${index} as ${JSON.stringify(command.operation)}, ` +
      `where another node executed ${JSON.stringify(first.operation)}`,
  )
}
