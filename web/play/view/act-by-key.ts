/** The acts of letter keys on the chosen node or message. */
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import type { Act } from "../../../runtime/scenario/interventions.ts"
import type { SeenMessage, SeenNode } from "../model/seen.ts"
import { addressOf } from "./words.ts"

export function actOnNode(letter: string, node: SeenNode): Act | undefined {
  const { id, up, paused, timers } = node
  switch (letter) {
    case "c":
      return { type: up ? "crash" : "restart", node: id }
    case "p":
      return { type: paused ? "resume" : "pause", node: id }
    case "w":
      return { type: "wipe", node: id }
    case "a":
      return { type: "ask", node: id }
    case "t":
      return { type: "traitor", node: id, behaviour: "lying" }
    case "f": {
      const [next] = timers
      if (next === undefined) return undefined
      return { type: "timeout", node: id, timer: next.timer, ...(next.key === undefined ? {} : { key: next.key }) }
    }
    default:
      return undefined
  }
}

export function actOnMessage(letter: string, message: SeenMessage): Act | undefined {
  const address = addressOf(message)
  switch (letter) {
    case "v":
      return { type: "deliver", ...address }
    case "d":
      return { type: "lose", ...address }
    case "u":
      return { type: "duplicate", ...address }
    case "l":
      return { type: "delay", by: 50 * MILLISECOND, ...address }
    default:
      return undefined
  }
}
