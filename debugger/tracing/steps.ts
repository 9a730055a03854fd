/** Groups the events of a run into steps; the same events give the same steps on every host. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"

/** The node whose handler an event calls; `undefined` if it calls none. */
export function actingNode(event: TraceEvent): NodeId | undefined {
  switch (event.type) {
    case "boot":
    case "deliver":
    case "timeout":
    case "request":
      return event.node
    default:
      return undefined
  }
}

export class StepCounter {
  /** Number of the step that the last event belongs to. */
  step = -1
  #first: TraceEvent | undefined
  #last: TraceEvent | undefined

  /** Takes the next event. @returns whether it begins a step */
  take(event: TraceEvent): boolean {
    const begins = this.#first === undefined || !this.#belongs(event, this.#first)
    this.#last = event
    if (!begins) return false
    this.#first = event
    this.step++
    return true
  }

  #belongs(event: TraceEvent, first: TraceEvent): boolean {
    if (event.time !== first.time) return false
    switch (event.type) {
      case "send":
      case "reply":
      case "write":
      case "fact":
        return "node" in first && event.node === first.node && (actingNode(first) !== undefined || isHeld(first))
      case "drop":
        return this.#last?.type === "send" && this.#last.message === event.message && this.#last.to === event.node
      case "ask":
      case "operation":
        // A service acts on a fact before the handler that reports it continues.
        if (this.#last !== undefined && ANSWERS_FACT.has(this.#last.type)) return true
        return "client" in first && event.client === first.client && first.type !== "request"
      default:
        return false
    }
  }
}

/** Events that precede a client's move caused by a fact: the fact, or another such move. */
const ANSWERS_FACT: ReadonlySet<string> = new Set(["fact", "ask", "operation"])

/**
 * True for output that a node held until its disk was ready: no handler runs as it leaves, so that its first event
 * begins the step.
 */
function isHeld(first: TraceEvent): boolean {
  return first.type === "send" || first.type === "reply" || first.type === "fact"
}
