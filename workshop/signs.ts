/** The signs that players hold up: the role of each node, and its decision. */
import { kindOf, type Trace } from "../debugger/tracing/trace.ts"
import type { NodeId } from "../runtime/contract/algorithm.ts"
import type { Micros } from "../runtime/contract/units.ts"
import type { Kit } from "./kit.ts"

/** The signs that a player takes up and puts down in a step. */
export interface SignChange {
  readonly up: string | null
  /** Put down without another sign in its place. */
  readonly down: string | null
}

/** The sign that a node holds up at a time, as a key of the texts; null: none. */
export function signAt(kit: Kit, trace: Trace, node: NodeId, time: Micros): string | null {
  const isDown = trace.troubles.some(
    ({ kind, node: of, from, to }) => kind === "down" && of === node && from <= time && time < to,
  )
  if (isDown) return "crashed" in kit.signs ? "crashed" : null
  const decided = decisionAt(kit, trace, node, time)
  if (decided !== undefined) return decided
  const role = trace.bands.findLast(band => band.node === node && band.from <= time)?.role
  const sign = role === undefined ? null : kit.roles[role]
  if (sign === undefined) throw new Error(`no sign for the role "${role}"`)
  return sign
}

/** The signs that a node takes up and puts down between two times. */
export function signChange(kit: Kit, trace: Trace, node: NodeId, before: Micros, after: Micros): SignChange {
  const [old, now] = [signAt(kit, trace, node, before), signAt(kit, trace, node, after)]
  if (old === now) return { up: null, down: null }
  return { up: now, down: now === null ? old : null }
}

/** The sign of a node's decision up to a time. A node that decides as it begins has given the order, and shows it to nobody. */
function decisionAt({ decisions }: Kit, trace: Trace, node: NodeId, time: Micros): string | undefined {
  if (decisions === undefined) return undefined
  const { events, facts } = trace
  const event = events.node.findLastIndex((of, each) => {
    const at = events.time[each]!
    if (of !== node || kindOf(trace, each) !== "fact" || at === 0 || at > time) return false
    return valueOf(facts[events.about[each]!]) !== undefined
  })
  return event < 0 ? undefined : decisions[valueOf(facts[events.about[event]!])!]
}

/** The decided value of a fact. */
function valueOf(fact: unknown): string | undefined {
  if (typeof fact !== "object" || fact === null || !("type" in fact) || fact.type !== "decided") return undefined
  return "value" in fact ? String(fact.value) : undefined
}
