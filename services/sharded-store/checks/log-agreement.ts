import type { Check } from "../../../runtime/contract/service.ts"
import { nameOf, inWords } from "../../replicated-log/record.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import type { StoreEvent } from "../events.ts"

/** The minimum number of indices remembered per group. */
const KEPT = 1 << 16

export interface State extends Found {
  /** By group, the names of the entries by index, as nodes first reported them. */
  readonly logs: Map<number, Map<number, number>>
}

export const logAgreement: Check<State, StoreEvent, unknown> = {
  name: "log-agreement",
  doc: "Nodes of a group execute the same entry at the same index of its log.",
  initial: () => ({ logs: new Map(), violation: null }),
  observe(state, event) {
    if (event.type !== "executed") return
    const { group, index, command, node, at } = event
    let log = state.logs.get(group)
    if (log === undefined) state.logs.set(group, (log = new Map()))
    const name = nameOf(command)
    const first = log.get(index)
    if (first === undefined) {
      log.set(index, name)
      log.delete(index - KEPT)
    } else if (first !== name)
      violate(
        state,
        at,
        `node ${node} executed ${inWords(name)} at index ${index} of group ${group}, where another one executed ${inWords(first)}`,
      )
  },
  verdict: verdictOf,
}
