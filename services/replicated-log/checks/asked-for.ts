import type { Check } from "../../../runtime/contract/service.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { Command } from "../command.ts"
import type { LogContext, LogEvent } from "../events.ts"
import { inWords, nameOf } from "../record.ts"
import { isSameOperation } from "./same.ts"

export interface State extends Found {
  /** By session, the number of its last command, and that command while it is in flight. */
  readonly lastSequence: number[]
  readonly inFlight: (Command | null)[]
}

export const askedFor: Check<State, LogEvent, LogContext> = {
  name: "asked-for",
  doc: "Every command executed is one that a client sent.",
  initial: () => ({ lastSequence: [], inFlight: [], violation: null }),
  observe(state, event) {
    if (event.type === "begun") {
      const { session, sequence } = event.command
      state.lastSequence[session] = sequence
      state.inFlight[session] = event.command
    } else if (event.type === "ended") state.inFlight[event.command.session] = null
    else if (event.type === "executed" && event.standing === "first" && event.command !== null) {
      const { node, index, command, at } = event
      const problem = problemWith(state, command)
      if (problem !== undefined)
        violate(state, at, `node ${node} executed ${inWords(nameOf(command))} at index ${index}, ${problem}`)
    }
  },
  verdict: verdictOf,
}

function problemWith({ lastSequence, inFlight }: State, command: Command): string | undefined {
  const { session, sequence, operation } = command
  const isSent = sequence >= 1 && sequence <= (lastSequence[session] ?? 0)
  if (!isSent) return "which no client sent"
  const sent = inFlight[session]
  if (sent === command || sent?.sequence !== sequence || isSameOperation(sent, command)) return undefined
  return `altered to ${JSON.stringify(operation)}`
}
