/** The same acts on another algorithm: translates an act on one run to another, whose messages and timers have other names. */
import type { Act } from "../../../runtime/scenario/interventions.ts"
import type { Addressed } from "../../../runtime/scenario/script.ts"
import { endOf } from "./sight.ts"
import type { Session } from "./session.ts"

/** @returns undefined if there is no such target */
export function mirrored(act: Act, other: Session): Act | undefined {
  const { simulation } = other
  switch (act.type) {
    case "deliver":
    case "duplicate":
    case "lose":
    case "delay": {
      const addressed = messageLike(act, other)
      return addressed && { ...act, ...addressed }
    }
    case "timeout": {
      const armed = act.node < simulation.nodes.length ? simulation.timersOf(act.node) : []
      const timer = armed.find(each => each.timer === act.timer && each.key === act.key) ?? firstOf(armed)
      return timer && { type: "timeout", node: act.node, timer: timer.timer, ...keyOf(timer) }
    }
    default:
      return act
  }
}

function keyOf({ key }: { readonly key?: number }): { readonly key?: number } {
  return key === undefined ? {} : { key }
}

function firstOf<T extends { readonly at: number }>(armed: readonly T[]): T | undefined {
  return armed.toSorted((a, b) => a.at - b.at)[0]
}

/** The same message, or else the first to arrive on the same link. */
function messageLike({ message, from, to, nth = 1 }: Addressed, { simulation }: Session): Addressed | undefined {
  const onLink = simulation.underWay.filter(each => endOf(each.from) === endOf(from) && endOf(each.to) === endOf(to))
  const found = onLink.find(each => each.message === message && each.nth === nth) ?? onLink[0]
  return found && { message: found.message, from: found.from, to: found.to, ...nthOf(found.nth) }
}

function nthOf(nth: number | undefined): { readonly nth?: number } {
  return nth === undefined || nth === 1 ? {} : { nth }
}
