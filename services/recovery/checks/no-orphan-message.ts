import type { Check } from "../../../runtime/contract/service.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { ComputationContext, ComputationEvent } from "../events.ts"
import { emptyHistory, type History, orphanAt, record } from "../history.ts"
import type { Received, Sent } from "../shape.ts"

export interface State extends Found {
  readonly history: History
}

export const noOrphanMessage: Check<State, ComputationEvent, ComputationContext> = {
  name: "no-orphan-message",
  doc:
    "No process keeps a message that its sender has not sent, once all failures are dealt with: a sender that repeats its " +
    "execution sends what was received, and messages are received once, in order.",
  initial: ({ processes }) => ({ history: emptyHistory(processes), violation: null }),
  observe(state, event) {
    if (event.type === "ended") judgeEnd(state, event.at)
    else if (event.type === "reported") {
      if (event.fact.type === "sent") judgeSent(state, event.process, event.fact, event.at)
      if (event.fact.type === "received") judgeReceived(state, event.process, event.fact, event.at)
    }
    record(state.history, event)
  },
  verdict: verdictOf,
}

/** A message that is sent again is the one that was received, as long as the receiver has not undone that. */
function judgeSent(state: State, process: NodeId, { to, number, digest }: Sent, at: Micros): void {
  const received = state.history.received[to]![process]![number]
  if (received === undefined || received.digest === digest) return
  violate(state, at, `process ${to} keeps message ${number} of process ${process}, which has sent another in its place`)
}

function judgeReceived(state: State, process: NodeId, { from, number, digest }: Received, at: Micros): void {
  const expected = state.history.received[process]![from]!.length
  if (number !== expected) {
    violate(state, at, `process ${process} received message ${number} of process ${from} in place of ${expected}`)
  }
  const sent = state.history.sent[from]![process]![number]
  if (sent === undefined || sent === digest) return
  violate(state, at, `process ${process} received message ${number} of process ${from}, which had been undone`)
}

function judgeEnd(state: State, at: Micros): void {
  for (const process of state.history.received.keys()) {
    for (const from of state.history.sent.keys()) {
      const orphan = orphanAt(state.history, process, from)
      if (orphan === undefined) continue
      violate(
        state,
        at,
        `process ${process} ended with message ${orphan.number} of process ${from}, which never sent it`,
      )
    }
  }
}
