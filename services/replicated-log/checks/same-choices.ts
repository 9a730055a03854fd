import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Check, Verdict } from "../../../runtime/contract/service.ts"
import { type Found, HOLDS, violate } from "../../running-check.ts"
import type { LogContext, LogEvent } from "../events.ts"
import { inWords, nameOf } from "../record.ts"

/** Choices remembered; the oldest are forgotten. */
const MAX_CHOICES = 1 << 16

/** The choice with which an entry was executed by the first node that reported it. */
interface First {
  readonly node: NodeId
  readonly chosen: string
}

export interface State extends Found {
  /** By index. */
  readonly first: Map<number, First>
  /** The highest forgotten index. */
  forgottenUpTo: number
  /** True if a choice was not compared. */
  hasSkipped: boolean
}

const NOT_COMPARED: Verdict = {
  verdict: "undecided",
  reason: "a node was so far behind that its choices were not compared",
}

export const sameChoices: Check<State, LogEvent, LogContext> = {
  name: "same-choices",
  doc: "Where an operation leaves something to chance, all nodes execute it with the same choice, so that their states stay the same.",
  initial: () => ({ first: new Map(), forgottenUpTo: 0, hasSkipped: false, violation: null }),
  observe(state, event) {
    if (event.type !== "executed" || event.chosen === undefined || event.standing === "different") return
    const { node, index, command, chosen, at } = event
    const first = state.first.get(index)
    if (first === undefined) return remember(state, index, { node, chosen })
    if (first.chosen === chosen) return
    violate(
      state,
      at,
      `node ${node} executed ${inWords(nameOf(command))} at index ${index} with the choice ${chosen}, ` +
        `where node ${first.node} had chosen ${first.chosen}`,
    )
  },
  verdict: ({ violation, hasSkipped }) => violation ?? (hasSkipped ? NOT_COMPARED : HOLDS),
}

function remember(state: State, index: number, first: First): void {
  if (index <= state.forgottenUpTo) {
    state.hasSkipped = true
    return
  }
  state.first.set(index, first)
  if (state.first.size <= MAX_CHOICES) return
  const [oldest = index] = state.first.keys()
  state.first.delete(oldest)
  state.forgottenUpTo = Math.max(state.forgottenUpTo, oldest)
}
