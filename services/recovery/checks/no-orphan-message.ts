import type { Check } from "../../../runtime/contract/service.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { ComputationContext, ComputationEvent } from "../events.ts"
import { contradictionIn, emptyHistory, type History, orphanAt, record } from "../history.ts"
import type { Received, Sent } from "../shape.ts"

export interface State extends Found {
  readonly history: History
  /** Processes that have failed or rolled back and left orphans, which may still have to roll back. */
  readonly unsettled: Set<NodeId>
}

export const noOrphanMessage: Check<State, ComputationEvent, ComputationContext> = {
  name: "no-orphan-message",
  doc:
    "No process keeps a message that its sender has not sent, once all failures are dealt with: a sender that repeats its " +
    "execution sends what was received, and messages are received once, in order. Orphans that know of no failure yet may keep theirs.",
  initial: ({ processes }) => ({ history: emptyHistory(processes), unsettled: new Set(), violation: null }),
  observe(state, event) {
    if (event.type === "ended") judgeEnd(state, event.at)
    else if (event.type === "reported") judge(state, event)
    record(state.history, event)
  },
  verdict: verdictOf,
}

function judge(state: State, { process, fact, at }: ComputationEvent & { readonly type: "reported" }): void {
  const { unsettled, history } = state
  switch (fact.type) {
    case "sent":
      if (unsettled.size === 0) judgeSent(state, process, fact, at)
      break
    case "received":
      judgeReceived(state, process, fact, at)
      break
    case "recovered":
      if (fact.mayLeaveOrphans === true) unsettled.add(process)
      break
    case "settled":
      unsettled.delete(process)
      if (unsettled.size === 0) judgeSettled(state, history, at)
      break
    case "restored":
    case "produced":
    case "stored":
    case "working":
    case "standing":
    case "finished":
  }
}

/** All that had to have rolled back: nobody keeps a message that has been replaced by another. */
function judgeSettled(state: State, history: History, at: Micros): void {
  const kept = contradictionIn(history)
  if (kept === undefined) return
  violate(
    state,
    at,
    `process ${kept.process} keeps message ${kept.number} of process ${kept.from}, which has sent another in its place`,
  )
}

/** A resent message must equal the one received, unless the receiver has undone its receipt. */
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
  if (sent === undefined || sent === digest || state.unsettled.size > 0) return
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
